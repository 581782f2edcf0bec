"""Whatever anybody tries in any order, alone or at once, the record stays lawful (R2.9, R2.21, R2.24)."""

import random
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permits.models import Case
from tests.effort import times
from tests.workflows import more_in_any_order, visits_in_any_order
from tests.workflows.any_order import PAUSES, VALUES, Told, faults
from tests.workflows.lives_in_any_order import APPLYING, FITTING
from tests.workflows.openings import AT, OPENINGS
from workflows.rehearsal.script import NEEDED, VERBS
from workflows.rehearsal.stage import furnish

STORIES, LENGTH, CODA = times(12), 12, times(3)
ENDS = set(Case.State.values)
DEEDS = {
    "appoint",
    "dismiss",
    "ask to extend",
    "approve it",
    "reject it",
    "refer",
    "sign on a device",
    "suspect",
    "conclude",
}
KINDS = (set(VERBS) | DEEDS) - {"tick"} - {do for do, _by in (*FITTING, *APPLYING)}
"""What is reached for certain here: every verb but those that `test_lives_in_any_order` reaches for certain, and the deeds."""
ROUNDS, PEOPLE = times(3), 4


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
    """From the beginning, or from anywhere in one of the openings."""
    opening = OPENINGS[data.draw(st.sampled_from(sorted(OPENINGS)))]
    with transaction.atomic():
        told = deque(opening.begin(data.draw(st.integers(0, len(opening.lines)))), maxlen=1).pop()
        for _ in range(LENGTH):
            told.go_on(lambda options: data.draw(st.sampled_from(list(options))))
            assert told.faults() == [], told.done
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_kind_of_act_and_every_end_is_reached_and_leaves_a_lawful_case(stage: None) -> None:
    """Each opening from end to end, what no script does in its midst and at its end, then some steps of chance: the same dice in
    every run. Whoever takes an act out of reach sees it here."""
    states: set[str] = set()
    done: set[str] = set()
    for seed, (name, opening) in enumerate(sorted(OPENINGS.items())):
        dice = random.Random(seed)
        with transaction.atomic():
            for place, told in enumerate(opening.begin()):
                states.add(Case.objects.get(pk=told.case.pk).state)
                if place in (len(opening.lines) // 2, len(opening.lines)):
                    done |= deeds_done(told, dice)
            assert told.faults() == [], (name, told.done)
            for _ in range(CODA):
                told.go_on(lambda options: dice.choice(list(options)))
                assert told.faults() == [], (name, told.done)
            done.update(told.done)
            transaction.set_rollback(True)
    assert states >= ENDS
    assert KINDS - {entry.partition(" by ")[0] for entry in done} == set()


def deeds_done(told: Told, dice: random.Random) -> set[str]:
    """Everything that is a deed here and no verb, tried a few times by whom chance will, and taken back; what went through."""
    aside = replace(told, done=[])
    with transaction.atomic():
        for _ in range(3):
            aside.at += timedelta(hours=1)
            case = Case.objects.get(pk=told.case.pk)
            choose = lambda options: dice.choice(list(options))  # noqa: E731 - as everywhere here
            offered = more_in_any_order.deeds_of(case, told.plot.own, aside.at, choose)
            aside.done += map(aside.do, dice.sample(offered, len(offered)))
        assert aside.faults(anyway=True) == [], (told.done, aside.done)
        transaction.set_rollback(True)
    return set(aside.done)


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
