"""The papers of a case, for those who may read it, and its dates as a calendar file."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from calendars.services import current as current_calendar
from permits import clock, rendering
from permits.access import visible_case
from permits.acting_for import agents
from permits.deadlines.limits import facts_of
from permits.models import Case, Document
from workflows.shown.truth import paper_url
from workflows.words.turns import answer_by

LINE_BYTES = 73
"""An iCalendar line holds 75 bytes; a folded one begins with a space (RFC 5545 §3.1)."""


@login_required
@require_GET
def paper(request: SignedInRequest, number: str, pk: int) -> HttpResponseBase:
    """A document's PDF; made now where the outbox has not made it yet."""
    case = visible_case(Case.objects.visible_to(request.user), request.user, number=number)
    document = get_object_or_404(rendering.documents().readable_by(request.user), pk=pk, case=case)
    if not Document.objects.filter(agents.papers_open_to(request.user, case, timezone.localdate()), pk=pk).exists():
        raise PermissionDenied(_("您的委托权限不包括领取文书；请法定代表人(负责人)领取，或请其增加这项权限。"))
    if document.kind == Document.Kind.COMBINED_LICENCE:
        return redirect(paper_url(case, document))
    stored = rendering.ensure(document, at=timezone.now())
    name = f"{document.title} {document.number}.pdf"
    answer = FileResponse(stored.open("rb"), content_type="application/pdf", filename=name)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_GET
def dates(request: SignedInRequest, number: str) -> HttpResponse:
    """The case's dates as an iCalendar file, for the applicant's own calendar."""
    visible = Case.objects.visible_to(request.user).prefetch_related("supplements", "matters", "stops", "extensions")
    case = visible_case(visible, request.user, number=number)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//One Licence//CN", "CALSCALE:GREGORIAN"]
    for key, day, title in _days(case):
        lines += _event(f"{key}-{case.number}", day, title, request.build_absolute_uri(case.get_absolute_url()))
    text = "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.ics"'
    return answer


def _days(case: Case) -> Iterator[tuple[str, date, str]]:
    """The days that still matter to the applicant."""
    mark = _("（暂定）")
    if case.state == Case.State.SUBMITTED and (answer := answer_by(case, current_calendar())):
        yield "answer", answer.date, _("一业一证：最迟告知是否受理") + (mark if answer.provisional else "")
    for supplement in case.supplements.all() if case.state == Case.State.SUPPLEMENT_REQUESTED else ():
        if supplement.answered_at is None and supplement.last_day:
            since = timezone.localtime(supplement.requested_at).date()
            moving = mark if current_calendar().is_tentative(since, supplement.due_on) else ""
            yield "supplement", supplement.last_day, _("一业一证：补正材料的最后一日") + moving
    yield from _forecasts(case, mark)
    if case.promised_by and case.is_open:
        yield "promised", case.promised_by, _("一业一证：承诺办结日期") + (mark if case.provisional else "")


def _forecasts(case: Case, mark: str) -> Iterator[tuple[str, date, str]]:
    """The promised days of matters whose clock stands, as they will be if each step ends on the day told (R1.38): forecasts."""
    standing = [row for row in case.matters.all() if row.is_undecided and row.promised_by is None]
    if case.accepted_on is None or not standing:
        return
    facts, calendar = facts_of(case), current_calendar()
    for row in standing:
        found = clock.forecast(calendar, case.accepted_on, facts.limits(row), timezone.localdate())
        if found.promised_by:
            title = _("一业一证：%(name)s 预计承诺办结（停止计时，恢复后以实际日期为准）") % {"name": row.name}
            yield f"forecast-{row.matter}", found.promised_by, title + (mark if found.provisional else "")


def _event(uid: str, day: date, title: str, url: str) -> list[str]:
    """A whole-day event with a reminder on the day before."""
    stamp = timezone.now().astimezone(UTC)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@one-licence",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}",
        f"SUMMARY:{title}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{title}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, never cutting a character."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LINE_BYTES:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])


urlpatterns = [
    path("cases/<str:number>/papers/<int:pk>.pdf", paper, name="paper"),
    path("cases/<str:number>/dates.ics", dates, name="dates"),
]
