"""The law as rehearsal files: each plays, and every step and date comes out as the rule says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from tests.workflows.conftest import MONDAY
from workflows import audit
from workflows.rehearsal.play import play
from workflows.rehearsal.script import UnusableScript, read
from workflows.rehearsal.stage import furnish

pytestmark = pytest.mark.django_db

SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
STEP = re.compile(r"\bdo: (\w+)(.*)")


def of_every_verb() -> set[Path]:
    """As many as it takes to play each verb, and each that is refused: these are played on PostgreSQL too."""
    played = {
        path: {(do, "refused" in rest) for do, rest in STEP.findall(path.read_text("utf-8"))} for path in SCENARIOS
    }
    chosen, left = set(), set().union(*played.values())
    while left:
        chosen.add(most := max(SCENARIOS, key=lambda path: len(played[path] & left)))
        left -= played[most]
    return chosen


EACH = of_every_verb()
PLAYED = [pytest.param(path, marks=[pytest.mark.each_database] * (path in EACH)) for path in SCENARIOS]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> object:
    """Catalogue, calendar and demo accounts, made once for all files and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        furnish()
        yield MONDAY
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", PLAYED, ids=[path.stem for path in SCENARIOS])
def test_scenario(path: Path, stage: object) -> None:
    result = play(read(path))
    assert result["failures"] == []
    assert [line for line in result["undone"] if "尚未载入" not in line] == [], "a night failed"
    assert list(audit.disagreements()) == []


def test_r2_6_a_year_that_is_not_loaded_gives_no_date_at_all(stage: object) -> None:
    """The rehearsal stops and names the year; it neither guesses a day nor calls it the law's refusal."""
    script = read(SCENARIOS[0])
    beyond = [replace(step, at=step.at.replace(year=2090)) for step in script.steps]
    with pytest.raises(UnusableScript, match="2090"):
        play(replace(script, steps=tuple(beyond)))


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 18
