"""What was brought to somebody's attention and is still open: where the letters of reminders lead, for everybody of the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from calendars.services import current as current_calendar
from permits.models import Case
from workflows.lists.worklists import PAGE, Limit, limit
from workflows.models import Reminder
from workflows.pages import staff
from workflows.reminders import alarms, sources, wording
from workflows.reminders.ladder import REVIEWS, Kind

MOST = 1000
"""So many of the newest reminders are looked through."""
OF_NO_CASE: Mapping[str, str] = {Kind.DROP_IN: "workflows:drop_in", Kind.SUSPICION: "workflows:suspicion"}
"""What belongs to no case, with its page."""
OWN_PAGE = (Kind.HELD_PERMIT, Kind.REFERRAL)
"""What its body answers on a page that needs no section in the case."""
STAFF = tuple(role for role in User.Role if role != User.Role.APPLICANT)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the case and where its reader can act on it, whose work it is, what is said, and the days left."""

    reminder: Reminder
    url: str
    words: str
    limit: Limit | None

    @property
    def is_review(self) -> bool:
        """Whether it is about a review, which names nobody (R3.5)."""
        return self.reminder.kind in REVIEWS

    @property
    def is_theirs(self) -> bool:
        """Whether it is the applicant who is waited for."""
        return self.reminder.kind in (Kind.SUPPLEMENT, Kind.LATE_PAPER, Kind.AUTHORITY)


@staff.for_roles(*STAFF)
@require_safe
def reminders(request: SignedInRequest) -> HttpResponse:
    """What this person was told of and is not done, the most overdue first; of several reminders of one thing the last."""
    now = timezone.now()
    told = Reminder.objects.filter(reminded__user=request.user).select_related("case__enterprise", "body")
    latest = {(row.subject, row.due_on): row for row in reversed(told.order_by("-pk")[:MOST])}
    rows = list(latest.values())
    still = sources.still_open(rows)
    alarming = {row.subject for row in alarms.standing(now)}
    today = timezone.localdate()
    standing = [row for row in rows if row.pk in still or row.subject in alarming and row.due_on == today]
    shown = sorted(standing, key=lambda row: (row.kind != wording.NOBODY, row.due_on, row.pk))[:PAGE]
    context = {"rows": _rows(request.user, shown), "more": len(standing) - len(shown)}
    return render(request, "workflows/staff/reminders.html", context)


def _rows(user: User, shown: Sequence[Reminder]) -> list[Row]:
    calendar, today = current_calendar(), timezone.localdate()
    visible = set(
        Case.objects.visible_to(user).filter(pk__in=[row.case_id for row in shown]).values_list("pk", flat=True)
    )
    return [
        Row(
            reminder=row,
            url=_url(user, row) if row.case_id in visible or _has_own_page(user, row) else "",
            words=wording.line(row, ""),
            limit=limit(calendar, today, row.due_on) if row.kind != wording.NOBODY else None,
        )
        for row in shown
    ]


def _has_own_page(user: User, row: Reminder) -> bool:
    """Whether it is done on a page that its people read without the case."""
    return row.kind in (*REVIEWS, *OF_NO_CASE) or (row.kind in OWN_PAGE and user.body_id == row.body_id)


def _url(user: User, row: Reminder) -> str:
    """Where this person can act on it: their own desk's page, else the case as its applicant sees it."""
    _name, _colon, key = row.subject.partition(":")
    if row.kind in OF_NO_CASE:
        return reverse(OF_NO_CASE[row.kind], args=[key])
    assert row.case is not None  # only a case is visible
    if user.body_id == row.body_id and (desk := _at_own_desk(row.kind, key, row.case.number or "")):
        return desk
    match row.kind:
        case kind if kind in REVIEWS:
            return reverse("workflows:rating", args=[key])
        case Kind.LATE_CHECK if user.role == User.Role.WINDOW:
            return reverse("workflows:late_papers", args=[row.case.number])
        case Kind.RENEWAL | Kind.APPLICATION:
            return _of_permits(user, row.case)
        case Kind.INTAKE if user.role == User.Role.WINDOW:
            return reverse("workflows:intake", args=[row.case.number])
        case Kind.DELIVERY | Kind.SERVICE if user.role == User.Role.SERVICE_OFFICE:
            return reverse("workflows:office_case", args=[row.case.number])
    return row.case.get_absolute_url()


def _at_own_desk(kind: str, key: str, number: str) -> str:
    """Where the body whose work it is does it; empty for what it does elsewhere."""
    match kind:
        case Kind.AFTER_CHECK | Kind.RECTIFICATION:
            return reverse("workflows:after_check", args=[key])
        case Kind.HELD_PERMIT:
            return reverse("workflows:held_permit", args=[key])
        case Kind.SUSPENSION:
            return reverse("workflows:permits", args=[number])
        case Kind.REFERRAL:
            return reverse("workflows:referral", args=[key])
        case Kind.VISIT:
            return reverse("workflows:visit", args=[number])
        case Kind.PROMISED | Kind.STATUTORY:
            return reverse("workflows:section", args=[number])
    return ""


def _of_permits(user: User, case: Case) -> str:
    """What is applied for after the grant: the holder's own permits, the department's list of applications."""
    if user.role == User.Role.APPLICANT:
        return reverse("workflows:holder_permits", args=[case.number])
    return reverse("workflows:holder_applications") if user.role == User.Role.OFFICER else case.get_absolute_url()


urlpatterns = [path("reminders/", reminders, name="reminders")]
