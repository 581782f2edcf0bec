"""Five departments decide at the same moment (perf-security §1.2, bars 1 and 2): nothing is lost, nothing doubled.

Nor where the licence goes out early at that moment (R6.21), or two of its next versions are made at once.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from accounts.actors import Actor
from certificates import early
from certificates.models import Licence, LicenceItem, LicenceVersion
from outbox import delivery
from permits import statements
from permits.models import Case, CaseMatter, Document
from permits.service import Handing
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
        unlocked = statements.one_case(vendor=connection.vendor, lock=False)
        patched.setattr(statements, "one_case", lambda **_which: unlocked)
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


LATE = MONDAY + timedelta(days=20)


def late_with_two_granted(story: Story) -> Case:
    """The promised day has passed, two are granted, three wait."""
    case = story.accepted()
    for department, matter in (("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")):
        steps.grant(case, matters=[matter], actor=story.officer(department), at=MONDAY + timedelta(days=1))
    return case


def everything_at_once(story: Story, case: Case) -> list[Callable[[], object]]:
    """The shop and the office ask for the early licence while the three late departments grant."""

    def ask(actor: object) -> Callable[[], object]:
        mine = Case.objects.get(pk=case.pk)
        return lambda: early.issue_early(mine, actor=actor, at=LATE)  # type: ignore[arg-type]

    def decide(department: str, matter: str) -> Callable[[], object]:
        actor, mine = story.officer(department), Case.objects.get(pk=case.pk)
        return lambda: steps.grant(mine, matters=[matter], actor=actor, at=LATE)

    office = story.cast.actor(story.cast.service_office)
    late = [("dept_subdistrict", "m_signboard"), ("dept_fire", "m_fire"), ("dept_water", "m_drainage")]
    return [ask(story.applicant), ask(office), *(decide(*pair) for pair in late)]


def test_asking_twice_while_three_departments_grant_makes_one_licence_with_everything(restaurant: Story) -> None:
    for _round in range(30):
        case = late_with_two_granted(restaurant)
        _waits, errors = all_at_once(everything_at_once(restaurant, case))
        # Whoever asks after the last decision hears that the licence is being made anyhow.
        assert {getattr(error, "code", error) for error in errors} <= {"all_decided"}
        keys = [f"granted_late:{case.pk}:{matter}" for matter in ("m_signboard", "m_fire", "m_drainage")]
        jobs = [lambda key=key: delivery.deliver(key) for key in (*keys, f"all_decided:{case.pk}") * 2]
        assert all_at_once(jobs)[1] == []
        for key in (*keys, f"all_decided:{case.pk}"):
            delivery.deliver(key, at=LATE + timedelta(days=1))
        case = Case.objects.get(pk=case.pk)
        assert case.state == Case.State.ISSUED
        assert Licence.objects.filter(case=case).count() == 1
        assert LicenceItem.objects.filter(licence__case=case).count() == 5
        versions = list(LicenceVersion.objects.filter(licence__case=case).values_list("version", flat=True))
        assert versions == list(range(1, len(versions) + 1))
        assert len(case.licence.versions.last().facts["items"]) == 5
    assert list(audit.disagreements()) == []


def test_a_delivery_recorded_twice_at_once_is_recorded_once(story: Story) -> None:
    """The office at the counter, the clerk, and the service on line that the applicant wished for, all at one moment."""
    for _round in range(20):
        case = story.decided()
        Case.objects.filter(pk=case.pk).update(delivery_way="electronic", e_service_since=MONDAY)
        steps.issue(case, at=MONDAY + timedelta(days=1))
        desk = story.cast.actor(story.cast.service_office)

        def record(actor: Actor, pk: int = case.pk) -> Callable[[], object]:
            mine, handing = Case.objects.get(pk=pk), Handing("window", "王小店")
            return lambda: steps.deliver(mine, handing=handing, actor=actor, at=LATE)

        key = f"issued:{case.pk}:1"
        _waits, errors = all_at_once(
            [record(desk), record(story.window), lambda key=key: delivery.deliver(key, at=LATE)]
        )
        assert {getattr(error, "code", error) for error in errors} == {"already_delivered"}
        assert case.deliveries.count() == 1
        assert case.documents.filter(kind=Document.Kind.DELIVERY_RECEIPT).count() == 1
    assert list(audit.disagreements()) == []
