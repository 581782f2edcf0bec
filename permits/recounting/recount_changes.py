"""The last days to put right what a joint visit found, when the calendar changes: on, never back, for the notice told them (R2.22)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from audit.rows import update_rows
from calendars.working_days import WorkingCalendar
from permits.clock import RECTIFICATION
from permits.deadlines.limits import Moved
from permits.models import Case, CaseMatter, ClockStop, Inspection


def concerned() -> frozenset[int]:
    """The keys of cases in which something is still to be put right."""
    return frozenset(_open().values_list("case_id", flat=True))


def recount(case: Case, calendar: WorkingCalendar, days: Sequence[date]) -> list[Moved]:
    """Derive the day of a held case anew; what moved, matter by matter. A clock that stands for it stands as long."""
    visit = _open().filter(case=case).order_by("-pk").first()
    if visit is None:
        return []
    assert visit.rectify_by is not None  # asked for
    assert visit.ended_at is not None  # a closed visit has its moment
    before = visit.rectify_by
    after = as_given(calendar, days, timezone.localtime(visit.ended_at).date(), before)
    if after <= before:
        return []
    visit.rectify_by = after
    update_rows([visit], ["rectify_by"])
    stops = list(ClockStop.objects.filter(case=case, ground=RECTIFICATION, ended_on=None, expected_end=before))
    for stop in stops:
        stop.expected_end = after
    update_rows(stops, ["expected_end"])
    rows = case.matters.filter(state=CaseMatter.State.RECTIFYING).order_by("position")
    return [Moved(row.matter, "changes_by", before, after) for row in rows]


def as_given(calendar: WorkingCalendar, days: Sequence[date], first: date, last: date) -> date:
    """The last of as many working days as lay behind `first` up to and with `last` before these days began or ceased to count."""
    changed = frozenset(days)
    span = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    return calendar.add(first, sum(calendar.is_working(day) != (day in changed) for day in span)).date


def _open() -> QuerySet[Inspection]:
    """Visits that found something wanting which nobody has reported as put right."""
    told = Inspection.objects.filter(rectify_by__isnull=False, ended_at__isnull=False, reported_at=None)
    return told.filter(case__matters__state=CaseMatter.State.RECTIFYING).distinct()
