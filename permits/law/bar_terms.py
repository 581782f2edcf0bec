"""For how long a permit may not be applied for again, by matter and by what was decided (R2.27). Pure.

    for term in terms("m_food_license", Ground.FALSE_MATERIAL): last_day(decided_on, term.years)

The durations are data (`bar_terms.yaml`), each with the clause that it rests on; without a clause there is no bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class Ground(StrEnum):
    """What was decided: refused or not accepted for false material, revoked for fraud, revoked as a penalty."""

    FALSE_MATERIAL = "false_material"
    FRAUD = "fraud"
    PENALTY = "penalty"


class Subject(StrEnum):
    """Who may not apply again: the enterprise, or the person who represents it, whichever enterprise they come with."""

    ENTERPRISE = "enterprise"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Term:
    """One bar as the law orders it: whom it hits, calendar years, the clause."""

    subject: Subject
    years: int
    basis: str


@dataclass(frozen=True, slots=True)
class Law:
    """The data: general terms of a ground, the matters to which they apply and do not, what special laws say instead."""

    general: Mapping[str, Term]
    safety: frozenset[str]
    other: frozenset[str]
    special: Mapping[str, Mapping[str, tuple[Term, ...]]]

    def terms(self, matter: str, ground: str) -> tuple[Term, ...]:
        """Every bar that this decision on this matter brings about; none where no law says so."""
        instead = self.special.get(matter, {}).get(ground)
        if instead is not None:
            return instead
        term = self.general.get(ground)
        return (term,) if term is not None and matter in self.safety else ()


def terms(matter: str, ground: str) -> tuple[Term, ...]:
    """What the law in the house's own file says."""
    return law().terms(matter, ground)


@cache
def law() -> Law:
    """The file, read once. A ground or subject that nobody knows is a fault of the file: ValueError."""
    raw = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return Law(
        general={Ground(ground): _term(said) for ground, said in raw["general"].items()},
        safety=frozenset(raw["safety"]),
        other=frozenset(raw["other"]),
        special={
            matter: {Ground(ground): tuple(map(_term, said)) for ground, said in grounds.items()}
            for matter, grounds in raw["special"].items()
        },
    )


def _term(said: Mapping[str, Any]) -> Term:
    return Term(Subject(said.get("subject", Subject.ENTERPRISE)), int(said["years"]), str(said["basis"]))


def last_day(on: date, years: int) -> date:
    """The last day of the bar: the day of the decision is not counted, so it is the same day so many years on; where that
    year has no 29 February, the 28th. A day off does not prolong it: nobody has to act on it."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 2, 28)


def stands(on: date, since: date, until: date) -> bool:
    """Whether an application of this day falls into the bar: from the day of the decision up to and with the last day."""
    return since <= on <= until
