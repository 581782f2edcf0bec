"""Whatever departments and holders do with permits in any order, paper, code, status list and register stay together (R1.16, R1.17)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from audit import verify
from certificates.models import LicenceItem
from tests.effort import times
from tests.workflows.any_order import OWN, Told
from tests.workflows.lives_in_any_order import APPLYING, FITTING, PREPARED_BY, details_of, faults, fitting
from tests.workflows.merging_in_any_order import HELD
from workflows import audit, periodic
from workflows.rehearsal import play
from workflows.rehearsal.script import ScriptStep
from workflows.rehearsal.stage import furnish

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
STORIES, LENGTH = times(8), 7
ACTS = (*FITTING, *APPLYING)
PAUSES = (1, 30, 24 * 60, 24 * 170)


@pytest.fixture(scope="module")
def issued(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Told]:
    """A licence over three permits of three departments, for a year each, taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        furnish()
        told = Told.begin(AT)
        opening = [("submit", "applicant", {}), ("accept", "window", {})]
        grants = [("grant", body, {"matters": [matter]}) for matter, body in OWN.items()]
        held = [
            (do, by, {"matters": list(HELD)})
            for do, by in (("merge", "applicant"), ("confirm_merge", HELD["m_health"]))
        ]
        for hour, (do, by, details) in enumerate([*opening, *held, *grants]):
            told.case.matters.update(validity_years=1)
            assert play.attempt(told.case, ScriptStep(AT + timedelta(hours=hour), do, by, False, details)) is None
        yield Told(told.case, AT + timedelta(hours=11))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_r1_17_no_acts_in_any_order_take_the_record_apart(issued: Told) -> None:
    """The same dice in every run; the acts come from a deck, so that each has its turn. Every state of an item is reached;
    terms and suspensions run out on the way."""
    seen: set[str] = set()
    done: set[str] = set()
    deck: list[tuple[str, str]] = []
    for seed in range(STORIES):
        dice = random.Random(seed)
        with transaction.atomic():
            told = replace(issued, done=[])
            for _ in range(LENGTH):
                deck = deck or dice.sample(ACTS, len(ACTS))
                _go_on(told, deck, dice)
                assert list(faults(told.case, told.at)) == [], (seed, told.done)
                seen.update(LicenceItem.objects.filter(case_matter__case=told.case).values_list("state", flat=True))
            assert [*audit.disagreements(), *verify.faults()] == [], (seed, told.done)
            done.update(entry.partition(" ")[0] for entry in told.done)
            transaction.set_rollback(True)
    assert seen == set(LicenceItem.State.values)
    assert done == {do for do, _by in ACTS}


def _go_on(told: Told, deck: list[tuple[str, str]], dice: random.Random) -> None:
    """The next act of the deck, or what has to be done before it; one that does not go through comes back later."""
    told.at += timedelta(hours=dice.choice(PAUSES))
    periodic.run_due(told.at)
    do, by = deck.pop()
    matter = fitting(told.case, do, by, dice)
    if not matter and do in PREPARED_BY:
        deck.append((do, by))
        do, by = PREPARED_BY[do]
        matter = fitting(told.case, do, by, dice)
    matter = matter or dice.choice(list(OWN | HELD))
    details = details_of(do, by, matter, told.at, dice)
    step = ScriptStep(told.at, do, (OWN | HELD)[matter] if by == "department" else by, False, details)
    if play.attempt(told.case, step) is None:
        told.done.append(f"{do} {matter}")
    elif len(deck) < len(ACTS):
        deck.insert(0, (do, by))
