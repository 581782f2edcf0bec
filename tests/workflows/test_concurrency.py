"""Five departments decide at the same moment (perf-security §1.2, bars 1 and 2): nothing is lost, nothing doubled."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from certificates.models import Licence
from outbox import delivery
from permits import statements
from permits.models import Case, CaseMatter, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import audit, steps
from workflows.models import CaseProcess

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 100


def all_at_once(jobs: list[Callable[[], object]]) -> tuple[list[float], list[Exception]]:
    """Run the jobs in threads that start together, each on a connection of its own; seconds waited, and errors."""
    gate = threading.Barrier(len(jobs))
    waits: list[float] = []
    errors: list[Exception] = []

    def run(job: Callable[[], object]) -> None:
        close_old_connections()
        connection.ensure_connection()
        gate.wait()
        started = time.perf_counter()
        try:
            job()
        except Exception as error:
            errors.append(error)
        waits.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits, errors


def grants_of(story: Story, case: Case) -> list[Callable[[], object]]:
    """One job per department, each with its own copy of the case, as requests have."""

    def job(department: str, matters: list[str]) -> Callable[[], object]:
        actor, mine = story.officer(department), Case.objects.get(pk=case.pk)
        return lambda: steps.grant(mine, matters=matters, actor=actor, at=MONDAY + timedelta(days=1))

    return [job(department, matters) for department, matters in story.parts(case).items()]


def test_five_departments_at_once_a_hundred_times_make_exactly_one_licence_each(
    restaurant: Story, record_property: Callable[[str, object], None]
) -> None:
    waits: list[float] = []
    for _round in range(ROUNDS):
        case = restaurant.accepted()
        waited, errors = all_at_once(grants_of(restaurant, case))
        assert errors == []
        waits += waited
        assert delivery.deliver(f"all_decided:{case.pk}")
        case = Case.objects.get(pk=case.pk)
        assert case.state == Case.State.ISSUED
        assert Licence.objects.filter(case=case).count() == 1
        assert set(case.matters.values_list("state", flat=True)) == {CaseMatter.State.GRANTED}
        assert case.documents.filter(kind=Document.Kind.GRANT_DECISION).count() == case.matters.count()
    assert list(audit.disagreements()) == []
    median, most = statistics.median(waits) * 1000, max(waits) * 1000
    record_property("measured", f"five decide at once, {ROUNDS} rounds: wait p50 {median:.0f} ms, max {most:.0f} ms")


@contextmanager
def no_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What happens without the row lock: the control of the test above."""
    with monkeypatch.context() as patched:
        unlocked = statements.one_case(lock=False)
        patched.setattr(statements, "one_case", lambda *, lock: unlocked)
        yield


def test_without_the_lock_cases_are_lost(restaurant: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were this to pass without loss, the test above would prove nothing."""
    lost = 0
    for _round in range(10):
        case = restaurant.accepted()
        with no_locks(monkeypatch):
            _waits, errors = all_at_once(grants_of(restaurant, case))
        waiting = steps.waiting_at(CaseProcess.objects.get(case=case))
        lost += bool(errors) or waiting == "sections"
    assert lost > 0


def test_one_matter_decided_by_two_officers_at_once_is_decided_once(story: Story) -> None:
    for _round in range(20):
        case = story.accepted()
        first = story.cast.actor(story.cast.officer("dept_mrb"))
        second = story.cast.actor(story.cast.second_officer("dept_mrb"))
        mine, yours = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
        at = MONDAY + timedelta(days=1)
        _waits, errors = all_at_once(
            [
                lambda mine=mine: steps.grant(mine, matters=["m_food_license"], actor=first, at=at),
                lambda yours=yours: steps.refuse(
                    yours, matters=["m_food_license"], reason="不符合条件", actor=second, at=at
                ),
            ]
        )
        assert [getattr(error, "code", error) for error in errors] == ["already_decided"]
        kinds = [Document.Kind.GRANT_DECISION, Document.Kind.REFUSAL_DECISION]
        assert case.documents.filter(kind__in=kinds).count() == 1
