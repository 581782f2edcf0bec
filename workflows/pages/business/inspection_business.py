"""The visit for the business: before it what will be looked at and when, after it what was found and what is to be put right."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.inspections import arranging, pictures, rectifying
from permits.inspections.access import may_open
from permits.models import Inspection, InspectionPhoto, RectificationPoint
from workflows.inspections.bundle import visits_of
from workflows.inspections.visit_page import VisitPage
from workflows.pages import staff

Purpose = InspectionPhoto.Purpose


class OtherSlotForm(forms.Form):
    """One of the other slots that suit all departments, or a wish in words."""

    slot = forms.ChoiceField(label=gettext_lazy("改到哪个时间"), required=False, widget=forms.RadioSelect)
    wish = forms.CharField(
        label=gettext_lazy("希望的时间和原因"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("所列时间都不合适的，写明什么时候方便；牵头部门会另提时间。"),
    )

    def __init__(self, data: Any = None, *, slots: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["slot"].choices = slots  # type: ignore[attr-defined]


class PhotoForm(forms.Form):
    """One photograph of a point."""

    point = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("照片"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages={"required": gettext_lazy("请选择照片"), "empty": gettext_lazy("文件是空的。请重新选择文件")},
    )


def show(request: SignedInRequest, visit: Inspection, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, for whoever may speak for the business in this."""
    now = timezone.now()
    if not may_open(request.user, visit, timezone.localdate()):
        raise PermissionDenied(_("您的委托权限不包括这一步。"))
    page = VisitPage(visit, request.user, now)
    changes = rectifying.open_changes(visit.case, visit) if visit.notice_id else []
    context = {
        "page": page,
        "visit": visit,
        "case": visit.case,
        "blocks": page.blocks(None),
        "slot_form": more.pop("slot_form", None) or OtherSlotForm(slots=other_slots(visit, now)),
        "may_move": visit.state == Inspection.State.SCHEDULED
        and visit.wishes < arranging.MOST_WISHES
        and visit.on is not None
        and timezone.localdate() < visit.on,
        "changes": [(change, _text_of(page, change), _photos_of(visit, change)) for change in changes],
        "left": sum(change.done_at is None for change in changes),
        **more,
    }
    return render(request, "workflows/inspections/business.html", context, status=status)


def other_slots(visit: Inspection, now: datetime) -> list[tuple[str, str]]:
    """The other slots that suit all departments and lie ahead."""
    ahead = [slot for slot in visit.shared_slots if datetime.fromisoformat(slot) > now]
    return [
        (slot, localtime(datetime.fromisoformat(slot)).strftime("%Y-%m-%d %H:%M"))
        for slot in ahead
        if visit.starts_at is None or datetime.fromisoformat(slot) != visit.starts_at
    ]


def _text_of(page: VisitPage, change: RectificationPoint) -> str:
    """What the point asks for, in the words of the checklist."""
    return next((point.text for point in page.standing.points if point.id == change.point), "")


def _photos_of(visit: Inspection, change: RectificationPoint) -> list[InspectionPhoto]:
    return [one for one in visit.photos.all() if (one.point, one.purpose) == (change.point, Purpose.RECTIFIED)]


def _find(user: User, key: str) -> Inspection:
    return get_object_or_404(visits_of(user).select_related("record", "notice"), key=key)


@staff.for_roles(User.Role.APPLICANT)
@require_POST
def other_slot(request: SignedInRequest, key: str) -> HttpResponse:
    """Ask once for another slot."""
    visit = _find(request.user, key)
    form = OtherSlotForm(request.POST, slots=other_slots(visit, timezone.now()))
    if not form.is_valid():
        return show(request, visit, slot_form=form, status=422)
    said = form.cleaned_data
    return _do(request, visit, lambda who: arranging.ask_for_other_slot(visit, **said, **who), _("已提出改期"))


@staff.for_roles(User.Role.APPLICANT)
@require_POST
def add_photo(request: SignedInRequest, key: str) -> HttpResponse:
    """A photograph of the business's own check, or of what was put right."""
    visit = _find(request.user, key)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, visit, photo_form=form, status=422)
    purpose = Purpose.SELF_CHECK if visit.is_open else Purpose.RECTIFIED
    point, file = form.cleaned_data["point"], form.cleaned_data["file"]
    shot = pictures.Shot(uuid4(), point, timezone.now())
    return _do(
        request,
        visit,
        lambda who: pictures.attach(visit, shot, file, file.name, purpose=purpose, **who),
        _("已添加照片"),
    )


@staff.for_roles(User.Role.APPLICANT)
@require_POST
def point_done(request: SignedInRequest, key: str) -> HttpResponse:
    """A point is put right, or not yet after all."""
    visit, said = _find(request.user, key), request.POST
    done = said.get("done") == "yes"
    point, note = said.get("point", ""), said.get("note", "")
    return _do(
        request,
        visit,
        lambda who: rectifying.report_point(visit.case, point=point, done=done, note=note, **who),
        _("已标为整改完成") if done else _("已改为没有完成"),
    )


@staff.for_roles(User.Role.APPLICANT)
@require_POST
def ask_again(request: SignedInRequest, key: str) -> HttpResponse:
    """All is put right: ask for the one re-inspection."""
    visit = _find(request.user, key)
    return _do(request, visit, lambda who: rectifying.rectify(visit.case, **who), _("已申请复查"))


def _do(request: SignedInRequest, visit: Inspection, act: Callable[[dict[str, Any]], Any], said: str) -> HttpResponse:
    try:
        act({"actor": Actor.of(request.user), "at": timezone.now()})
    except RuleViolation as violation:
        return show(request, _find(request.user, visit.key), violation=violation, status=409)
    messages.success(request, said)
    return redirect(visit)


urlpatterns = [
    path("inspect/<str:key>/slot/", other_slot, name="inspection_slot"),
    path("inspect/<str:key>/photo/", add_photo, name="inspection_add_photo"),
    path("inspect/<str:key>/done/", point_done, name="inspection_done"),
    path("inspect/<str:key>/again/", ask_again, name="inspection_again"),
]
