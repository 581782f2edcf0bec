"""Whatever departments and holders do with permits in any order, paper, code, status list and register stay together (R1.16, R1.17)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from audit import verify
from certificates.models import LicenceItem
from permits.models import Case
from tests.effort import times
from tests.workflows.any_order import OWN, Told
from tests.workflows.lives_in_any_order import APPLYING, BY_TWO, FITTING, PREPARED_BY, details_of, faults, fitting
from tests.workflows.merging_in_any_order import ALONE, HELD, MERGING, ON_PAPER, name
from tests.workflows.plots import BATH, Plot
from workflows import audit, periodic
from workflows.rehearsal import play
from workflows.rehearsal.script import ScriptStep
from workflows.rehearsal.stage import furnish

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
STORIES, LENGTH = times(8), 8
CONFIRMING = ("confirm_merge", "refuse_merge")
MATTERS = OWN | HELD | ON_PAPER | ALONE
TWO = ("m_food_license", "m_tobacco")
"""What takes two persons in these stories."""
ACTS = (*FITTING, *APPLYING, *BY_TWO, *((do, "department" if do in CONFIRMING else "applicant") for do in MERGING))
BESIDE = Plot("bath_foot_spa", BATH | {"choose_commitment": False}, ALONE)
"""A foot bath in the same shop, of which one permit is granted alone."""
PAUSES = (1, 30, 24 * 60, 24 * 170)


@pytest.fixture(scope="module")
def issued(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Told]:
    """A licence over three permits of three departments for a year each and one held before; a single permit of the same shop,
    granted later. Taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        furnish()
        told = Told.begin(AT)
        opening = [("submit", "applicant", {}), ("accept", "window", {})]
        grants = [("grant", body, {"matters": [matter]}) for matter, body in OWN.items()]
        held = [
            (do, by, {"matters": list(HELD)})
            for do, by in (("merge", "applicant"), ("confirm_merge", HELD["m_health"]))
        ]
        _play(told.case, AT, [*opening, *held, *grants])
        later = AT + timedelta(days=1)
        beside = Told.begin(later, BESIDE).case
        refusals = [
            ("refuse", body, {"matters": [matter], "reason": "不符合条件"})
            for matter, body in (("m_health", "dept_health"), ("m_signboard", "dept_subdistrict"))
        ]
        _play(beside, later, [*opening, ("grant", ALONE["m_fire"], {"matters": list(ALONE)}), *refusals])
        yield Told(told.case, later + timedelta(hours=6))
        transaction.set_rollback(True)


def _play(case: Case, at: datetime, steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    for hour, (do, by, details) in enumerate(steps):
        case.matters.update(validity_years=1)
        case.matters.filter(matter__in=TWO).update(two_persons=True)
        assert play.attempt(case, ScriptStep(at + timedelta(hours=hour), do, by, False, details)) is None, do


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
                seen.update(LicenceItem.objects.values_list("state", flat=True))
            assert [*audit.disagreements(), *verify.faults()] == [], (seed, told.done)
            done.update(entry.partition(" ")[0] for entry in told.done)
            transaction.set_rollback(True)
    assert seen == set(LicenceItem.State.values)
    assert done == {do for do, _by in ACTS}


def _go_on(told: Told, deck: list[tuple[str, str]], dice: random.Random) -> None:
    """The next act of the deck that fits something now, or what has to be done before it; where none does, any. One that does
    not go through comes back later."""
    told.at += timedelta(hours=dice.choice(PAUSES))
    periodic.run_due(told.at)
    place, (do, by), matter = _next(told, deck, dice)
    if (do, by) == deck[place]:
        del deck[place]
    if do == "renew":
        told.at = max(told.at, _before_its_end(matter, told.at))
        periodic.run_due(told.at)
    if _do(told, do, by, matter or dice.choice(list(OWN | HELD)), dice):
        told.done.append(f"{do} {matter}")
    elif len(deck) < len(ACTS):
        deck.insert(0, (do, by))


def _next(told: Told, deck: list[tuple[str, str]], dice: random.Random) -> tuple[int, tuple[str, str], str]:
    """Its place in the deck, the act, and the matter that it fits; empty where none fits any."""
    for place in reversed(range(len(deck))):
        for act in (deck[place], PREPARED_BY.get(deck[place][0])):
            if act and (matter := fitting(told.case, act[0], told.at, dice)):
                return place, act, matter
    return -1, deck[-1], ""


def _before_its_end(matter: str, now: datetime) -> datetime:
    """Forty days before a permit's term is over: there is no window for its renewal before."""
    end = LicenceItem.objects.filter(matter=matter, ended_on=None).values_list("valid_to", flat=True).first()
    return datetime.combine(end - timedelta(40), now.timetz()) if end else now


def _do(told: Told, do: str, by: str, matter: str, dice: random.Random) -> bool:
    """Do it where the permit stands; says whether it went through."""
    if do == "merge" and matter in ALONE:
        return name(told.case, matter, told.at)
    item = LicenceItem.objects.filter(matter=matter).select_related("case_matter__case").first()
    case = item.case_matter.case if item and do not in MERGING else told.case
    details = details_of(do, by, matter, told.at, dice)
    return (
        play.attempt(case, ScriptStep(told.at, do, MATTERS[matter] if by == "department" else by, False, details))
        is None
    )
