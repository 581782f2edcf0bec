"""Booking a time for the business: take one, move it, call it off; opening times for the service office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
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
from workflows.desk import booking
from workflows.models import Appointment, Slot
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


class MoveForm(forms.Form):
    """Which time."""

    slot = forms.ChoiceField(
        label=gettext_lazy("时间"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择时间")},
    )

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [(str(slot.pk), _words(slot)) for slot in slots]  # type: ignore[attr-defined]


class BookingForm(MoveForm):
    """Which time, who comes, for what."""

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


def _words(slot: Slot) -> str:
    left = slot.capacity - slot.taken  # type: ignore[attr-defined]
    told = {"on": slot.on, "begins": f"{slot.begins:%H:%M}", "ends": f"{slot.ends:%H:%M}", "left": left}
    return _("%(on)s %(begins)s 至 %(ends)s，还可约 %(left)d 人") % told


@staff.for_roles(User.Role.APPLICANT)
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: SignedInRequest) -> HttpResponse:
    """Book a time, look at one's own, move one (`?move=`), call one off."""
    own = list(_own(request.user))
    do, asked = request.POST.get("do", ""), request.POST.get("appointment") or request.GET.get("move", "")
    chosen = next((row for row in own if str(row.pk) == asked and row.state == Appointment.State.BOOKED), None)
    if do == "cancel":
        return _cancel(request, chosen)
    slots = [slot for slot in booking.open_ones(timezone.now()) if slot.taken < slot.capacity]  # type: ignore[attr-defined]
    data = request.POST if do in ("book", "move") else None
    if chosen is not None or do == "move":
        form: MoveForm = MoveForm(data, slots=[slot for slot in slots if chosen is None or slot.pk != chosen.slot_id])
    else:
        form = BookingForm(data, slots=slots, initial={"who": request.user.display_name, "phone": request.user.phone})
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, _move(request, form, chosen) if do == "move" else _book(request, form))
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else "slot", str(violation))
        else:
            return redirect("workflows:appointments")
    context = {"form": form, "slots": form.fields["slot"].choices, "own": own, "moving": chosen}  # type: ignore[attr-defined]
    return render(request, "workflows/applicant/appointments.html", context, status=422 if form.errors else 200)


def _own(user: User) -> QuerySet[Appointment]:
    return Appointment.objects.filter(user=user, slot__on__gte=timezone.localdate()).select_related("slot")


def _book(request: SignedInRequest, form: MoveForm) -> str:
    said, own = dict(form.cleaned_data), enterprises_of(request.user)
    enterprise = own[0].pk if len(own) == 1 else None
    actor = Actor.of(request.user)
    made = booking.book(int(said.pop("slot")), **said, actor=actor, at=timezone.now(), enterprise_id=enterprise)
    return _("已预约 %(slot)s，请按时到窗口取号") % {"slot": made.slot}


def _move(request: SignedInRequest, form: MoveForm, chosen: Appointment | None) -> str:
    slot = int(form.cleaned_data["slot"])
    moved = booking.move(chosen.pk if chosen else 0, slot, actor=Actor.of(request.user), at=timezone.now())
    return _("预约已改到 %(slot)s，请按时到窗口取号") % {"slot": moved.slot}


def _cancel(request: SignedInRequest, chosen: Appointment | None) -> HttpResponse:
    try:
        booking.cancel(chosen.pk if chosen else 0, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, _("预约已取消"))
    return redirect("workflows:appointments")


@staff.for_roles(User.Role.SERVICE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: SignedInRequest) -> HttpResponse:
    """The times that are open from today on, with who booked; open more, close one."""
    at, actor = timezone.now(), Actor.of(request.user)
    form = SlotsForm(request.POST if request.POST.get("do") == "open" else None, initial={"minutes": 30, "capacity": 2})
    if request.POST.get("do") == "close" and request.POST.get("slot", "").isdecimal():
        if Slot.objects.filter(pk=int(request.POST["slot"])).exists():
            booking.close_slot(int(request.POST["slot"]), actor=actor, at=at)
        return redirect("workflows:slots")
    if form.is_bound and form.is_valid():
        try:
            made = booking.open_slots(**form.cleaned_data, actor=actor, at=at)
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
    path("office/slots/", slots, name="slots"),
]
