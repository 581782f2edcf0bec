"""Who is called next at the counter, and which times can be booked. Pure.

Whoever booked a time comes first from that time on; before it they wait like everybody else, and nobody who drew a number
earlier loses by it. Otherwise the numbers follow each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from calendars.working_days import WorkingCalendar, YearNotLoaded

Span = tuple[time, time]
"""From when until when, within a day."""
AHEAD_DAYS = 10
"""Working days ahead that can be booked."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number that waits, with the booked time where there is one."""

    number: int
    booked_for: time | None = None


def next_of(waiting: Iterable[Waiting], now: time) -> Waiting | None:
    """Whose turn it is: a booked time that has come, the earliest first; else the smallest number."""

    def place(one: Waiting) -> tuple[bool, time, int]:
        has_come = one.booked_for is not None and one.booked_for <= now
        return (not has_come, one.booked_for if has_come and one.booked_for else time.min, one.number)

    return min(waiting, key=place, default=None)


def times(begins: time, ends: time, minutes: int) -> Iterator[tuple[time, time]]:
    """The times of a day from `begins` until `ends`, each so many minutes long; what is left over at the end is none."""
    day = date.min
    start, last = datetime.combine(day, begins), datetime.combine(day, ends)
    step = timedelta(minutes=minutes)
    while start + step <= last:
        yield start.time(), (start + step).time()
        start += step


def overlap(wanted: Iterable[Span], there: Iterable[Span]) -> tuple[Span, Span] | None:
    """The first wanted time that shares a moment with another one, and that one; an end that is another's beginning does not."""
    known = list(there)
    for new in wanted:
        for old in known:
            if new[0] < old[1] and old[0] < new[1]:
                return new, old
    return None


def bookable_until(calendar: WorkingCalendar, today: date) -> date:
    """The last day that can be booked; where the calendar does not reach, so many days in a row."""
    try:
        return calendar.add(today, AHEAD_DAYS).date
    except YearNotLoaded:
        return today + timedelta(days=AHEAD_DAYS)
