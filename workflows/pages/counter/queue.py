"""The day's queue on the counter's page: numbers drawn, printed on a slip, called, done with."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from paper import qr
from permits.models import Case
from workflows.desk import booking, finding, queueing, scans
from workflows.models import Appointment, Ticket
from workflows.pages import staff


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: SignedInRequest) -> HttpResponse:
    """Today's numbers: draw, call, done; the bookings of today that have not come yet."""
    at, actor, today = timezone.now(), Actor.of(request.user), timezone.localdate()
    if request.method == "POST":
        return _act(request, actor)
    tickets = list(queueing.of_day(today))
    current = next((row for row in tickets if row.is_called and row.called_by_id == request.user.pk), None)
    context = {
        "current": current,
        "desk": finding.desk_of(current.case) if current and current.case else "",
        "waiting": [row for row in tickets if row.state == Ticket.State.WAITING],
        "others": [row for row in tickets if row.is_called and row.called_by_id != request.user.pk],
        "over": sum(row.state in (Ticket.State.SERVED, Ticket.State.GONE) for row in tickets),
        "booked": Appointment.objects.filter(slot__on=today, state=Appointment.State.BOOKED).select_related("slot"),
        "now": timezone.localtime(at).time(),
    }
    return render(request, "workflows/window/queue.html", context)


def _act(request: SignedInRequest, actor: Actor) -> HttpResponse:
    """What the page's buttons ask for; a number that was drawn leads to its slip."""
    at, do = timezone.now(), request.POST.get("do", "")
    try:
        if do == "draw":
            who, case = _who(request.user, request.POST.get("who", ""))
            return _slip_of(queueing.draw(actor=actor, at=at, who=who, case=case), actor)
        if do == "arrive":
            return _slip_of(queueing.draw(actor=actor, at=at, appointment=_number(request, "appointment")), actor)
        if do == "print":
            return redirect("workflows:queue_slip", queueing.print_slip(_number(request, "ticket"), actor=actor).pk)
        if do == "call" and queueing.call_next(actor=actor, at=at) is None:
            messages.info(request, _("现在没有人等候"))
        elif do == "cancel":
            booking.cancel(_number(request, "appointment"), actor=actor, at=at)
            messages.success(request, _("预约已取消，预约人会收到通知"))
        elif do in ("served", "gone"):
            queueing.finish(served=do == "served", actor=actor, at=at)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    return redirect("workflows:queue")


def _number(request: SignedInRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _who(user: User, text: str) -> tuple[str, Case | None]:
    """Who came; where a case's number or code was typed or scanned, its enterprise and the case itself."""
    said = scans.read(text, case_prefix=settings.CASE_NUMBER_PREFIX)
    if said.kind not in (scans.Kind.CASE, scans.Kind.PROGRESS):
        return text, None
    column = "number" if said.kind == scans.Kind.CASE else "code"
    case = Case.objects.visible_to(user).filter(**{column: said.value}).select_related("enterprise").first()
    if case is None:
        raise RuleViolation("no_case", _("没有找到这个办件，请核对编号，或者只写来人姓名"), field="who")
    return case.enterprise.name, case


def _slip_of(ticket: Ticket, actor: Actor) -> HttpResponse:
    return redirect("workflows:queue_slip", queueing.print_slip(ticket.pk, actor=actor).pk)


@staff.for_roles(User.Role.WINDOW)
@require_safe
def slip(request: SignedInRequest, pk: int) -> HttpResponse:
    """The slip of a number, for a roll of 80 mm; its code opens the case's progress, else the booking of times."""
    ticket = get_object_or_404(Ticket.objects.select_related("appointment__slot", "case"), pk=pk)
    page = reverse("workflows:progress", args=[ticket.case.code]) if ticket.case else reverse("workflows:appointments")
    context = {
        "ticket": ticket,
        "ahead": queueing.ahead_of(ticket),
        "reprint": max(0, ticket.printed - 1),
        "code": qr.png_data_uri(f"{settings.SITE_URL}{page}"),
    }
    return render(request, "workflows/window/queue_slip.html", context)


urlpatterns = [
    path("window/queue/", queue, name="queue"),
    path("window/queue/<int:pk>/", slip, name="queue_slip"),
]
