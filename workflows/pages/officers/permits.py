"""A department's page of the permits that it granted in a case: how they stand, and the acts of their life, asked back first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import life
from certificates.acts.proposing import Act
from certificates.models import HolderApplication
from permits.models import Case
from workflows import life_steps
from workflows.forms import permits as permit_forms
from workflows.forms.approval import APPROVE, RECALL, SEND_BACK, ApprovalForm
from workflows.forms.permits import PermitForm
from workflows.pages import staff
from workflows.shown import permits as permit_page
from workflows.shown import section as section_page
from workflows.shown.permits import PermitPage

DEPARTMENT = (User.Role.OFFICER, User.Role.SUBDISTRICT)


@dataclass(frozen=True)
class PageAct:
    """An act as the page offers it: its words, its form, what it leads to (before it is done), the step."""

    title: str | Promise
    form: type[PermitForm]
    leads_to: str | Promise
    run: Callable[..., Any]
    said: str = ""
    is_adverse: bool = True
    by_two: str = ""
    """Its name among the acts that take two persons, where the matter does."""
    fixed: Mapping[str, str] | None = None


GRANTS: Mapping[str, Callable[..., Any]] = {
    HolderApplication.Kind.RENEWAL: life_steps.grant_renewal,
    HolderApplication.Kind.CHANGE: life_steps.grant_change,
    HolderApplication.Kind.CANCELLATION: life_steps.grant_cancellation,
}
REFUSES: Mapping[str, Callable[..., Any]] = {
    HolderApplication.Kind.RENEWAL: life_steps.refuse_renewal,
    HolderApplication.Kind.CHANGE: life_steps.refuse_change,
    HolderApplication.Kind.CANCELLATION: life_steps.refuse_cancellation,
}


def _decide(
    case: Case, *, matters: list[str], outcome: str, reason: str, scopes: Mapping[str, str], actor: Actor, at: Any
) -> None:
    """Grant or refuse what was applied for, whatever it is."""
    waiting = permit_page.ApplicationPart.objects.filter(
        application__case=case, item__matter__in=matters, state="pending"
    )
    kinds: dict[str, list[str]] = {}
    for kind, matter in waiting.values_list("application__kind", "item__matter"):
        kinds.setdefault(kind, []).append(matter)
    for kind, ids in kinds.items():
        if outcome == "refuse":
            REFUSES[kind](case, matters=ids, reason=reason, actor=actor, at=at)
        else:
            said = {"scopes": scopes} if kind == HolderApplication.Kind.CHANGE else {}
            GRANTS[kind](case, matters=ids, actor=actor, at=at, **said)


RECORDED = gettext_lazy("决定书和注销文书会立即编号并告知经营者，综合许可证换发新版本。不能收回。")
ACTS: Mapping[str, PageAct] = {
    "decide": PageAct(
        gettext_lazy("决定延续、变更、注销申请"),
        permit_forms.DecideForm,
        gettext_lazy("决定书会立即编号并告知经营者；准予的，综合许可证换发新版本。准予注销的，不能收回。"),
        _decide,
        is_adverse=False,
    ),
    "suspend": PageAct(
        gettext_lazy("暂扣"),
        permit_forms.SuspendForm,
        gettext_lazy("决定书会立即编号并告知经营者；恢复之前不得以该项许可经营，其他许可不受影响。"),
        life_steps.suspend,
        "暂扣",
        by_two=Act.SUSPEND,
    ),
    "reinstate": PageAct(
        gettext_lazy("恢复"),
        permit_forms.ReinstateForm,
        gettext_lazy("通知书会立即编号并告知经营者；许可恢复有效，有效期不变。"),
        life_steps.reinstate,
        "恢复有效",
        is_adverse=False,
    ),
    "withdraw": PageAct(
        gettext_lazy("撤回"),
        permit_forms.WithdrawalForm,
        RECORDED,
        life_steps.withdraw_grant,
        "撤回",
        by_two=Act.WITHDRAW,
    ),
    "revoke": PageAct(
        gettext_lazy("撤销"), permit_forms.RevocationForm, RECORDED, life_steps.revoke, "失效", by_two=Act.REVOKE
    ),
    "penalise": PageAct(
        gettext_lazy("吊销"),
        permit_forms.PenaltyForm,
        RECORDED,
        life_steps.revoke_as_penalty,
        "吊销",
        by_two=Act.PENALISE,
        fixed={"ground": "penalty"},
    ),
    "cancel": PageAct(
        gettext_lazy("注销"),
        permit_forms.CancelForm,
        gettext_lazy("注销文书会立即编号并告知经营者，综合许可证换发新版本；已经终止的，办结注销手续。不能收回。"),
        life_steps.cancel,
        "注销",
    ),
}
HINTS: Mapping[str, str | Promise] = {
    "decide": gettext_lazy("经营者已经提出，等本部门决定。"),
    "suspend": gettext_lazy("暂停经营，查清或者改正之后恢复；许可没有终止。"),
    "reinstate": gettext_lazy("暂扣的原因已经消除。"),
    "withdraw": gettext_lazy("许可合法，但依据或者客观情况变了，为公共利益收回，依法补偿。"),
    "revoke": gettext_lazy("许可当初就不该准予，或者是以欺骗、贿赂取得的。"),
    "penalise": gettext_lazy("对违法经营的行政处罚，先告知听证权利。"),
    "cancel": gettext_lazy("许可已经终止，或者经营者不再需要，办结手续。"),
}
"""When an act is the right one: five of them end a permit, each for a reason of its own."""
LONGEST_LIST = 50
ANSWERED = {
    APPROVE: gettext_lazy("已批准，决定即时生效并告知经营者"),
    SEND_BACK: gettext_lazy("已退回经办人，理由已告知"),
    RECALL: gettext_lazy("已收回，可以修改后重新提交"),
}
ENDS = ("withdraw", "revoke", "penalise", "cancel")


def _load(request: SignedInRequest, number: str) -> PermitPage:
    """The own permits of the case; 404 for whoever has no part in it."""
    today = timezone.localdate()
    case = section_page.load(request.user, number, today).case
    return PermitPage(case, permit_page.items_of(case, request.user.body_id), today, current_calendar())


@staff.for_roles(*DEPARTMENT)
@require_safe
def permits(request: SignedInRequest, number: str) -> HttpResponse:
    """How the own permits stand, and what can be done."""
    page = _load(request, number)
    return _list(request, page)


def _list(request: SignedInRequest, page: PermitPage, *, status: int = 200, **more: Any) -> HttpResponse:
    acts = [(slug, act.title, HINTS[slug]) for slug, act in ACTS.items() if page.offered(slug)]
    is_officer = request.user.role == User.Role.OFFICER
    answerable = page.answerable(request.user.pk) if is_officer else []
    context = {
        "page": page,
        "case": page.case,
        "acts": acts if is_officer else [],
        "answerable": answerable,
        "own": page.proposed_by(request.user.pk) if is_officer else [],
        "approvers": page.approvers(),
        "approval": ApprovalForm(matters=answerable) if answerable else None,
        **more,
    }
    return render(request, "workflows/department/permits.html", context, status=status)


@staff.for_roles(User.Role.OFFICER)
@require_POST
def permit_approval(request: SignedInRequest, number: str) -> HttpResponse:
    """The answer to what a colleague proposed to do with a permit: approve, send back; the handler takes it back."""
    page, do = _load(request, number), request.POST.get("do", "")
    actor, at = Actor.of(request.user), timezone.now()
    form = ApprovalForm(request.POST, matters=page.answerable(request.user.pk))
    if do != RECALL and not form.is_valid():
        return _list(request, page, approval=form, status=422)
    try:
        if do == RECALL:
            ids = [item.matter for item in page.proposed_by(request.user.pk)]
            life_steps.recall(page.case, matters=ids, actor=actor, at=at)
        elif do == APPROVE:
            said = form.cleaned_data
            life_steps.approve(page.case, matters=said["matters"], opinion=said["answer"], actor=actor, at=at)
        elif do == SEND_BACK:
            said = form.cleaned_data
            life_steps.send_back(page.case, matters=said["matters"], reason=said["answer"], actor=actor, at=at)
        else:
            return HttpResponseBadRequest(_("不认识的操作"))
    except RuleViolation as error:
        return _list(request, page, violation=error, status=409)
    messages.success(request, ANSWERED[do])
    return redirect("workflows:permits", number)


@staff.for_roles(User.Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def permit_act(request: SignedInRequest, number: str, slug: str) -> HttpResponse:
    """One act: chosen, written, asked back, done."""
    if slug not in ACTS:
        raise Http404
    page, act = _load(request, number), ACTS[slug]
    items = page.offered(slug)
    if not items:
        messages.info(request, _("现在没有可以这样办理的许可"))
        return redirect("workflows:permits", number)
    more = {"changing": page.changing} if slug == "decide" else {}
    form = act.form(request.POST if request.method == "POST" else None, items=items, **more)
    if slug == "cancel":
        form.fields["ground"].choices = [  # type: ignore[attr-defined]
            (code, permit_forms.GROUNDS[code]) for code in page.grounds_of_cancellation()
        ]
    if request.method != "POST" or "revise" in request.POST:
        return _show(request, page, slug, form)
    if not form.is_valid():
        return _show(request, page, slug, form, status=422)
    if "confirmed" not in request.POST:
        return _confirm(request, page, slug, form)
    said = form.given | dict(act.fixed or {})
    try:
        proposed = _run(page, act, said, Actor.of(request.user))
    except RuleViolation as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error))
        return _show(request, page, slug, form, violation=error, status=409)
    done = _("已提交审批：%(act)s") if proposed else _("已办理：%(act)s")
    messages.success(request, done % {"act": act.title})
    return redirect("workflows:permits", number)


def _run(page: PermitPage, act: PageAct, said: dict[str, Any], actor: Actor) -> bool:
    """Do it, or propose it where it takes two persons; says whether anything was proposed. All of it or nothing."""
    at, chosen = timezone.now(), said.pop("matters")
    by_two = page.of_two_persons(chosen) if act.by_two else []
    alone = [id for id in chosen if id not in by_two]
    with transaction.atomic():
        if alone:
            act.run(page.case, matters=alone, actor=actor, at=at, **said)
        if by_two:
            life_steps.propose(page.case, act=act.by_two, matters=by_two, actor=actor, at=at, **said)
    return bool(by_two)


def _show(
    request: SignedInRequest, page: PermitPage, slug: str, form: PermitForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"page": page, "case": page.case, "slug": slug, "act": ACTS[slug], "form": form, **more}
    if slug == "penalise":
        context["rights"] = page.penalty_hearings(page.offered(slug))
    return render(request, "workflows/department/permit_act.html", context, status=status)


def _confirm(request: SignedInRequest, page: PermitPage, slug: str, form: PermitForm) -> HttpResponse:
    """What was chosen and written, what it leads to, what the paper will say of the licence."""
    act, chosen = ACTS[slug], form.cleaned_data["matters"]
    items = [item for item in page.items if item.matter in chosen]
    effect = life.effect(page.case, items, act.said, page.today, ends=slug in ENDS) if act.said else ""
    context = {
        "page": page,
        "case": page.case,
        "slug": slug,
        "act": act,
        "form": form,
        "items": items,
        "effect": effect,
        "by_two": act.by_two and page.of_two_persons(chosen),
        "asked": [one for one in page.asked if one[0].item.matter in chosen] if slug == "decide" else [],
        "hidden": staff.hidden(request, "revise"),
    }
    return render(request, "workflows/department/permit_confirm.html", context)


@staff.for_roles(*DEPARTMENT)
@require_safe
def holder_applications(request: SignedInRequest) -> HttpResponse:
    """The renewals, changes and cancellations that wait for the department, the earliest last day first."""
    waiting = permit_page.waiting_for(request.user)
    page = staff.page_of(request, waiting, waiting.count())
    return render(
        request,
        "workflows/department/holder_applications.html",
        {"page": page, "today": timezone.localdate(), "proposed": permit_page.to_approve(request.user)[:LONGEST_LIST]},
    )


urlpatterns = [
    path("work/applications/", holder_applications, name="holder_applications"),
    path("work/<slug:number>/permits/", permits, name="permits"),
    path("work/<slug:number>/permits/approval/", permit_approval, name="permit_approval"),
    path("work/<slug:number>/permits/<slug:slug>/", permit_act, name="permit_act"),
]
