"""The pages of the departments: the list of what waits, and one case's section with its decision."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.substitutions import heads_acted_for
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.entities import Catalogue
from industries.publishing import current_catalogue
from permits.inspections import arranging
from permits.promises.industry_commitments import is_offered
from workflows import claims
from workflows.deciding import decide
from workflows.desk.counter import industry_names
from workflows.forms.approval import ApprovalForm
from workflows.forms.deciding import DecisionForm, HandOverForm, bar_words
from workflows.inspections.lists import todo_of
from workflows.lists import after_checks, worklists
from workflows.lists.filters import WORK_TABS, WorklistFilter
from workflows.pages import staff
from workflows.pages.officers import reviews
from workflows.pages.on_site import scan_log
from workflows.shown import section as section_page
from workflows.shown.section import SectionPage

DEPARTMENT = (User.Role.OFFICER, User.Role.SUBDISTRICT)


@staff.for_roles(*DEPARTMENT)
@require_safe
def work(request: SignedInRequest) -> HttpResponse:
    """The department's list; the address is the view."""
    today, calendar = timezone.localdate(), current_calendar()
    filters = _filters(request, current_catalogue(today))
    view = filters.view(request.GET.get("tab", ""))
    desk = worklists.Desk.of(request.user, today)
    counts = worklists.tab_counts(desk, view, calendar, today)
    page = staff.page_of(request, worklists.sections(desk, view, calendar, today), counts[view.tab])
    context = {
        "page": page,
        "rows": worklists.rows_of(page, desk, calendar, today),
        "tabs": [*staff.tabs(request, "workflows:work", _tabs(view, counts), view.tab, counts), *reviews.tab(request)],
        "view": view,
        "counts": counts,
        "after_checks": after_checks.open_count(request.user),
        "found_on_site": scan_log.waiting_counts(request.user),
        "visits": todo_of(request.user, today),
        "answers_ratings": _answers_ratings(desk, today),
        "form": filters,
        "is_narrowed": any((view.text, view.clock, view.matter, view.industry, view.holder)),
    }
    return render(request, "workflows/department/work.html", context)


def _answers_ratings(desk: worklists.Desk, today: date) -> bool:
    """Whether bad reviews are answered from this desk: a head's, or of whom an absent head named; asked only where it may be."""
    return desk.user.is_head or (bool(desk.stands_in_for) and bool(heads_acted_for(desk.user, today)))


def _tabs(view: worklists.View, counts: dict[str, int]) -> dict[str, Any]:
    """The tab of approvals is there where something waits for one's approval."""
    hidden = {worklists.APPROVE} if view.tab != worklists.APPROVE and not counts[worklists.APPROVE] else set()
    return {tab: words for tab, words in WORK_TABS.items() if tab not in hidden}


def _filters(request: SignedInRequest, catalogue: Catalogue) -> WorklistFilter:
    body = request.user.body_id
    return WorklistFilter(
        request.GET,
        matters=[(m.id, m.name) for m in catalogue.matters.values() if m.department == body],
        industries=[(i.id, i.name) for i in catalogue.industries.values()],
        people=worklists.colleagues(request.user),
    )


@staff.for_roles(*DEPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, number: str) -> HttpResponse:
    """One case's section: to read, to claim, to decide."""
    page = section_page.load(request.user, number, timezone.localdate())
    if page.case.accepted_on is None:
        return redirect("workflows:review", number)
    if request.method != "POST":
        return show(request, page)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, page) if act else HttpResponseBadRequest(_("不认识的操作"))


def show(
    request: SignedInRequest,
    page: SectionPage,
    *,
    form: DecisionForm | None = None,
    hand_over: HandOverForm | None = None,
    approval: ApprovalForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The section's page; `more` are messages about what was just refused."""
    form = form or DecisionForm(matters=page.decidable_matters)
    context = {
        "page": page,
        "case": page.case,
        "section": page.section,
        "form": form,
        "blocks": form.blocks(page.valid_to, page.basis),
        "hand_over": hand_over or HandOverForm(people=_recipients(page)),
        "approval": approval or ApprovalForm(matters=page.approvals.answerable),
        "groups": staff.lines_of(page.groups),
        **staff.materials_of(page.materials),
        "industries": industry_names(page.case, page.case.own_catalogue),
        "offers_industry_promise": is_offered(page.case),
        **more,
    }
    return render(request, "workflows/department/section.html", context, status=status)


def _recipients(page: SectionPage) -> Any:
    """Whoever holds it, acts for who holds it, or heads the body may give it to a colleague; anybody else may take it over."""
    people = worklists.colleagues(page.user).exclude(claimed_sections=page.section)
    return people if page.may_give_away else people.filter(pk=page.user.pk)


def refused(request: SignedInRequest, page: SectionPage, error: RuleViolation, **more: Any) -> HttpResponse:
    """The page as it is now, with what a rule said and what happened meanwhile; nothing typed is lost."""
    fresh = section_page.load(request.user, page.case.number or "", page.today)
    meanwhile, lost = fresh.since(request.POST.get("stamp", "")), _typed_in_vain(request, fresh)
    return show(request, fresh, violation=error, meanwhile=meanwhile, lost=lost, status=409, **more)


def _claim(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    try:
        claims.claim(page.case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已由您领取"))
    return redirect("workflows:section", page.case.number)


def _release(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    try:
        claims.release(page.case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已退回公共列表，同事可以领取"))
    return redirect("workflows:work")


def _hand_over(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    form = HandOverForm(request.POST, people=worklists.colleagues(request.user))
    if not form.is_valid():
        return show(request, page, hand_over=form, status=422)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    try:
        claims.hand_over(page.case, to=to, reason=reason, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page, error, hand_over=form)
    messages.success(request, _("已交给 %(name)s") % {"name": to})
    return redirect("workflows:section", page.case.number)


def _decide(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    """Decide what was chosen. A refusal is confirmed first; a stale page is shown anew with what was typed."""
    form = DecisionForm(request.POST, matters=page.decidable_matters)
    if page.is_stale(request.POST.get("stamp", "")):
        return stale(request, page, form=form)
    if not form.is_valid():
        return show(request, page, form=form, status=422)
    if form.refusals and "confirmed" not in request.POST:
        return _confirm(request, page, form)
    try:
        decide(
            page.case,
            grants=form.grants,
            refusals=form.refusals,
            opinion=form.cleaned_data["opinion"],
            unvisited=form.unvisited,
            false=form.false,
            actor=Actor.of(request.user),
            at=timezone.now(),
        )
    except RuleViolation as error:
        return refused(request, page, error, form=form)
    messages.success(request, _done_words(page, form))
    return redirect("workflows:section", page.case.number)


def stale(request: SignedInRequest, page: SectionPage, **typed: Any) -> HttpResponse:
    """The page as it is now, where it was opened before something changed."""
    error = RuleViolation("stale_page", _("您打开页面之后，情况有了变化，刚才的决定没有提交。请核对后再决定。"))
    return refused(request, page, error, **typed)


def _typed_in_vain(request: SignedInRequest, page: SectionPage) -> list[tuple[str, str]]:
    """What was typed for matters that can no longer be decided here, so that it can be copied."""
    decidable = page.decidable_matters if page.may_decide else []
    closed = [matter for matter in page.own if matter not in decidable]
    typed = [
        (matter.name, request.POST.get(f"{part}_{matter.matter}", "").strip())
        for matter in closed
        for part in ("reason", "scope")
    ]
    opinion = request.POST.get("opinion", "").strip()
    if opinion and not decidable:
        typed.append((_("审批意见"), opinion))
    return [(name, text) for name, text in typed if text]


def _confirm(request: SignedInRequest, page: SectionPage, form: DecisionForm) -> HttpResponse:
    names = {matter.matter: matter for matter in page.own}
    context = {
        "page": page,
        "case": page.case,
        "section": page.section,
        "refusals": [(names[id], reason) for id, reason in form.refusals.items()],
        "false": [(names[id], bar_words(id)) for id in form.refusals if id in form.false],
        "grants": [(names[id], scope) for id, scope in form.grants.items()],
        "by_two": all(names[id].two_persons for id in form.refusals),
        "hidden": staff.hidden(request),
    }
    return render(request, "workflows/department/confirm.html", context)


def _go_without(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    """Say why a matter needs no joint visit; it leaves the one that is arranged."""
    matters, reason = [request.POST.get("matter", "")], request.POST.get("reason", "")
    actor, at = Actor.of(request.user), timezone.now()
    try:
        arranging.go_without(page.case, matters=matters, reason=reason, actor=actor, at=at)
    except RuleViolation as error:
        return refused(request, page, error)
    messages.success(request, _("已写明不进行联合核查的理由"))
    return redirect("workflows:section", page.case.number)


def _revise(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    """Back from the confirmation, with everything still there."""
    form = DecisionForm(request.POST, matters=page.decidable_matters)
    return show(request, page, form=form)


def _done_words(page: SectionPage, form: DecisionForm) -> str:
    two = {matter.matter for matter in page.own if matter.two_persons}
    names = {matter.matter: matter.name for matter in page.own}
    proposed = [names[id] for id in (*form.grants, *form.refusals) if id in two]
    if proposed:
        return _("已提交审批：%(names)s") % {"names": "、".join(proposed)}
    parts = [_("准予：%(names)s") % {"names": "、".join(names[id] for id in form.grants)}] if form.grants else []
    if form.refusals:
        parts.append(_("不予：%(names)s") % {"names": "、".join(names[id] for id in form.refusals)})
    return _("已作出决定。") + ";".join(parts)


ACTS = {
    "claim": _claim,
    "release": _release,
    "hand_over": _hand_over,
    "decide": _decide,
    "go_without": _go_without,
    "revise": _revise,
}

urlpatterns = [
    path("work/", work, name="work"),
    *reviews.urlpatterns,
    path("work/<slug:number>/", section, name="section"),
]
