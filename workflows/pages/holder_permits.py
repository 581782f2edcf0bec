"""The holder's page of the permits of a case: how each stands, and what can be applied for: renewal, change, replacement."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates.change_terms import terms
from permits.wording import grouped
from workflows import life_steps, permit_page
from workflows.pages.common import case_to_act
from workflows.permit_forms import ChangeForm, RenewForm
from workflows.permit_page import PermitPage

PLAIN = ("text", "address", "phone", "number", "integer")
"""Types of fields that one line of text can change."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def holder_permits(request: SignedInRequest, number: str) -> HttpResponse:
    """The permits and the forms."""
    case = case_to_act(request, number)
    page = PermitPage(case, permit_page.items_of(case), timezone.localdate(), current_calendar())
    if request.method != "POST":
        return _show(request, page)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, page) if act else HttpResponseBadRequest(_("不认识的操作"))


def _show(
    request: SignedInRequest,
    page: PermitPage,
    *,
    renew: RenewForm | None = None,
    change: ChangeForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    running = [line for line in page.lines if line.holds]
    wrong = next((form for form in (renew, change) if form is not None and form.errors), None)
    context = {
        "page": page,
        "case": page.case,
        "number": grouped(page.case.number or ""),
        "licence": getattr(page.case, "licence", None) if running else None,
        "renew": renew or (RenewForm(items=page.renewable) if page.renewable else None),
        "change": change or (ChangeForm(fields=_changeable(page)) if running else None),
        "wrong": wrong,
        **more,
    }
    return render(request, "workflows/applicant/permits.html", context, status=status)


def _changeable(page: PermitPage) -> list[tuple[str, str]]:
    """The fields that the running permits ask for and that may change, with their labels."""
    catalogue, rules = page.case.own_catalogue, terms()
    asked = {id for line in page.lines if line.holds for id in catalogue.matters[line.item.matter].fields}
    return [
        (field.id, field.label)
        for field in catalogue.fields.values()
        if field.id in asked and field.id not in {*rules.fixed, *rules.new_permit} and field.type in PLAIN
    ]


def _renew(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    form = RenewForm(request.POST, items=page.renewable)
    if not form.is_valid():
        return _show(request, page, renew=form, status=422)
    return _done(request, page, _("已收到延续申请，收件凭证在文书中"), renew=form)


def _change(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    form = ChangeForm(request.POST, fields=_changeable(page))
    if not form.is_valid():
        return _show(request, page, change=form, status=422)
    return _done(request, page, _("已收到变更申请，收件凭证在文书中"), change=form)


def _replace(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    return _done(request, page, _("证书已补发，证号和有效期不变"))


def _done(request: SignedInRequest, page: PermitPage, words: str, **forms: Any) -> HttpResponse:
    """Do it, or say what stands in the way beside what was typed."""
    case, actor, at = page.case, Actor.of(request.user), timezone.now()
    try:
        if "renew" in forms:
            life_steps.renew(case, matters=forms["renew"].cleaned_data["matters"], actor=actor, at=at)
        elif "change" in forms:
            said = forms["change"].cleaned_data
            life_steps.change(case, fields={said["field"]: said["value"]}, actor=actor, at=at)
        else:
            life_steps.replace(case, actor=actor, at=at)
    except RuleViolation as violation:
        for form in forms.values():
            form.add_error("matters" if "renew" in forms else "value", str(violation))
        return _show(request, page, violation=violation, status=409, **forms)
    messages.success(request, words)
    return redirect("workflows:holder_permits", case.number)


ACTS = {"renew": _renew, "change": _change, "replace": _replace}

urlpatterns = [path("cases/<str:number>/permits/", holder_permits, name="holder_permits")]
