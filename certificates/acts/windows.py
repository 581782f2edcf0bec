"""Within which days the renewal of a permit is applied for (R2.30, R2.31). Pure, but for its data (`renewal_terms.yaml`).

    window(term_of("m_food_license"), last_day, calendar)

Working days of a year whose calendar is not loaded count by the weekday: the window is then provisional, and can only be
wider than the true one at its end, so that nobody is turned away by a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from calendars.working_days import WorkingCalendar, YearNotLoaded

WORKING = "working"
DAY = timedelta(1)
LATEST_BEFORE = timedelta(92)
"""No window closes longer than this before the last day of a term."""


@dataclass(frozen=True, slots=True)
class Term:
    """So many days before the last day a renewal can first and last be applied for; `basis`: the rule that says so."""

    opens: int
    closes: int
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last day, both included."""

    opens_on: date
    closes_on: date
    provisional: bool = False

    def is_early(self, day: date) -> bool:
        """Whether the window has not opened."""
        return day < self.opens_on

    def is_late(self, day: date) -> bool:
        """Whether it has closed: what comes now is no renewal (R2.32)."""
        return day > self.closes_on


@cache
def _data() -> Mapping[str, Any]:
    told: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("renewal_terms.yaml").read_text("utf-8"))
    return told


def term_of(matter: str) -> Term:
    """The matter's own rule, or article 50 (R2.31)."""
    return Term(**_data()["matters"].get(matter, _data()["general"]))


def window(term: Term, last_day: date, calendar: WorkingCalendar) -> Window:
    """The window before the last day of a permit's term."""
    if term.unit != WORKING:
        return Window(last_day - term.opens * DAY, last_day - term.closes * DAY)
    opens, closes = _before(last_day, term.opens, calendar), _before(last_day, term.closes, calendar)
    return Window(opens, closes, provisional=_is_sure(opens, last_day, calendar) is False)


def _before(day: date, n: int, calendar: WorkingCalendar) -> date:
    """The latest day behind which, up to `day` included, lie `n` working days."""
    while n:
        n -= _works(day, calendar)
        day -= DAY
    return day


def _works(day: date, calendar: WorkingCalendar) -> bool:
    try:
        return calendar.is_working(day)
    except YearNotLoaded:
        return day.weekday() < 5


def _is_sure(first: date, last: date, calendar: WorkingCalendar) -> bool:
    try:
        return not calendar.has_provisional(first, last)
    except YearNotLoaded:
        return False
