"""Within how many days after the decision a commitment is checked (事中事后核查, R6.5). Pure."""

from datetime import date
from typing import NamedTuple

from calendars.working_days import Deadline, WorkingCalendar
from industries.entities import GENERAL_POST_CHECK_DAYS, Matter
from permits import clock


class Window(NamedTuple):
    """Within how many days after the decision the check is made, and what is counted."""

    days: int
    unit: str


def window_of(matter: Matter) -> Window:
    """The matter's own window; never none, since a commitment without a check after it is no commitment (R6.5)."""
    if matter.post_check_days is None:
        return Window(GENERAL_POST_CHECK_DAYS, clock.DayType.CALENDAR)
    return Window(matter.post_check_days, matter.post_check_unit)


def window_words(matter: Matter) -> str:
    """`20个工作日`, `30日`, as papers write it."""
    window = window_of(matter)
    return f"{window.days}个工作日" if window.unit == clock.DayType.WORKING else f"{window.days}日"


def due_on(calendar: WorkingCalendar, decided_on: date, window: Window) -> Deadline:
    """The last day of the check. Raises `YearNotLoaded`."""
    return clock.last_day(calendar, decided_on, window.days, window.unit)
