"""A department's page of the permits that it granted in a case: how they stand, and the acts of their life, asked back first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import life
from certificates.models import HolderApplication
from permits.models import Case
from workflows import life_steps, permit_forms, permit_page, section_page
from workflows.pages import staff
from workflows.permit_forms import PermitForm
from workflows.permit_page import PermitPage

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
    ),
    "reinstate": PageAct(
        gettext_lazy("恢复"),
        permit_forms.ReinstateForm,
        gettext_lazy("通知书会立即编号并告知经营者；许可恢复有效，有效期不变。"),
        life_steps.reinstate,
        "恢复有效",
        is_adverse=False,
    ),
    "withdraw": PageAct(gettext_lazy("撤回"), permit_forms.WithdrawalForm, RECORDED, life_steps.withdraw_grant, "撤回"),
    "revoke": PageAct(gettext_lazy("撤销"), permit_forms.RevocationForm, RECORDED, life_steps.revoke, "失效"),
    "penalise": PageAct(
        gettext_lazy("吊销"),
        permit_forms.PenaltyForm,
        RECORDED,
        life_steps.revoke_as_penalty,
        "吊销",
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
    acts = [(slug, act.title) for slug, act in ACTS.items() if page.offered(slug)]
    context = {"page": page, "case": page.case, "acts": acts if request.user.role == User.Role.OFFICER else []}
    return render(request, "workflows/department/permits.html", context)


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
        act.run(page.case, actor=Actor.of(request.user), at=timezone.now(), **said)
    except RuleViolation as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error))
        return _show(request, page, slug, form, violation=error, status=409)
    messages.success(request, _("已办理：%(act)s") % {"act": act.title})
    return redirect("workflows:permits", number)


def _show(
    request: SignedInRequest, page: PermitPage, slug: str, form: PermitForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"page": page, "case": page.case, "slug": slug, "act": ACTS[slug], "form": form, **more}
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
        request, "workflows/department/holder_applications.html", {"page": page, "today": timezone.localdate()}
    )


urlpatterns = [
    path("work/applications/", holder_applications, name="holder_applications"),
    path("work/<slug:number>/permits/", permits, name="permits"),
    path("work/<slug:number>/permits/<slug:slug>/", permit_act, name="permit_act"),
]
