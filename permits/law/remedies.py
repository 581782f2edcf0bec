"""What the party can do against a decision, and until when (R2.34, R2.35). Pure: the body's remedies, a day, a calendar.

Sixty days and six months run by the calendar, not by working days (R2.4); the day of knowing is not counted, and a last
day that is a day off moves to the next working day (R2.2).
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from calendars.working_days import Deadline, WorkingCalendar, YearNotLoaded

DATED = ("known_on", "review_by", "suit_by", "provisional")
"""What is known of remedies once the decision is."""


def with_last_days(remedies: Mapping[str, Any], known_on: date | None, calendar: WorkingCalendar) -> dict[str, Any]:
    """The body's remedies with `review_by` and `suit_by` (ISO days), for a decision known on a day.

    Without the days while nobody knows of it: nothing has begun to run. `provisional`: a last day rests on a year without an
    official notice and may still move. Empty without remedies.
    """
    if not remedies:
        return {}
    if known_on is None:
        return {name: value for name, value in remedies.items() if name not in DATED}
    review = _moved(calendar, date.fromordinal(known_on.toordinal() + int(remedies["review_days"])))
    suit = _moved(calendar, months_after(known_on, int(remedies["suit_months"])))
    last_days = {"known_on": str(known_on), "review_by": str(review.date), "suit_by": str(suit.date)}
    return {**remedies, **last_days, "provisional": review.provisional or suit.provisional}


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _moved(calendar: WorkingCalendar, day: date) -> Deadline:
    """The day itself or the next working day; unmoved and provisional where its year is not in the calendar."""
    try:
        return calendar.add_calendar_days(day, 0)
    except YearNotLoaded:
        return Deadline(day, provisional=True)
