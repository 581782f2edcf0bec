"""A calendar that changed changes dates: all open clocks are derived anew in the loading transaction.

Each change is on record with its case, and whoever is concerned is told (`messages`): the applicant, whose dates moved, and
the department, whose limit did.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from accounts.actors import SYSTEM
from audit import chain
from audit.rows import update_rows
from calendars import services
from calendars.signals import calendar_changed
from calendars.working_days import WorkingCalendar
from outbox import post
from permits import messages
from permits.clock import INTAKE_DAYS
from permits.deadlines import limits
from permits.deadlines.limits import Moved
from permits.intake import HEAD
from permits.late import lacking
from permits.locking import holding
from permits.models import Case
from permits.recounting import recount_days

RUNNING = (*Case.UNDECIDED_STATES, Case.State.SUPPLEMENT_REQUESTED, Case.State.SUBMITTED)
"""The states in which a date of the case rests on the calendar."""


@receiver(calendar_changed, dispatch_uid="permits.recount")
def recount_all(days: Sequence[date], at: datetime, **_kwargs: Any) -> None:
    """Derive the dates of every open case anew, and days of duty in ended ones, in the order of their keys, in this transaction."""
    services.forget()
    calendar = services.current()
    running = frozenset(Case.objects.filter(state__in=RUNNING).values_list("pk", flat=True))
    for pk in sorted(running | recount_days.concerned()):
        with holding(Case(pk=pk), savepoint=False) as case:
            if case.state in RUNNING:
                recount(case, calendar, days, at)
            recount_days.recount(case, calendar, days, at)


def recount(case: Case, calendar: WorkingCalendar, days: Sequence[date], at: datetime) -> list[Moved]:
    """Derive the dates of a held case anew; what moved, with its audit entry where something did."""
    was_provisional = case.provisional
    if case.accepted_on:
        moved = [*limits.rewrite(case, calendar), *lacking.recount(case, calendar)]
    else:
        moved = [*_supplement_moves(case, calendar), *_answer_moves(case, calendar, days)]
    if not moved and case.provisional == was_provisional:
        return []
    facts = {
        "days": [day.isoformat() for day in days],
        "moved": [move.as_facts() for move in moved],
        "provisional": case.provisional,
    }
    chain.append(case, act="clock_recounted", actor=SYSTEM.label, at=at, facts=facts)
    update_rows([case], ["promised_by", "provisional", *HEAD])
    if moves := [move.as_facts() for move in moved if move.matter]:
        post.put_many([messages.told(case, "clock_moved", at=at, moves=moves)], at=at)
    for move in moved:
        if move.limit == "answer_by":
            about = {"before": str(move.before), "after": str(move.after)}
            post.put_many([messages.told(case, "answer_moved", at=at, **about)], at=at)
    return moved


def _answer_moves(case: Case, calendar: WorkingCalendar, days: Sequence[date]) -> list[Moved]:
    """The last day for the window's answer to a submitted case; silence after it is acceptance (R2.8). It is no column: what it
    was follows from the days that changed."""
    if case.state != Case.State.SUBMITTED or case.complete_on is None:
        return []
    before = recount_days.day_before_change(calendar, days, case.complete_on, INTAKE_DAYS)
    after = calendar.add(case.complete_on, INTAKE_DAYS).date
    return [Moved("", "answer_by", before, after)] if before != after else []


def _supplement_moves(case: Case, calendar: WorkingCalendar) -> list[Moved]:
    """The applicant's day for the corrections: it may move on, never back, for the notice has told it (R2.10)."""
    waiting = case.supplements.filter(answered_at=None).first()
    if waiting is None or case.state != Case.State.SUPPLEMENT_REQUESTED:
        return []
    begun_on = waiting.begun_on or timezone.localtime(waiting.requested_at).date()
    before, after = waiting.due_on, calendar.add(begun_on, settings.SUPPLEMENT_DAYS).date
    if after <= before:
        return []
    waiting.due_on = after
    update_rows([waiting], ["due_on"])
    return [Moved("", "supplement_by", before, after)]
