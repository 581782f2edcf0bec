"""Whatever anybody tries in any order, alone or at once, the record stays lawful (R2.9, R2.21, R2.24)."""

import random
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permits.models import Case
from tests.effort import times
from tests.workflows import visits_in_any_order
from tests.workflows.any_order import FITS, PAUSES, VALUES, Told, faults
from tests.workflows.plots import PLOTS
from workflows.rehearsal.script import NEEDED
from workflows.rehearsal.stage import furnish

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
STORIES, CHANCES, LENGTH = times(16), times(60), 16
ENDS = {"submitted", "supplement_requested", "accepted", "deciding", "issued", "withdrawn", "returned"}
ROUNDS, PEOPLE = times(3), 4
LUCKY = 18
"""The first die: from here on the ends come soon."""


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Catalogue, calendar and accounts for all stories, taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        furnish()
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
# The same stories in every run: a new fault is then the fault of what was changed.
@settings(max_examples=STORIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_steps_in_any_order_leave_a_lawful_case(stage: None, data: st.DataObject) -> None:
    with transaction.atomic():
        told = Told.begin(AT, data.draw(st.sampled_from(PLOTS)))
        for _ in range(LENGTH):
            told.go_on(lambda options: data.draw(st.sampled_from(list(options))))
            assert told.faults() == [], told.done
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_plain_chance_reaches_every_end(stage: None) -> None:
    """The same dice in every run: whoever changes what is likely sees which ends are no longer tried.

    As many stories as it takes until every end was reached, but no more than CHANCES. In every second one each step fits
    the state: it gets far.
    """
    states: set[str] = set()
    for seed in range(LUCKY, LUCKY + CHANCES):
        if states >= ENDS:
            break
        dice = random.Random(seed)
        with transaction.atomic():
            told = Told.begin(AT, PLOTS[seed % 3])
            for _ in range(LENGTH):
                told.go_on(lambda options: bool(seed % 2 and options == FITS) or dice.choice(list(options)))
                states.add(Case.objects.get(pk=told.case.pk).state)
            assert told.faults(anyway=True) == [], (seed, told.done)
            transaction.set_rollback(True)
    assert states >= ENDS


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_people_who_act_at_once_leave_a_lawful_case(django_db_serialized_rollback: None) -> None:
    """Each moment everybody tries something, and the nightly run is on in as many places."""
    furnish()
    for turn in range(ROUNDS):
        told, dice = Told.begin(AT), random.Random(turn)
        hours, gate = [dice.choice(PAUSES) for _ in range(LENGTH)], threading.Barrier(PEOPLE, timeout=60)
        seeds = range(turn * PEOPLE, (turn + 1) * PEOPLE)
        crowd = [threading.Thread(target=act, args=(told.case, seed, hours, gate)) for seed in seeds]
        for person in crowd:
            person.start()
        for person in crowd:
            person.join()
        assert list(faults(told.case, AT + timedelta(hours=sum(hours)))) == []


def act(case: Case, seed: int, hours: list[int], gate: threading.Barrier) -> None:
    """One person tries one thing after the other, on a connection of their own, each at the same moment as the others."""
    close_old_connections()
    dice, told = random.Random(seed), Told(case, AT)
    try:
        for pause in hours:
            gate.wait()
            told.go_on(lambda options: dice.choice(list(options)), pause)
    finally:
        connection.close()


def test_every_verb_is_played_with_what_it_needs() -> None:
    needed = {key for keys in NEEDED.values() for key in keys}
    assert needed - {"matters"} <= set(VALUES) | visits_in_any_order.KEYS
