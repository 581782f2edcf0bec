"""The holder's page of the permits of a case: how each stands, and what can be applied for: renewal, change, cancellation,
replacement."""

from collections.abc import Callable, Sequence
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
from certificates.acts import candidates, changing
from certificates.acts.change_terms import terms
from industries.entities import Field
from permits.models import FormEntry
from permits.wording import grouped
from workflows import life_steps
from workflows.forms import holder as holder_forms
from workflows.forms.holder import CancelForm, ChangeForm, RegisteredForm, RenewForm, WhatForm
from workflows.pages.common import case_to_act
from workflows.shown import permits as permit_page
from workflows.shown.permits import PermitPage

NOT_HERE = ("table", "file")
"""Types of fields that one control cannot change."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def holder_permits(request: SignedInRequest, number: str) -> HttpResponse:
    """The permits and the forms."""
    case = case_to_act(request, number)
    page = PermitPage(case, permit_page.items_of(case), timezone.localdate(), current_calendar())
    if request.method == "POST":
        act = ACTS.get(request.POST.get("do", ""))
        return act(request, page) if act else HttpResponseBadRequest(_("不认识的操作"))
    if "change" not in request.GET:
        return _show(request, page)
    what = WhatForm(request.GET, fields=_changeable(page))
    if not what.is_valid():
        return _show(request, page, what=what, status=422)
    return _show(request, page, change=_change_form(page, [what.cleaned_data["change"]]))


def _show(
    request: SignedInRequest,
    page: PermitPage,
    *,
    renew: RenewForm | None = None,
    what: WhatForm | None = None,
    change: ChangeForm | None = None,
    cancel: CancelForm | None = None,
    registered: RegisteredForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    running = [line for line in page.lines if line.holds]
    context = {
        "page": page,
        "moved": page.case.matters.filter(moved_at__isnull=False),
        "case": page.case,
        "number": grouped(page.case.number or ""),
        "licence": getattr(page.case, "licence", None) if running else None,
        "could_join": candidates.licence_to_join(page.case, page.today) if running else None,
        "renew": renew or (RenewForm(items=page.renewable) if page.renewable else None),
        "what": what or (WhatForm(fields=_changeable(page)) if running else None),
        "change": change,
        "cancel": cancel or (CancelForm(items=page.cancellable) if page.cancellable else None),
        "registered": registered or (RegisteredForm(items=page.to_register) if page.to_register else None),
        "wrong": holder_forms.errors_of((renew, what, change, cancel, registered)),
        **more,
    }
    return render(request, "workflows/applicant/permits.html", context, status=status)


def _changeable(page: PermitPage) -> dict[str, Field]:
    """The fields that the running permits ask for and that may change."""
    catalogue, rules = page.case.own_catalogue, terms()
    asked = {id for line in page.lines if line.holds for id in catalogue.matters[line.item.matter].fields}
    return {
        field.id: field
        for field in catalogue.fields.values()
        if field.id in asked and field.id not in {*rules.fixed, *rules.new_permit} and field.type not in NOT_HERE
    }


def _change_form(page: PermitPage, ids: Sequence[str], data: Any = None, typed: Any = None) -> ChangeForm:
    """The form of a change of these facts, with what each says today."""
    every = _changeable(page)
    entries = dict(FormEntry.objects.filter(case=page.case).values_list("field", "value"))
    return ChangeForm(
        data,
        fields={id: every[id] for id in ids},
        now={id: changing.said(page.case, id, entries) for id in ids},
        rest={id: field for id, field in every.items() if id not in ids},
        typed=typed,
    )


def _renew(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    form = RenewForm(request.POST, items=page.renewable)
    if not form.is_valid():
        return _show(request, page, renew=form, status=422)

    def do(actor: Actor) -> None:
        life_steps.renew(page.case, matters=form.cleaned_data["matters"], actor=actor, at=timezone.now())

    return _done(request, page, _("已收到延续申请，收件凭证在文书中"), do, "matters", renew=form)


def _change(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    ids = _chosen(request, page)
    if not ids:
        what = WhatForm({"change": request.POST.get("field", "")}, fields=_changeable(page))
        return _show(request, page, what=what, status=422)
    form = _change_form(page, ids, request.POST)
    if not form.is_valid():
        return _show(request, page, change=form, status=422)

    def do(actor: Actor) -> None:
        life_steps.change(page.case, fields=form.cleaned_data, actor=actor, at=timezone.now())

    return _done(request, page, _("已收到变更申请，收件凭证在文书中"), do, ids[0], change=form)


def _chosen(request: SignedInRequest, page: PermitPage) -> list[str]:
    """The facts that the form is about, each once."""
    known = _changeable(page)
    return [id for id in dict.fromkeys(request.POST.getlist("field")) if id in known]


def _change_more(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    """Another fact into the same application; what was typed stays."""
    ids = _chosen(request, page)
    more = request.POST.get("change", "")
    if not ids or more not in _changeable(page):
        form = _change_form(page, ids, typed=request.POST) if ids else None
        return _show(request, page, change=form, status=422)
    return _show(request, page, change=_change_form(page, list(dict.fromkeys([*ids, more])), typed=request.POST))


def _cancel(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    form = CancelForm(request.POST, items=page.cancellable)
    if not form.is_valid():
        return _show(request, page, cancel=form, status=422)

    def do(actor: Actor) -> None:
        life_steps.request_cancellation(page.case, actor=actor, at=timezone.now(), **form.given)

    return _done(request, page, _("已收到注销申请，收件凭证在文书中；决定之前许可仍然有效"), do, "reason", cancel=form)


def _registered(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    form = RegisteredForm(request.POST, items=page.to_register)
    if not form.is_valid():
        return _show(request, page, registered=form, status=422)

    def do(actor: Actor) -> None:
        life_steps.report_registration(page.case, actor=actor, at=timezone.now(), **form.given)

    return _done(request, page, _("已记录登记办理情况"), do, "on", registered=form)


def _replace(request: SignedInRequest, page: PermitPage) -> HttpResponse:
    def do(actor: Actor) -> None:
        life_steps.replace(page.case, actor=actor, at=timezone.now())

    return _done(request, page, _("证书已补发，证号和有效期不变"), do, "")


def _done(
    request: SignedInRequest, page: PermitPage, words: str, do: Callable[[Actor], None], at_field: str, **form: Any
) -> HttpResponse:
    """Do it, or say what stands in the way beside what was typed."""
    try:
        do(Actor.of(request.user))
    except RuleViolation as violation:
        for one in form.values():
            one.add_error(violation.field if violation.field in one.fields else at_field, str(violation))
        return _show(request, page, violation=violation, status=409, **form)
    messages.success(request, words)
    return redirect("workflows:holder_permits", page.case.number)


ACTS = {
    "renew": _renew,
    "change": _change,
    "change_more": _change_more,
    "cancel": _cancel,
    "registered": _registered,
    "replace": _replace,
}

urlpatterns = [path("cases/<str:number>/permits/", holder_permits, name="holder_permits")]
