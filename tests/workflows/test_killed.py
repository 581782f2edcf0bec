"""The process is killed before every single statement of issuing: after a restart the case goes on, with one licence."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import NumberSeries
from audit.verify import verify
from certificates.models import Licence, LicenceVersion
from outbox import delivery
from permits.models import Case, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import audit, steps

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MOST_STATEMENTS = 100


def killed_before(statement: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed (SIGKILL) before its n-th statement; False where it finished before."""
    child = os.fork()
    if child == 0:
        # The parent's connection must not be used, nor closed, by the child.
        connection.connection = None
        count = 0

        def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counting):
            work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def test_a_kill_between_any_two_statements_of_issuing_loses_and_doubles_nothing(restaurant: Story) -> None:
    case = restaurant.decided()
    key = f"all_decided:{case.pk}"
    kills = 0
    for statement in range(1, MOST_STATEMENTS):
        finished = not killed_before(statement, lambda: delivery.deliver(key))
        if finished:
            break
        kills += 1
        # Whatever was half done has gone with the process: the case still waits for its licence.
        assert not Licence.objects.filter(case=case).exists()
        assert not case.documents.filter(kind=Document.Kind.COMBINED_LICENCE).exists()
        assert list(audit.disagreements()) == []
    assert kills >= 10
    delivery.deliver_due(timezone.now())
    case = Case.objects.get(pk=case.pk)
    assert case.state == Case.State.ISSUED
    assert Licence.objects.filter(case=case).count() == 1
    assert LicenceVersion.objects.filter(licence__case=case).count() == 1
    assert NumberSeries.objects.get(kind="combined_licence").last == 1
    assert verify() is None


def test_a_kill_between_any_two_statements_of_the_last_decision_loses_nothing(restaurant: Story) -> None:
    """The decision is either made or not; made by the officer's second try, there is one decision and one licence."""
    case = restaurant.accepted()
    *others, (department, matters) = restaurant.parts(case).items()
    at = MONDAY + timedelta(days=1)
    for name, rows in others:
        steps.grant(case, matters=rows, actor=restaurant.officer(name), at=at)
    actor = restaurant.officer(department)
    kills = 0
    for statement in range(1, MOST_STATEMENTS):
        mine = Case.objects.get(pk=case.pk)
        if not killed_before(statement, lambda mine=mine: steps.grant(mine, matters=matters, actor=actor, at=at)):
            break
        kills += 1
        assert not case.matters.get(matter=matters[0]).decided_on
        assert list(audit.disagreements()) == []
    assert kills >= 8
    delivery.deliver_due(timezone.now())
    assert Licence.objects.filter(case=case).count() == 1
