"""A run after missed nights does what the nightly runs would have done; runs at once, while people act, double nothing."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox.models import Parcel
from permits.models import Case
from tests.workflows.any_order import FITS, FITTING, Told
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.reminders.nights import night, nights
from workflows import audit, periodic, steps
from workflows.models import Reminder
from workflows.rehearsal.stage import furnish
from workflows.reminders import sources
from workflows.reminders.ladder import Kind

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Catalogue, calendar and accounts for all stories, taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        furnish()
        yield
        transaction.set_rollback(True)


def outcome(case: Case) -> dict[str, Any]:
    """What was decided, and the legal dates; the moment at which a run got round to it is its own."""
    case = Case.objects.get(pk=case.pk)
    matters = case.matters.order_by("position").values_list(
        "matter", "state", "promised_by", "statutory_by", "decided_on", "valid_to"
    )
    papers = case.documents.order_by("kind").values_list("kind", flat=True)
    facts = (case.state, case.accepted_on, case.acceptance, case.promised_by, case.complete_on)
    return {"case": facts, "matters": list(matters), "papers": list(papers)}


def on_record() -> set[tuple[str, str, date]]:
    """The rungs on record of what is still open. A paper that a run writes is to be served from that run on: its days are not
    those of a paper that an earlier run would have written."""
    rows = list(Reminder.objects.exclude(kind=Kind.SERVICE))
    still = sources.still_open(rows)
    return {(row.subject, row.rule, row.due_on) for row in rows if row.pk in still}


def after(case: Case, run: Callable[[], None]) -> tuple[dict[str, Any], set[tuple[str, str, date]], Counter[Any]]:
    """What a way of running leads to; taken back afterwards."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    with transaction.atomic():
        run()
        told = Reminder.objects.exclude(pk__in=before).exclude(levels=[]).values_list("subject", "due_on")
        found = outcome(case), on_record(), Counter(told)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), length=st.integers(1, 8), gap=st.integers(2, 45))
def test_one_run_after_missed_nights_does_what_the_nightly_runs_do(
    stage: None, data: st.DataObject, length: int, gap: int
) -> None:
    with transaction.atomic():
        told = Told.begin(AT)
        for _ in range(length):
            if str(Case.objects.get(pk=told.case.pk).state) not in FITTING:
                break
            told.go_on(lambda options: options == FITS or data.draw(st.sampled_from(list(options))))
        first = timezone.localtime(told.at).date() + timedelta(days=1)
        last = first + timedelta(days=gap)

        def nightly() -> None:
            for at in nights(first, last):
                assert periodic.run_due(at).failed == []

        def once() -> None:
            assert periodic.run_due(night(last)).failed == []

        every, single = after(told.case, nightly), after(told.case, once)
        assert single[0] == every[0], told.done
        assert single[1] == every[1], told.done
        assert all(count == 1 for count in single[2].values()), "the lower rungs fall into the highest"
        transaction.set_rollback(True)


ROUNDS = 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_runs_at_once_while_people_act_double_nothing(story: Story) -> None:
    """Three runs in three places at the same moment, while the departments decide and the window asks."""
    silent_at = night(date(2026, 3, 10))
    for _round in range(ROUNDS):
        silent, asked, going = [story.submitted() for _ in range(3)], story.submitted(), story.accepted()
        steps.request_supplement(
            asked, items={"mat_food_layout": "缺"}, actor=story.window, at=MONDAY, taken_by="王小店"
        )
        late = night(date(2026, 4, 20))
        jobs: list[Callable[[], object]] = [lambda: periodic.run_due(silent_at) for _ in range(3)]
        for department, matters in story.parts(going).items():
            actor, mine = story.officer(department), Case.objects.get(pk=going.pk)
            jobs.append(lambda a=actor, c=mine, m=matters: steps.grant(c, matters=m, actor=a, at=silent_at))
        errors = all_at_once(jobs)
        assert errors == []
        assert all_at_once([lambda: periodic.run_due(late) for _ in range(3)]) == []
        assert {Case.objects.get(pk=case.pk).state for case in silent} == {Case.State.ACCEPTED}
        assert Case.objects.get(pk=asked.pk).state == Case.State.RETURNED
        for case in silent:
            assert case.documents.filter(kind="acceptance_notice").count() == 1
    rungs = Counter(Reminder.objects.values_list("subject", "rule", "due_on"))
    assert rungs and max(rungs.values()) == 1
    told = Reminder.objects.exclude(levels=[]).count()
    assert Parcel.objects.filter(kind="workflows.reminder").count() == told
    assert list(audit.disagreements()) == []


def all_at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run the jobs in threads that start together; errors, and what a run could not move."""
    gate, errors = threading.Barrier(len(jobs), timeout=60), []

    def run(job: Callable[[], object]) -> None:
        close_old_connections()
        try:
            gate.wait()
            errors.extend(getattr(job(), "failed", []))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
