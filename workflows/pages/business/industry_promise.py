"""The page of the promise for a whole industry (R6.7): read and signed by the applicant, looked after by the lead department."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Authority, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.acting_for import agents
from permits.merged_form.forms import SigningForm
from permits.models import Case
from permits.promises import industry_commitments
from workflows.forms.industry import BrokenForm, RepairForm
from workflows.pages.common import ACTING_ROLES, case_to_read
from workflows.shown.industry import Card, cards_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def industry_promise(request: SignedInRequest, number: str) -> HttpResponse:
    """Each industry of the case with its letter and what became of it; the acts that are open to this reader."""
    case = case_to_read(request, number)
    cards = cards_of(case, request.user)
    if not cards:
        raise Http404
    if request.method != "POST":
        return _show(request, case, cards)
    do, card = request.POST.get("do", ""), _named(cards, request.POST.get("industry", ""))
    if do not in DEEDS or card is None or not _may(request, case, do, card):
        return HttpResponseBadRequest(_("不认识的操作"))
    form = _form(do, card, request.POST)
    if form is not None and not form.is_valid():
        return _show(request, case, cards, {(do, card.industry): form}, status=422)
    said = dict(form.cleaned_data) if form is not None else {}
    if do == "sign":
        said |= {"read": request.POST.get("read", "")}
    try:
        DEEDS[do](case, card.industry, said, Actor.of(request.user), timezone.now())
    except RuleViolation as violation:
        if form is not None and violation.field in form.fields:
            form.add_error(violation.field, str(violation))
        fresh = case_to_read(request, number)
        typed = {(do, card.industry): form} if form is not None else {}
        return _show(request, fresh, cards_of(fresh, request.user), typed, violation=violation, status=409)
    messages.success(request, DONE[do]())
    return redirect("workflows:industry_promise", number)


def _named(cards: list[Card], industry: str) -> Card | None:
    return next((card for card in cards if card.industry == industry), None)


def _may(request: SignedInRequest, case: Case, do: str, card: Card) -> bool:
    """Signing and taking back are the applicant's; finding broken and put right the lead department's."""
    if do in ("broken", "put_right"):
        return card.is_lead
    return request.user.role in ACTING_ROLES


def _form(do: str, card: Card, data: Any = None) -> Any:
    """The form of a deed, its ids made from the industry: several stand on one page."""
    kind = {"sign": SigningForm, "broken": BrokenForm, "put_right": RepairForm}.get(do)
    return kind(data, auto_id=f"id_{card.industry}_%s") if kind else None


def _show(
    request: SignedInRequest,
    case: Case,
    cards: list[Card],
    typed: dict[tuple[str, str], Any] | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    typed = typed or {}
    acts_here = request.user.role in ACTING_ROLES
    may_sign = acts_here and Authority.Act.SIGN in agents.acts_open_to(request.user, case, timezone.localdate())
    rows = [
        {
            "card": card,
            **{do: typed.get((do, card.industry)) or _form(do, card) for do in ("sign", "broken", "put_right")},
        }
        for card in cards
    ]
    up = reverse("workflows:section", args=[case.number]) if request.user.role == User.Role.OFFICER else None
    context = {
        "case": case,
        "rows": rows,
        "may_sign": may_sign,
        "acts_here": acts_here,
        "wrong": next((form for form in typed.values() if form is not None and form.errors), None),
        "up": up or case.get_absolute_url(),
        **more,
    }
    return render(request, "workflows/applicant/industry_promise.html", context, status=status)


def _sign(case: Case, industry: str, said: dict[str, Any], actor: Actor, at: Any) -> object:
    return industry_commitments.sign(case, industries=[industry], **said, actor=actor, at=at)


def _take_back(case: Case, industry: str, _said: dict[str, Any], actor: Actor, at: Any) -> object:
    return industry_commitments.take_back(case, industry=industry, actor=actor, at=at)


def _broken(case: Case, industry: str, said: dict[str, Any], actor: Actor, at: Any) -> object:
    return industry_commitments.find_broken(case, industry=industry, **said, actor=actor, at=at)


def _put_right(case: Case, industry: str, said: dict[str, Any], actor: Actor, at: Any) -> object:
    return industry_commitments.put_right(case, industry=industry, **said, actor=actor, at=at)


DEEDS: dict[str, Callable[[Case, str, dict[str, Any], Actor, Any], object]] = {
    "sign": _sign,
    "take_back": _take_back,
    "broken": _broken,
    "put_right": _put_right,
}
DONE: dict[str, Callable[[], str]] = {
    "sign": lambda: _("已签署行业承诺书"),
    "take_back": lambda: _("已收回行业承诺，各事项的办理不受影响"),
    "broken": lambda: _("已书面告知申请人，行业承诺终止；任何许可都不受影响"),
    "put_right": lambda: _("已确认改正，申请人可以重新作行业承诺"),
}

urlpatterns = [path("cases/<str:number>/industry-promise/", industry_promise, name="industry_promise")]
