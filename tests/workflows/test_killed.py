"""The process is killed before every single statement of issuing: after a restart the case goes on, with one licence.

Issued early (R6.21), it goes on with one version per late grant.
"""

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
from certificates import early
from certificates.models import Licence, LicenceItem, LicenceVersion
from outbox import delivery
from outbox.models import Message
from permits.models import Case, Delivery, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import audit, steps
from workflows.models import CaseProcess, Visit

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


LATE = MONDAY + timedelta(days=20)


def late_with_two_granted(story: Story) -> Case:
    """The promised day has passed, food and tobacco are granted, three wait."""
    case = story.accepted()
    for department, matter in (("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")):
        steps.grant(case, matters=[matter], actor=story.officer(department), at=MONDAY + timedelta(days=1))
    return case


def test_a_kill_between_any_two_statements_of_early_issue_loses_and_doubles_nothing(restaurant: Story) -> None:
    case = late_with_two_granted(restaurant)
    actor, kills = restaurant.applicant, 0
    for statement in range(1, MOST_STATEMENTS):
        mine = Case.objects.get(pk=case.pk)
        if not killed_before(statement, lambda mine=mine: early.issue_early(mine, actor=actor, at=LATE)):
            break
        kills += 1
        assert not Licence.objects.exists()
        assert Case.objects.get(pk=case.pk).issued_early_at is None
        assert list(audit.disagreements()) == []
    assert kills >= 8
    assert (Licence.objects.count(), LicenceVersion.objects.count(), LicenceItem.objects.count()) == (1, 1, 2)
    assert NumberSeries.objects.get(kind="combined_licence").last == 1
    assert list(audit.disagreements()) == []
    assert verify() is None


@pytest.mark.parametrize("is_last", [False, True])
def test_a_kill_between_any_two_statements_of_a_late_grants_version_makes_it_once(
    restaurant: Story, is_last: bool
) -> None:
    case = late_with_two_granted(restaurant)
    early.issue_early(case, actor=restaurant.applicant, at=LATE)
    others = [("dept_fire", "m_fire"), ("dept_water", "m_drainage")] if is_last else []
    for department, matter in others:
        steps.refuse(case, matters=[matter], reason="不符合条件", actor=restaurant.officer(department), at=LATE)
    steps.grant(case, matters=["m_signboard"], actor=restaurant.officer("dept_subdistrict"), at=LATE)
    key, kills = f"all_decided:{case.pk}" if is_last else f"granted_late:{case.pk}:m_signboard", 0
    for statement in range(1, MOST_STATEMENTS):
        if not killed_before(statement, lambda: delivery.deliver(key)):
            break
        kills += 1
        assert LicenceVersion.objects.count() == 1
        assert LicenceItem.objects.count() == 2
        assert Case.objects.get(pk=case.pk).state == Case.State.DECIDING
        assert list(audit.disagreements()) == []
    assert kills >= 8
    assert (LicenceVersion.objects.count(), LicenceItem.objects.count()) == (2, 3)
    assert case.documents.filter(kind=Document.Kind.COMBINED_LICENCE).count() == 2
    assert list(audit.disagreements()) == []
    assert verify() is None


def test_a_kill_between_any_two_statements_after_issue_serves_and_plans_once(restaurant: Story) -> None:
    """Service on line and the visit (R1.32, R1.33): both or neither, one receipt, one message."""
    case = restaurant.decided()
    Case.objects.filter(pk=case.pk).update(delivery_way="electronic", e_service_since=MONDAY)
    steps.issue(case, at=MONDAY + timedelta(days=1))
    key, kills = f"issued:{case.pk}:1", 0
    for statement in range(1, MOST_STATEMENTS):
        if not killed_before(statement, lambda: delivery.deliver(key)):
            break
        kills += 1
        assert not Delivery.objects.exists()
        assert not Visit.objects.exists()
        assert not Message.objects.filter(kind="served").exists()
        assert list(audit.disagreements()) == []
    assert kills >= 15
    assert (Delivery.objects.count(), Visit.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="served", channel="inbox").count() == 1
    assert case.documents.filter(kind=Document.Kind.DELIVERY_RECEIPT).count() == 1
    assert steps.waiting_at(CaseProcess.objects.get(case=case)) == ""
    assert list(audit.disagreements()) == []
    assert verify() is None
