"""Days of duty that rest on the calendar: the check after a commitment, the end of an order to rectify, the answer to a
completeness review, those of hearings (`recount_hearings`) and of what a visit found (`recount_changes`).

They follow from the decision and from the day on which the application was complete; a calendar that changed derives them
anew, on or back, with an entry on the case's record. Who has to keep them is told; of a check its holder too.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from accounts.actors import SYSTEM
from audit import chain
from audit.rows import update_rows
from calendars.working_days import WorkingCalendar
from outbox import post
from permits import messages
from permits.clock import INTAKE_DAYS
from permits.deadlines.limits import Moved
from permits.documents import Parcel
from permits.intake import HEAD
from permits.law.check_window import due_on, window_of
from permits.models import Case, CompletenessReview, PostCheck
from permits.recounting import recount_changes, recount_hearings


def concerned() -> frozenset[int]:
    """The keys of cases in which somebody still has such a day to keep."""
    checks = PostCheck.objects.filter(state=PostCheck.State.DUE).values_list("case_matter__case_id", flat=True)
    reviews = CompletenessReview.objects.waiting().values_list("case_id", flat=True)
    ordered = _ordered().values_list("case_matter__case_id", flat=True)
    others = recount_hearings.concerned() | recount_changes.concerned()
    return frozenset(checks) | frozenset(reviews) | frozenset(ordered) | others


def recount(case: Case, calendar: WorkingCalendar, days: Sequence[date], at: datetime) -> list[Moved]:
    """Derive the days of a held case anew; what moved, with its audit entry and messages where something did."""
    checks, reviews = _checks(case, calendar), _reviews(case, calendar)
    orders = [*_orders(case, calendar, days), *recount_changes.recount(case, calendar, days)]
    heard = recount_hearings.recount(case, calendar, at)
    record(case, [*checks, *reviews, *orders, *heard], days, at)
    parcels: list[Parcel] = []
    if checks:
        parcels.append(messages.told(case, "check_moved", at=at, moves=[move.as_facts() for move in checks]))
    if reviews:
        before, after = reviews[0].before, reviews[0].after
        parcels.append(messages.told(case, "review_moved", at=at, before=str(before), after=str(after)))
    if orders:
        parcels.append(messages.told(case, "rectification_moved", at=at, moves=[move.as_facts() for move in orders]))
    if heard:
        parcels.append(messages.told(case, "hearing_moved", at=at, moves=[move.as_facts() for move in heard]))
    if parcels:
        post.put_many(parcels, at=at)
    return [*checks, *reviews, *orders, *heard]


def day_before_change(calendar: WorkingCalendar, days: Sequence[date], start: date, count: int) -> date:
    """The last of so many working days as it was counted before these days began or ceased to count."""
    changed, day = frozenset(days), start
    while count:
        day += timedelta(1)
        count -= calendar.is_working(day) != (day in changed)
    return day


def record(case: Case, moved: Sequence[Moved], days: Sequence[date], at: datetime) -> None:
    """The entry on the held case's record; none where nothing moved."""
    if moved:
        facts = {"days": [day.isoformat() for day in days], "moved": [move.as_facts() for move in moved]}
        chain.append(case, act="days_recounted", actor=SYSTEM.label, at=at, facts=facts)
        update_rows([case], HEAD)


def _checks(case: Case, calendar: WorkingCalendar) -> list[Moved]:
    """Checks that are still to be made; those that only become firm are written and not told."""
    due = PostCheck.objects.filter(case_matter__case=case, state=PostCheck.State.DUE).select_related("case_matter")
    moved, checks = [], list(due)
    for check in checks:
        row = check.case_matter
        assert row.valid_from is not None  # a check follows a grant in force, which may have waited for a paper (R6.10)
        limit = due_on(calendar, row.valid_from, window_of(case.own_catalogue.matters[row.matter]))
        if limit.date != check.due_on:
            moved.append(Moved(row.matter, "check_by", check.due_on, limit.date))
        check.due_on, check.provisional = limit.date, limit.provisional
    update_rows(checks, ["due_on", "provisional"])
    return moved


def _reviews(case: Case, calendar: WorkingCalendar) -> list[Moved]:
    """Reviews that wait for their department, all of them due when the intake check is (R2.8)."""
    reviews = list(CompletenessReview.objects.waiting().filter(case=case))
    moved = []
    for review in reviews:
        assert case.complete_on is not None  # a submitted case has its day
        after = calendar.add(case.complete_on, INTAKE_DAYS).date
        if after != review.due_on:
            moved.append(Moved("", f"review:{review.body_id}", review.due_on, after))
            review.due_on = after
    update_rows(reviews, ["due_on"])
    return moved


def _ordered() -> QuerySet[PostCheck]:
    """Checks whose order to rectify runs."""
    return PostCheck.objects.filter(state=PostCheck.State.BROKEN, rectify_by__isnull=False, done_on__isnull=False)


def _orders(case: Case, calendar: WorkingCalendar, days: Sequence[date]) -> list[Moved]:
    """The last days of orders to rectify: they may move on, never back, for the order has told them (R6.6)."""
    moved, checks = [], []
    for check in _ordered().filter(case_matter__case=case).select_related("case_matter"):
        assert check.done_on is not None  # `_ordered` asks for both
        assert check.rectify_by is not None
        after = recount_changes.as_given(calendar, days, check.done_on, check.rectify_by)
        if after > check.rectify_by:
            moved.append(Moved(check.case_matter.matter, "rectify_by", check.rectify_by, after))
            check.rectify_by = after
            checks.append(check)
    update_rows(checks, ["rectify_by"])
    return moved
