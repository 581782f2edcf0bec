"""The day's queue on the counter's page; booking a time for the business; opening times for the service office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.enterprises import enterprises_of
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.moments import DayField, HourField
from workflows import queueing
from workflows.models import Appointment, Slot, Ticket
from workflows.pages import staff

SHOWN = 200


class SlotsForm(forms.Form):
    """A working day's times: from, until, how long each, for how many."""

    on = DayField(label=gettext_lazy("日期"))
    begins = HourField(label=gettext_lazy("开始时间"))
    ends = HourField(label=gettext_lazy("结束时间"))
    minutes = forms.IntegerField(
        label=gettext_lazy("每段时长"),
        widget=forms.TextInput(attrs={"data-width": "3", "data-suffix": gettext_lazy("分钟")}),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("每段可约"),
        widget=forms.TextInput(attrs={"data-width": "3", "data-suffix": gettext_lazy("人")}),
    )


class BookingForm(forms.Form):
    """Which time, who comes, for what."""

    slot = forms.ChoiceField(
        label=gettext_lazy("时间"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择时间")},
    )
    who = forms.CharField(
        label=gettext_lazy("来人姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请写来人的姓名，例如：王小店")},
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        widget=forms.TextInput(attrs={"data-width": "20", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": gettext_lazy("请填写联系电话，例如：13812345678")},
    )
    what = forms.CharField(
        label=gettext_lazy("要办什么"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写要办什么，例如：开便利店")},
    )

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [(str(slot.pk), _words(slot)) for slot in slots]  # type: ignore[attr-defined]


def _words(slot: Slot) -> str:
    left = slot.capacity - slot.taken  # type: ignore[attr-defined]
    told = {"on": slot.on, "begins": f"{slot.begins:%H:%M}", "ends": f"{slot.ends:%H:%M}", "left": left}
    return _("%(on)s %(begins)s 至 %(ends)s，还可约 %(left)d 人") % told


@staff.for_roles(User.Role.APPLICANT)
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: SignedInRequest) -> HttpResponse:
    """Book a time, look at one's own, call one off."""
    at, actor = timezone.now(), Actor.of(request.user)
    slots = [slot for slot in queueing.open_ones(at) if slot.taken < slot.capacity]  # type: ignore[attr-defined]
    form = BookingForm(
        request.POST if request.POST.get("do") == "book" else None, slots=slots, initial=_who(request.user)
    )
    if request.POST.get("do") == "cancel":
        return _cancel(request, "workflows:appointments")
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        own = enterprises_of(request.user)
        try:
            made = queueing.book(
                int(said.pop("slot")), **said, actor=actor, at=at, enterprise_id=own[0].pk if len(own) == 1 else None
            )
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else "slot", str(violation))
        else:
            messages.success(request, _("已预约 %(slot)s，请按时到窗口取号") % {"slot": made.slot})
            return redirect("workflows:appointments")
    context = {
        "form": form,
        "slots": slots,
        "own": Appointment.objects.filter(user=request.user, slot__on__gte=timezone.localdate()).select_related("slot"),
    }
    return render(request, "workflows/applicant/appointments.html", context, status=422 if form.errors else 200)


def _who(user: User) -> dict[str, str]:
    return {"who": user.display_name}


def _cancel(request: SignedInRequest, back: str) -> HttpResponse:
    pk = request.POST.get("appointment", "")
    try:
        queueing.cancel(
            int(pk) if pk.isascii() and pk.isdecimal() else 0, actor=Actor.of(request.user), at=timezone.now()
        )
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, _("预约已取消"))
    return redirect(back)


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: SignedInRequest) -> HttpResponse:
    """Today's numbers: draw, call, done; the bookings of today that have not come yet."""
    at, actor, today = timezone.now(), Actor.of(request.user), timezone.localdate()
    if request.method == "POST":
        return _act(request, actor)
    tickets = list(queueing.of_day(today))
    context = {
        "current": next((row for row in tickets if row.is_called and row.called_by_id == request.user.pk), None),
        "waiting": [row for row in tickets if row.state == Ticket.State.WAITING],
        "others": [row for row in tickets if row.is_called and row.called_by_id != request.user.pk],
        "over": sum(row.state in (Ticket.State.SERVED, Ticket.State.GONE) for row in tickets),
        "booked": Appointment.objects.filter(slot__on=today, state=Appointment.State.BOOKED).select_related("slot"),
        "now": timezone.localtime(at).time(),
    }
    return render(request, "workflows/window/queue.html", context)


def _act(request: SignedInRequest, actor: Actor) -> HttpResponse:
    at, do = timezone.now(), request.POST.get("do", "")
    try:
        if do == "draw":
            ticket = queueing.draw(actor=actor, at=at, who=request.POST.get("who", ""))
            messages.success(request, _("取号 %(number)s") % {"number": ticket.label})
        elif do == "arrive":
            pk = request.POST.get("appointment", "")
            ticket = queueing.draw(actor=actor, at=at, appointment=int(pk) if pk.isdecimal() else 0)
            messages.success(request, _("取号 %(number)s") % {"number": ticket.label})
        elif do == "call" and queueing.call_next(actor=actor, at=at) is None:
            messages.info(request, _("现在没有人等候"))
        elif do in ("served", "gone"):
            queueing.finish(served=do == "served", actor=actor, at=at)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    return redirect("workflows:queue")


@staff.for_roles(User.Role.SERVICE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: SignedInRequest) -> HttpResponse:
    """The times that are open from today on, with who booked; open more, close one."""
    at, actor = timezone.now(), Actor.of(request.user)
    form = SlotsForm(request.POST if request.POST.get("do") == "open" else None, initial={"minutes": 30, "capacity": 2})
    if request.POST.get("do") == "close" and request.POST.get("slot", "").isdecimal():
        if Slot.objects.filter(pk=int(request.POST["slot"])).exists():
            queueing.close_slot(int(request.POST["slot"]), actor=actor, at=at)
        return redirect("workflows:slots")
    if form.is_bound and form.is_valid():
        try:
            made = queueing.open_slots(**form.cleaned_data, actor=actor, at=at)
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, str(violation))
        else:
            messages.success(request, _("已开放 %(count)d 个时段") % {"count": len(made)})
            return redirect("workflows:slots")
    held = Count("appointments", filter=Q(appointments__state__in=Appointment.HELD))
    rows = Slot.objects.filter(on__gte=timezone.localdate()).annotate(taken=held)[:SHOWN]
    context = {"form": form, "rows": rows}
    return render(request, "workflows/service_office/slots.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("appointments/", appointments, name="appointments"),
    path("window/queue/", queue, name="queue"),
    path("office/slots/", slots, name="slots"),
]
