"""The pages of hearings (R2.23): the department tells the right, arranges and records; the applicant asks or gives it up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Authority, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.acting_for import agents
from permits.hearing import hearings
from permits.law import hearing_rules
from permits.models import CaseMatter, Hearing
from workflows.forms.hearings import HoldForm, ScheduleForm, TellForm
from workflows.pages import staff
from workflows.pages.common import case_to_act, refused
from workflows.shown import section as section_page
from workflows.shown.section import SectionPage

DEPARTMENT = (User.Role.OFFICER, User.Role.SUBDISTRICT)


@staff.for_roles(*DEPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: SignedInRequest, number: str) -> HttpResponse:
    """The hearings of one's own section: each with what is to be done next, and a new right to tell."""
    page = section_page.load(request.user, number, timezone.localdate())
    if request.method != "POST":
        return _show(request, page)
    do = request.POST.get("do", "")
    if do not in DEEDS or request.user.role != User.Role.OFFICER:
        return HttpResponseBadRequest(_("不认识的操作"))
    one = _named(page, request.POST.get("pk", ""))
    if do != "tell" and one is None:
        return HttpResponseBadRequest(_("不认识的操作"))
    form = _form(do, page, one, request.POST)
    if form is not None and not form.is_valid():
        return _show(request, page, typed={_key(do, one): form}, status=422)
    try:
        DEEDS[do](page, one, form.cleaned_data if form else {}, Actor.of(request.user), timezone.now())
    except RuleViolation as error:
        if form is not None and error.field in form.fields:
            form.add_error(error.field, str(error))
        fresh = section_page.load(request.user, number, page.today)
        return _show(request, fresh, typed={_key(do, one): form} if form else {}, violation=error, status=409)
    messages.success(request, DONE[do]())
    return redirect("workflows:hearing", number)


def _named(page: SectionPage, pk: str) -> Hearing | None:
    return next((one for one in page.hearings if str(one.pk) == pk), None)


def _key(do: str, one: Hearing | None) -> str:
    return f"{do}{one.pk if one else ''}"


def _form(do: str, page: SectionPage, one: Hearing | None, data: Any = None) -> forms.Form | None:
    if do == "tell":
        return TellForm(data, matters=_tellable(page))
    if do == "schedule" and one is not None:
        row = next(row for row in page.own if row.pk == one.case_matter_id)
        return ScheduleForm(data, one=one, people=hearings.presidents(one, row))
    return HoldForm(data, one=one) if do == "hold" and one is not None else None


def _tellable(page: SectionPage) -> list[CaseMatter]:
    """What is still to be decided, and what is granted and might be revoked as a penalty."""
    return [row for row in page.own if row.is_undecided or row.state == CaseMatter.State.GRANTED]


def _show(
    request: SignedInRequest,
    page: SectionPage,
    *,
    typed: dict[str, forms.Form] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    typed, calendar = typed or {}, current_calendar()
    is_officer = request.user.role == User.Role.OFFICER
    cards = []
    for one in page.hearings:
        card: dict[str, Any] = {"one": one, "standing": hearing_rules.standing(calendar, one.as_fact, page.today)}
        if is_officer and one.state in Hearing.TO_HOLD:
            card["schedule"] = typed.get(_key("schedule", one)) or _form("schedule", page, one)
            card["first"] = hearing_rules.first_day(calendar, page.today)
        is_on = one.starts_at is not None and one.starts_at <= timezone.now()
        if is_on and one.state == Hearing.State.SCHEDULED and one.presiding_id == request.user.pk:
            card["hold"] = typed.get(_key("hold", one)) or _form("hold", page, one)
        card["may_record"] = is_officer and bool(one.party) and card["standing"] == hearing_rules.Standing.OPEN
        cards.append(card)
    offers = is_officer and bool(_tellable(page))
    context = {
        "page": page,
        "case": page.case,
        "cards": cards,
        "tell": (typed.get("tell") or _form("tell", page, None)) if offers else None,
        "wrong": next((form for form in typed.values() if form.errors), None),
        **more,
    }
    return render(request, "workflows/department/hearing.html", context, status=status)


Deed = Callable[[SectionPage, Any, dict[str, Any], Actor, datetime], object]


def _tell(page: SectionPage, _one: Any, said: dict[str, Any], actor: Actor, at: datetime) -> object:
    return hearings.tell(page.case, **said, actor=actor, at=at)


def _schedule(page: SectionPage, one: Any, said: dict[str, Any], actor: Actor, at: datetime) -> object:
    moment = timezone.make_aware(datetime.combine(said.pop("day"), said.pop("hour")))
    return hearings.schedule(page.case, pk=one.pk, starts_at=moment, **said, actor=actor, at=at)


def _hold(page: SectionPage, one: Any, said: dict[str, Any], actor: Actor, at: datetime) -> object:
    return hearings.hold(page.case, pk=one.pk, **said, actor=actor, at=at)


def _ask(page: SectionPage, one: Any, _said: dict[str, Any], actor: Actor, at: datetime) -> object:
    return hearings.ask(page.case, pk=one.pk, actor=actor, at=at)


def _waive(page: SectionPage, one: Any, _said: dict[str, Any], actor: Actor, at: datetime) -> object:
    return hearings.waive(page.case, pk=one.pk, actor=actor, at=at)


DEEDS: dict[str, Deed] = {"tell": _tell, "schedule": _schedule, "hold": _hold, "ask": _ask, "waive": _waive}
DONE: dict[str, Callable[[], str]] = {
    "tell": lambda: _("听证权利告知书已生成并告知"),
    "schedule": lambda: _("听证通知书已生成并告知"),
    "hold": lambda: _("听证笔录已生成，可以根据笔录作出决定"),
    "ask": lambda: _("已登记要求听证，时限已停止计算"),
    "waive": lambda: _("已登记放弃听证"),
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_hearing(request: SignedInRequest, number: str) -> HttpResponse:
    """The applicant's rights to a hearing: ask for it, or give it up; at the counter the clerk records what they say."""
    case = case_to_act(request, number)
    calendar, today = current_calendar(), timezone.localdate()
    found = [one for one in case.hearings.select_related("case_matter__section__body", "presiding") if not one.party]
    if request.method == "POST":
        act = {"ask": hearings.ask, "waive": hearings.waive}.get(request.POST.get("do", ""))
        one = next((one for one in found if str(one.pk) == request.POST.get("pk")), None)
        if act is None or one is None:
            return HttpResponseBadRequest(_("不认识的操作"))
        try:
            act(case, pk=one.pk, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            return refused(request, case, violation)
        messages.success(request, _("已要求听证，时间地点会另行通知") if act is hearings.ask else _("已放弃听证"))
        return redirect("workflows:own_hearing", number)
    context = {
        "case": case,
        "cards": [(one, hearing_rules.standing(calendar, one.as_fact, today)) for one in found],
        "may_ask": Authority.Act.FILE in agents.acts_open_to(request.user, case, today),
    }
    return render(request, "workflows/applicant/hearing.html", context)


urlpatterns = [
    path("work/<slug:number>/hearing/", hearing, name="hearing"),
    path("cases/<str:number>/hearing/", own_hearing, name="own_hearing"),
]
