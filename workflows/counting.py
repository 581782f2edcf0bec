"""Working days used and left as pages show them: unknown rather than a guess where the calendar does not reach."""

from collections.abc import Callable, Sequence
from datetime import date

from calendars.working_days import WorkingCalendar, YearNotLoaded
from permits import clock


def days_left(calendar: WorkingCalendar, today: date, limit: date | None) -> int | None:
    """Working days left, None where no limit is known or the calendar does not reach it."""
    return counted(clock.days_left, calendar, today, limit) if limit else None


def used_until(calendar: WorkingCalendar, accepted_on: date, until: date, stops: Sequence[clock.Stop]) -> int | None:
    """Working days used, the stopped ones left out; None where the calendar does not reach."""
    return counted(lambda days, first, last: clock.days_used(days, first, last, stops), calendar, accepted_on, until)


def counted(
    count: Callable[[WorkingCalendar, date, date], int], calendar: WorkingCalendar, first: date, last: date
) -> int | None:
    """What the count says, None where a year of it is not loaded."""
    try:
        return count(calendar, first, last)
    except YearNotLoaded:
        return None
