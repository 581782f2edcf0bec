"""A department's clocks in one case: stop for a step of article 45, run again, ask for the one extension, approve it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.clock import Ground
from permits.deadlines import delays, extensions, stops
from permits.deadlines.limits import ClockFacts
from permits.models import CaseMatter
from workflows.forms.clock import DelayForm, ExtensionAnswerForm, ExtensionForm, MattersForm, ResumeForm, StopForm
from workflows.pages import staff
from workflows.shown import section as section_page
from workflows.shown.section import SectionPage

DEPARTMENT = (User.Role.OFFICER, User.Role.SUBDISTRICT)
FORMS: dict[str, type[MattersForm]] = {
    "stop": StopForm,
    "resume": ResumeForm,
    "extend": ExtensionForm,
    "approve": ExtensionAnswerForm,
    "reject": ExtensionAnswerForm,
    "explain": DelayForm,
}
SHARED = {"reject": "approve"}
"""Two buttons of one form."""


@staff.for_roles(*DEPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: SignedInRequest, number: str) -> HttpResponse:
    """The clocks of one's own section."""
    page = section_page.load(request.user, number, timezone.localdate())
    if request.method != "POST":
        return _show(request, page)
    do = request.POST.get("do", "")
    if do not in FORMS:
        return HttpResponseBadRequest(_("不认识的操作"))
    form = FORMS[do](request.POST, matters=_choices(page)[SHARED.get(do, do)])
    if not form.is_valid():
        return _show(request, page, typed={SHARED.get(do, do): form}, status=422)
    try:
        DEEDS[do](page, form.cleaned_data, Actor.of(request.user))
    except RuleViolation as error:
        fresh = section_page.load(request.user, number, page.today)
        if error.field in form.fields:
            form.add_error(error.field, str(error))
        return _show(request, fresh, typed={SHARED.get(do, do): form}, violation=error, status=409)
    messages.success(request, DONE[do]())
    return redirect("workflows:clock", number)


def _show(
    request: SignedInRequest,
    page: SectionPage,
    *,
    typed: dict[str, MattersForm] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    choices = _choices(page)
    fresh = {name: FORMS[name](matters=rows) for name, rows in choices.items() if rows}
    context = {
        "page": page,
        "case": page.case,
        "section": page.section,
        "forms": fresh | (typed or {}),
        "wrong": next((form for form in (typed or {}).values() if form.errors), None),
        "requested": [row for row in page.clock_facts.requested if row.case_matter_id in {m.pk for m in page.own}],
        **more,
    }
    return render(request, "workflows/department/clock.html", context, status=status)


def _choices(page: SectionPage) -> dict[str, list[CaseMatter]]:
    """The matters that each form offers to this person."""
    facts, may = page.clock_facts, page.may_decide
    waiting = page.open_matters if may else []
    asked = {row.case_matter_id for row in (*facts.requested, *facts.extensions.values())}
    requested = {row.case_matter_id for row in facts.requested}
    return {
        "stop": [row for row in waiting if not page.is_over(row)],
        "resume": _standing(waiting, facts),
        "extend": [row for row in waiting if row.pk not in asked and not page.is_over(row)],
        "approve": [row for row in page.open_matters if row.pk in requested] if page.is_head else [],
        "explain": page.missed if page.user.role == User.Role.OFFICER else [],
    }


def _standing(rows: Iterable[CaseMatter], facts: ClockFacts) -> list[CaseMatter]:
    """The matters whose clocks stand for a step of article 45, each with its `standing`."""
    for row in rows:
        row.__dict__["standing"] = facts.standing(row)
    return [row for row in rows if (found := row.__dict__["standing"]) and found.ground in set(Ground)]


def _stop(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    details = {name: said[name] for name in ("matters", "ground", "needed_days", "reason")}
    stops.stop_clock(page.case, actor=actor, at=timezone.now(), **details)


def _resume(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    with transaction.atomic():
        for ground, matters in said["steps"].items():
            stops.resume_clock(page.case, matters=matters, ground=ground, actor=actor, at=timezone.now())


def _explain(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    delays.explain_delay(page.case, matters=said["matters"], reason=said["reason"], actor=actor, at=timezone.now())


def _extend(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    extensions.request_extension(
        page.case, matters=said["matters"], reason=said["reason"], actor=actor, at=timezone.now()
    )


def _approve(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    extensions.approve_extension(page.case, matters=said["matters"], actor=actor, at=timezone.now())


def _reject(page: SectionPage, said: dict[str, Any], actor: Actor) -> None:
    extensions.reject_extension(
        page.case, matters=said["matters"], reason=said["reason"], actor=actor, at=timezone.now()
    )


DEEDS: dict[str, Callable[[SectionPage, dict[str, Any], Actor], None]] = {
    "stop": _stop,
    "resume": _resume,
    "extend": _extend,
    "approve": _approve,
    "reject": _reject,
    "explain": _explain,
}
DONE: dict[str, Callable[[], str]] = {
    "stop": lambda: _("已停止计时，告知书已生成并告知申请人"),
    "resume": lambda: _("已恢复计时，从下一日起继续计算"),
    "extend": lambda: _("已提交负责人批准；批准之前期限不变"),
    "approve": lambda: _("已批准延长，告知书已生成并告知申请人"),
    "reject": lambda: _("未批准延长，期限不变"),
    "explain": lambda: _("原因已公开，并已告知申请人"),
}

urlpatterns = [path("work/<slug:number>/clock/", clock, name="clock")]
