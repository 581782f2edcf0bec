"""On which nights something falls due: a rehearsal plays those alone, so that years without news cost nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar, YearNotLoaded
from certificates.models import LicenceItem
from permits import clock
from workflows import periodic
from workflows.reminders import ladder
from workflows.reminders.settings import ladders
from workflows.reminders.sources import SOURCES


def next_day(after: date, until: date) -> date | None:
    """The first day within (after, until] on which a rung is reached or a last day has passed; None without any."""
    return min(_days(after, until), default=None)


def _days(after: date, until: date) -> Iterator[date]:
    calendar = current_calendar()
    end = min(until, date(max(calendar.years, default=until.year), 12, 31))
    for kind, find in SOURCES.items():
        for thing in find(None, None):
            try:
                due = thing.due_on(calendar)
                reached = ladder.next_change(calendar, due, after, end, ladders()[kind]) if end > after else None
            except YearNotLoaded:
                continue  # the run itself will say so
            for day in (reached, due + timedelta(1)):
                if day is not None and after < day <= until:
                    yield day
    yield from _untold(calendar, after, until)
    yield from _ends(after, until)


def _untold(calendar: WorkingCalendar, after: date, until: date) -> Iterator[date]:
    """The days on which a supplement notice that was not served makes its case accepted (R2.8)."""
    for complete_on in periodic.untold(until).values_list("complete_on", flat=True):
        if complete_on is None:
            continue
        try:
            last = calendar.add(complete_on, clock.INTAKE_DAYS + clock.RECORD_DAYS).date
        except YearNotLoaded:
            continue
        if after < last + timedelta(1) <= until:
            yield last + timedelta(1)


def _ends(after: date, until: date) -> Iterator[date]:
    """The days after the terms of permits that still run: they end, or were renewed by silence."""
    last_days = LicenceItem.objects.filter(ended_on=None, valid_to__gte=after, valid_to__lt=until)
    yield from (day + timedelta(1) for day in last_days.values_list("valid_to", flat=True) if day)
