"""Which missing papers may come after acceptance (容缺受理, R6.9), and until when (R6.10). Pure.

    judge(asked, promised_days=5, breaches=0).allowed
    due_on(calendar, accepted_on, promised_days=5)

The paper comes first, the licence waits: a commitment on the conditions of a permit is another thing (R6.7, `eligibility`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendars.working_days import Deadline, WorkingCalendar
from industries.late_papers import days_for
from industries.results import NoticeMaterial


class Ground(StrEnum):
    """Why a material may come later, or the first thing that stands against it."""

    SECONDARY = "secondary"
    BREACH = "breach"
    NO_TIME = "no_time"
    NOT_ASKED = "not_asked"
    MAIN = "main"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one material."""

    material: str
    ground: Ground

    @property
    def allowed(self) -> bool:
        return self.ground is Ground.SECONDARY


def due_on(calendar: WorkingCalendar, accepted_on: date, promised_days: int) -> Deadline:
    """The last day for a paper. Raises `YearNotLoaded`, and ValueError where the promise is too short."""
    days = days_for(promised_days)
    if not days:
        raise ValueError(f"a promise of {promised_days} working days leaves no day for a late paper")
    return calendar.add(accepted_on, days)


def judge(material: str, asked: NoticeMaterial | None, *, promised_days: int, breaches: int) -> Verdict:
    """Whether this material may come later. `asked` is its line in the notice, None where it is not asked for; `breaches`:
    how many broken commitments of the applicant are not repaired (R6.11)."""
    if breaches:
        return Verdict(material, Ground.BREACH)
    if not days_for(promised_days):
        return Verdict(material, Ground.NO_TIME)
    if asked is None or asked.status != "submit":
        return Verdict(material, Ground.NOT_ASKED)
    return Verdict(material, Ground.SECONDARY if asked.tolerable else Ground.MAIN)


def needs(asked: Iterable[NoticeMaterial], material: str) -> frozenset[str]:
    """The matters that require a material."""
    return frozenset(matter.id for one in asked if one.id == material for matter in one.required_by)
