"""The visit's page for those who hold it: findings, what is settled, signatures, the end. All of it works without a script."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.inspections import closing, entries, pictures, signing
from permits.models import Inspection, InspectionPhoto
from workflows.inspections.bundle import visits_of
from workflows.inspections.forms import CloseForm, SettleForm, SignatureForm
from workflows.inspections.visit_page import VisitPage
from workflows.pages import staff
from workflows.pages.business import inspection_business

HOLDERS = (User.Role.OFFICER, User.Role.SERVICE_OFFICE)


@staff.for_roles(*HOLDERS, User.Role.APPLICANT)
@require_http_methods(["GET", "HEAD"])
def inspection(request: SignedInRequest, key: str) -> HttpResponse:
    """The visit: for the business what will be looked at and what was found, for the others their work on it."""
    visit = find(request.user, key)
    if request.user.role == User.Role.APPLICANT:
        return inspection_business.show(request, visit)
    return _show(request, visit)


def find(user: User, key: str) -> Inspection:
    """The visit, for those who have a part in it; 404 for everybody else."""
    return get_object_or_404(visits_of(user).select_related("record", "notice"), key=key)


def _show(request: SignedInRequest, visit: Inspection, *, status: int = 200, **more: Any) -> HttpResponse:
    page = VisitPage(visit, request.user, timezone.now())
    form = more.pop("form", None) or (page.findings_form() if page.may_enter else None)
    context = {"page": page, "visit": visit, "case": visit.case, "form": form, "blocks": page.blocks(form), **more}
    return render(request, "workflows/inspections/visit.html", context, status=status)


@staff.for_roles(User.Role.OFFICER)
@require_POST
def enter(request: SignedInRequest, key: str) -> HttpResponse:
    """Save what was found; a colleague's other finding stays beside it."""
    visit = find(request.user, key)
    page = VisitPage(visit, request.user, timezone.now())
    form = page.findings_form(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, visit, form=form, status=422)
    actor, at = Actor.of(request.user), timezone.now()
    try:
        answers = entries.enter(visit, form.changed(at), actor=actor, at=at)
        purpose = InspectionPhoto.Purpose.FINDING
        for point, client_id, file in form.pictures():
            shot = pictures.Shot(client_id, point, at)
            pictures.attach(visit, shot, file, file.name, purpose=purpose, actor=actor, at=at)
    except RuleViolation as violation:
        return _show(request, find(request.user, key), form=form, violation=violation, status=409)
    _tell(request, answers)
    return redirect(visit)


def _tell(request: SignedInRequest, answers: list[entries.Answer]) -> None:
    saved = sum(one.status in (entries.ACCEPTED, entries.CONFLICT) for one in answers)
    messages.success(request, ngettext("已保存%(n)d项", "已保存%(n)d项", saved) % {"n": saved})
    for words in dict.fromkeys(one.message for one in answers if one.message):
        messages.warning(request, words)


@staff.for_roles(User.Role.OFFICER)
@require_POST
def settle(request: SignedInRequest, key: str) -> HttpResponse:
    """Write down what the officers agreed on."""
    visit = find(request.user, key)
    prefix = request.POST.get("prefix", "")
    form = SettleForm(request.POST, prefix=prefix)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect(visit)
    said = form.cleaned_data
    return _do(request, visit, lambda: entries.settle(visit, **said, client_id=uuid4(), **_who(request)))


@staff.for_roles(User.Role.OFFICER)
@require_POST
def sign(request: SignedInRequest, key: str) -> HttpResponse:
    """The officer signs, or writes down that the business did or declined."""
    visit = find(request.user, key)
    who = _who(request)
    if request.POST.get("who") == "me":
        one = signing.Signing(uuid4(), who["at"], is_officer=True)
        return _do(request, visit, lambda: signing.sign(visit, one, **who))
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, signature_form=form, status=422)
    one = signing.Signing(uuid4(), who["at"], is_officer=False, **form.cleaned_data)
    return _do(request, visit, lambda: signing.sign(visit, one, **who))


@staff.for_roles(User.Role.OFFICER)
@require_POST
def close(request: SignedInRequest, key: str) -> HttpResponse:
    """Close the visit: the record is written, and the one notice where something is to be put right."""
    visit = find(request.user, key)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, close_form=form, status=422)
    days = form.cleaned_data["days"] or 0
    return _do(request, visit, lambda: closing.close(visit, days=days, **_who(request)), _("联合核查已办结"))


def _who(request: SignedInRequest) -> dict[str, Any]:
    return {"actor": Actor.of(request.user), "at": timezone.now()}


def _do(request: SignedInRequest, visit: Inspection, act: Callable[[], Any], said: str = "") -> HttpResponse:
    """Do it and come back; what a rule says against it is shown on the page."""
    try:
        act()
    except RuleViolation as violation:
        return _show(request, find(request.user, visit.key), violation=violation, status=409)
    messages.success(request, said or _("已保存"))
    return redirect(visit)


urlpatterns = [
    path("inspect/<str:key>/", inspection, name="inspection"),
    path("inspect/<str:key>/enter/", enter, name="inspection_enter"),
    path("inspect/<str:key>/settle/", settle, name="inspection_settle"),
    path("inspect/<str:key>/sign/", sign, name="inspection_sign"),
    path("inspect/<str:key>/finish/", close, name="inspection_finish"),
]
