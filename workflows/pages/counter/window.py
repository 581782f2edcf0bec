"""The counter's pages: its list, and the intake check of one case (一口受理)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.publishing import current_catalogue
from permits import service
from permits.completeness import gaps
from permits.late import tolerating
from permits.models import Case, CaseMatter
from workflows import steps
from workflows.desk import counter, queueing
from workflows.forms.intake import (
    DECLINE_GROUNDS,
    DeclineForm,
    NoteForm,
    ReviewsForm,
    SupplementForm,
    TakerForm,
)
from workflows.lists.filters import COUNTER_TABS, SearchForm, tab_of
from workflows.pages import staff
from workflows.pages.officers import judging_points
from workflows.shown import intake as intake_page
from workflows.shown.intake import IntakePage


@staff.for_roles(User.Role.WINDOW)
@require_safe
def window(request: SignedInRequest) -> HttpResponse:
    """What waits at the counter."""
    today = timezone.localdate()
    search, tab = SearchForm(request.GET), tab_of(request.GET.get("tab"), counter.TABS)
    counts = counter.tab_counts(request.user, search.text)
    page = staff.page_of(request, counter.cases(request.user, tab, search.text), counts[tab])
    context = {
        "page": page,
        "rows": counter.rows_of(page, current_catalogue(today), current_calendar(), today),
        "tabs": staff.tabs(request, "workflows:window", COUNTER_TABS, tab, counts),
        "tab": tab,
        "form": search,
        "is_narrowed": bool(search.text),
        "queue": queueing.waiting_now(today),
    }
    return render(request, "workflows/window/window.html", context)


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: SignedInRequest, number: str) -> HttpResponse:
    """The intake check: everything of the case; one notice of all gaps, what came for it, acceptance, non-acceptance."""
    page = intake_page.load(request.user, number, timezone.localdate())
    page.opens_new = _opens_new(request, page)
    if request.method != "POST":
        return show(request, page)
    if request.POST.get("do") in judging_points.ACTS:
        return _judge(request, page)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest(_("不认识的操作"))
    if page.is_stale(request.POST.get("stamp", "")):
        error = RuleViolation("stale_page", _("您打开页面之后，情况有了变化，刚才的操作没有提交。请核对后再办理。"))
        return refused(request, page, error)
    return act(request, page)


def _opens_new(request: SignedInRequest, page: IntakePage) -> bool:
    """Whether the clerk wants to name more in a later notice, on a ground (R2.9)."""
    return bool(page.supplements) and ("new" in request.GET or "notice_ground" in request.POST)


def show(
    request: SignedInRequest,
    page: IntakePage,
    *,
    supplement: SupplementForm | None = None,
    decline: DeclineForm | None = None,
    reviews: ReviewsForm | None = None,
    judging: judging_points.Judging | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The case's page at the counter; `more` are messages about what was just refused."""
    supplement = supplement or SupplementForm(subjects=page.subjects, grounds=page.opens_new)
    ticks = {id: (supplement[f"need_{id}"], supplement[f"text_{id}"]) for id in supplement.subjects}
    context = {
        "page": page,
        "case": page.case,
        "form": supplement,
        "groups": staff.lines_of(page.groups, ticks if page.may_check else None),
        **staff.materials_of(page.materials, ticks if page.may_check else None),
        "decline": decline or DeclineForm(matters=page.going_on),
        "judging": judging or judging_points.forms_of(page.judgeable),
        "reviews": reviews or ReviewsForm(offered=page.can_be_asked),
        "industries": counter.industry_names(page.case, page.case.own_catalogue),
        **more,
    }
    return render(request, "workflows/window/intake.html", context, status=status)


def refused(request: SignedInRequest, page: IntakePage, error: RuleViolation) -> HttpResponse:
    """The page as it is now, with what a rule said and what happened meanwhile; nothing typed is lost."""
    fresh = intake_page.load(request.user, page.case.number or "", page.today)
    fresh.opens_new = page.opens_new
    posted = request.POST
    return show(
        request,
        fresh,
        supplement=SupplementForm(posted, subjects=fresh.subjects, grounds=fresh.opens_new)
        if _has(request, "text_")
        else None,
        decline=DeclineForm(posted, matters=fresh.going_on) if posted.get("reason") else None,
        status=409,
        violation=error,
        meanwhile=fresh.since(posted.get("stamp", "")),
        lost=_typed_in_vain(request, fresh),
    )


def _has(request: SignedInRequest, prefix: str) -> bool:
    return any(name.startswith(prefix) and value for name, value in request.POST.items())


def _typed_in_vain(request: SignedInRequest, page: IntakePage) -> list[tuple[str, str]]:
    """What was typed for parts that the page no longer shows, so that it can be copied."""
    if page.may_check:
        return []
    names = {f"text_{id}": name for id, name in page.names.items() if f"need_{id}" in request.POST}
    names |= {"reason": _("不予受理的理由")}
    return [(name, request.POST[key].strip()) for key, name in names.items() if request.POST.get(key, "").strip()]


def _preview(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """The notice as it would be served, to be read once more."""
    form = SupplementForm(request.POST, subjects=page.subjects, grounds=page.opens_new)
    if not form.is_valid():
        return show(request, page, supplement=form, status=422)
    context = {
        "page": page,
        "case": page.case,
        "points": form.points,
        "left_out": page.left_out(form.items),
        "hidden": staff.hidden(request, "reason", "taken_by"),
        "taker": TakerForm({"taken_by": request.POST.get("taken_by", "")}),
        "is_online": service.is_online(page.case),
    }
    return render(request, "workflows/window/preview.html", context)


def _serve(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    form, taker = SupplementForm(request.POST, subjects=page.subjects, grounds=page.opens_new), TakerForm(request.POST)
    if not form.is_valid() or not taker.is_valid():
        return show(request, page, supplement=form, status=422)
    said = {"items": form.items, "ground": form.ground, **taker.cleaned_data}
    try:
        steps.request_supplement(page.case, **said, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    words = _("已作出一次性补正告知书，共 %(count)d 项。") % {"count": len(form.items)}
    messages.success(request, words + _how_served(page.case, taker.cleaned_data["taken_by"]))
    return redirect("workflows:intake", page.case.number)


def _how_served(case: Case, taken_by: str) -> str:
    """How what was just written reaches the applicant."""
    if taken_by:
        return _("已当场交付%(name)s，送达回证见文书。") % {"name": taken_by}
    if service.is_online(case):
        return _("申请人同意电子送达，到达其账户即为送达。")
    return _("申请人没有同意电子送达，由政务服务办公室送达，期限自送达起算。")


def _offer(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """What the applicant would be asked to promise, to be read once more (R6.9)."""
    form = SupplementForm(request.POST, subjects=page.subjects, grounds=page.opens_new)
    if not form.is_valid():
        return show(request, page, supplement=form, status=422)
    days = page.standing.days
    context = {
        "page": page,
        "case": page.case,
        "points": form.points,
        "left_out": page.left_out(form.items),
        "days": days,
        "due": current_calendar().add(page.today, days).date,
        "hidden": staff.hidden(request, "reason"),
    }
    return render(request, "workflows/window/offer.html", context)


def _tolerate(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Offer it; the applicant signs online, or here with the clerk."""
    form = SupplementForm(request.POST, subjects=page.subjects, grounds=page.opens_new)
    if not form.is_valid():
        return show(request, page, supplement=form, status=422)
    try:
        tolerating.offer(page.case, items=form.items, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已请申请人签署容缺受理承诺；签署后即受理"))
    return redirect("workflows:intake", page.case.number)


def _note(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Keep what was ticked and written, for the notice that is served later."""
    form = NoteForm(request.POST, subjects=page.subjects, grounds=page.opens_new)
    if not form.is_valid():
        return show(request, page, supplement=form, status=422)
    try:
        gaps.note(page.case, items=form.items, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已暂存 %(count)d 项补正内容，尚未告知申请人") % {"count": len(form.items)})
    return redirect("workflows:intake", page.case.number)


def _ask(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Ask departments to look over their part."""
    form = ReviewsForm(request.POST, offered=page.can_be_asked)
    if not form.is_valid():
        return show(request, page, reviews=form, status=422)
    chosen = form.cleaned_data["departments"]
    try:
        gaps.open_reviews(page.case, departments=chosen, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已请 %(count)d 个部门审查材料") % {"count": len(chosen)})
    return redirect("workflows:intake", page.case.number)


def _revise(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Back from a preview or a confirmation, with everything still there."""
    supplement = (
        SupplementForm(request.POST, subjects=page.subjects, grounds=page.opens_new) if _has(request, "text_") else None
    )
    decline = DeclineForm(request.POST, matters=page.going_on) if request.POST.get("reason") else None
    return show(request, page, supplement=supplement, decline=decline)


def _accept(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Accept; where materials are missing, an offer is out, points proposed or departments silent, only after asking back."""
    doubts = page.missing or page.offers or page.heard or page.waiting or page.still_wrong
    if doubts and "confirmed" not in request.POST:
        context = {"page": page, "case": page.case, "hidden": staff.hidden(request)}
        return render(request, "workflows/window/accept.html", context)
    try:
        takes_back = "takes_offer_back" in request.POST
        steps.accept(page.case, actor=Actor.of(request.user), at=timezone.now(), takes_offer_back=takes_back)
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _accepted_words(page.case))
    at_once = page.case.matters.filter(route=CaseMatter.Route.COMMITMENT).values_list("name", flat=True)
    if at_once and not page.missing:
        told = {"names": "、".join(at_once)}
        messages.info(request, _("告知承诺，材料齐全，由各部门当场决定：%(names)s") % told)
    return redirect("workflows:intake", page.case.number)


def _accepted_words(case: Case) -> str:
    """By whom it was accepted: once five working days had passed, by the law and not by the counter (R2.8)."""
    if case.acceptance == Case.Acceptance.DEEMED:
        told = {"number": case.number, "on": case.accepted_on}
        return _("五个工作日内没有告知，%(number)s 依法自 %(on)s 起视为受理，各部门已同时收到") % told
    return _("已受理 %(number)s，各部门已同时收到") % {"number": case.number}


def _decline(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Refuse acceptance, after a confirmation."""
    form = DeclineForm(request.POST, matters=page.going_on)
    if not form.is_valid():
        return show(request, page, decline=form, status=422)
    if "confirmed" not in request.POST:
        context = {"page": page, "case": page.case, "hidden": staff.hidden(request), **form.cleaned_data}
        context["ground"] = dict(DECLINE_GROUNDS)[form.cleaned_data["ground"]]
        context["false"] = form.false_matters
        return render(request, "workflows/window/decline.html", context)
    try:
        steps.decline(page.case, **form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    words = _("已作出不予受理决定。") + _how_served(page.case, form.cleaned_data["taken_by"])
    messages.success(request, words)
    return redirect("workflows:intake", page.case.number)


def _judge(request: SignedInRequest, page: IntakePage) -> HttpResponse:
    """Settle one point of the answered notice, or say what is still wrong with it."""
    try:
        wrong = judging_points.judge(request, page.case, page.judgeable)
    except RuleViolation as error:
        return refused(request, page, error)
    if wrong:
        return show(request, page, judging=wrong, status=422)
    return redirect(f"{reverse('workflows:intake', args=[page.case.number])}#points")


ACTS = {
    "preview": _preview,
    "serve": _serve,
    "offer": _offer,
    "tolerate": _tolerate,
    "note": _note,
    "ask": _ask,
    "revise": _revise,
    "accept": _accept,
    "decline": _decline,
}

urlpatterns = [
    path("window/", window, name="window"),
    path("window/<slug:number>/", intake, name="intake"),
]
