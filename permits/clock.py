"""The legal clock of a matter: two dates from the acceptance day, the promised and the statutory limit (R1.37).

Pure: dated facts and a calendar in, dates out. Working days follow the State Council's calendar (R2.1), the day of
acceptance is not counted (R2.2), a calendar-day limit that ends on a day off moves to the next working day (R2.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendars.working_days import Deadline, WorkingCalendar

INTAKE_DAYS = 5
"""Working days in which a supplement notice can be served; after that silence is acceptance (R2.8)."""


class DayType(StrEnum):
    """In what a limit is counted."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one matter's clock is made of: days of the statute and of the promise. A promise counts working days."""

    statutory_days: int
    day_type: str
    promised_days: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The two last days of a matter. `provisional`: one of them rests on a year without an official notice."""

    statutory_by: date
    promised_by: date
    provisional: bool


def last_day(calendar: WorkingCalendar, start: date, days: int, day_type: str) -> Deadline:
    """The last day of a limit that began with `start` (not counted)."""
    if day_type == DayType.CALENDAR:
        return calendar.add_calendar_days(start, days)
    return calendar.add(start, days)


def dates(calendar: WorkingCalendar, accepted_on: date, limits: Limits) -> Dates:
    """Both limits of a matter accepted on a day. The promise never ends after the statute (R1.37).

    Zero statutory days, as filings have, mean that the statute names no number: the published promise is the limit.
    """
    promised = calendar.add(accepted_on, limits.promised_days)
    if not limits.statutory_days:
        return Dates(promised.date, promised.date, promised.provisional)
    statutory = last_day(calendar, accepted_on, limits.statutory_days, limits.day_type)
    if promised.date > statutory.date:
        promised = statutory
    return Dates(statutory.date, promised.date, statutory.provisional or promised.provisional)


def days_used(calendar: WorkingCalendar, accepted_on: date, until: date) -> int:
    """Working days from acceptance (not counted) up to and with `until`; never below zero."""
    return calendar.count(accepted_on, until) if until > accepted_on else 0


def days_left(calendar: WorkingCalendar, today: date, limit: date) -> int:
    """Working days after today up to and with the limit; 0 on the last day, negative once it has passed."""
    if limit >= today:
        return calendar.count(today, limit)
    return -calendar.count(limit, today) or -1


def deemed_accepted_on(calendar: WorkingCalendar, received_on: date, today: date) -> date | None:
    """The acceptance day by silence: receipt itself, once its fifth working day has passed (R2.8)."""
    return received_on if today > calendar.add(received_on, INTAKE_DAYS).date else None


def earliest(days: Iterable[date]) -> date | None:
    """The first of the dates, None without any."""
    return min(days, default=None)
