"""Reviews (好差评): the applicant gives one, heads and the service office answer bad ones, everybody reads the figures."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import Body, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.acting_for import agents
from permits.models import Case
from workflows.forms.ratings import AnswerForm, HideForm, LevelForm, ReasonForm, RevisitForm, WordsForm
from workflows.lists.filters import tab_of
from workflows.lists.worklists import limit
from workflows.models import Rating
from workflows.pages import staff
from workflows.pages.common import case_to_read
from workflows.ratings import acts, figures
from workflows.ratings.words import INDICATOR_WORDS, LEVEL_WORDS

STAFF = (User.Role.OFFICER, User.Role.SUBDISTRICT, User.Role.WINDOW, User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
TABS = {"open": gettext_lazy("待答复"), "answered": gettext_lazy("待回访"), "over": gettext_lazy("已办结")}
STATES = {
    "open": Rating.TO_ANSWER,
    "answered": (Rating.State.ANSWERED,),
    "over": (Rating.State.REVISITED, Rating.State.EXCLUDED),
}
PUBLIC = "public"
"""The service office's tab of words that everybody can read, to take down what should not stand there."""


def _case(request: SignedInRequest, number: str) -> Case:
    """A case that this person may rate; 404 for everybody else."""
    case = case_to_read(request, number)
    may = request.user.role == User.Role.APPLICANT and agents.acts_open_to(request.user, case, timezone.localdate())
    if not may or case.number is None:
        raise Http404
    return case


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: SignedInRequest, number: str) -> HttpResponse:
    """Two steps without any script: the level, then what was good or bad. What was said before stands above."""
    case = _case(request, number)
    names = dict(Body.objects.filter(code__in=acts.bodies_of(case)).values_list("code", "name"))
    bodies = [(code, names[code]) for code in acts.left_to_rate(case, request.user)]
    if not bodies or request.GET.get("body") in names.keys() - dict(bodies).keys():
        return _rated_already(request, case, bodies)
    chosen = LevelForm(request.GET if "level" in request.GET or "body" in request.GET else None, bodies)
    if not chosen.is_valid():
        return _show_rate(request, case, chosen, None)
    form = WordsForm(request.POST if request.method == "POST" else None, chosen.cleaned_data["level"])
    if form.is_bound and form.is_valid():
        try:
            acts.give(case, **chosen.cleaned_data, words=form.words, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            return _show_rate(request, case, chosen, form, violation=error, status=409)
        messages.success(request, _("感谢您的评价"))
        return redirect("workflows:rate", number)
    return _show_rate(request, case, chosen, form)


def _rated_already(request: SignedInRequest, case: Case, left: list[tuple[str, str]]) -> HttpResponse:
    """Whoever comes back to a body that they have rated meanwhile is told so, and offered the others."""
    chosen = LevelForm(None, left) if left else None
    if request.method != "POST":
        return _show_rate(request, case, chosen, None)
    error = RuleViolation("rated_already", _("您已经评价过这一环节；每个环节对每个部门评价一次"), rule="R3.2")
    return _show_rate(request, case, chosen, None, violation=error, status=409)


def _show_rate(
    request: SignedInRequest,
    case: Case,
    chosen: LevelForm | None,
    form: WordsForm | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    given = case.ratings.filter(by=request.user).select_related("body")
    context = {
        "case": case,
        "chosen": chosen,
        "form": form,
        "stage": acts.stage_of(case).label,
        "level": LEVEL_WORDS.get(chosen.cleaned_data.get("level", 0), "") if form and chosen else "",
        "given": [(one, LEVEL_WORDS[one.level]) for one in given],
        **more,
    }
    invalid = (chosen is not None and chosen.is_bound and chosen.errors) or (form is not None and form.errors)
    return render(request, "workflows/ratings/rate.html", context, status=422 if invalid else status)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """How every body was rated, and what was answered: for everybody (R3.1). It names no case and no person."""
    context = {
        "bodies": figures.by_body(),
        "levels": list(LEVEL_WORDS.values()),
        "published": [(one, LEVEL_WORDS[one.level]) for one in figures.published()],
    }
    return render(request, "workflows/ratings/public.html", context)


@staff.for_roles(*STAFF)
@require_safe
def ratings(request: SignedInRequest) -> HttpResponse:
    """Bad reviews that this person answers, the most urgent first; for the service office also public words, newest first."""
    calendar, today = current_calendar(), timezone.localdate()
    found = Rating.objects.answered_by(request.user, today)
    lists = {name: found.filter(state__in=states).order_by("answer_by", "pk") for name, states in STATES.items()}
    titles = dict(TABS)
    if request.user.role == User.Role.SERVICE_OFFICE:
        titles[PUBLIC], lists[PUBLIC] = gettext_lazy("公开的话"), Rating.objects.with_words()
    tab = tab_of(request.GET.get("tab"), titles)
    counts = {name: rows.count() for name, rows in lists.items()}
    page = staff.page_of(request, lists[tab].select_related("body", "case"), counts[tab])
    context = {
        "page": page,
        "rows": [(one, LEVEL_WORDS[one.level], limit(calendar, today, one.answer_by or today)) for one in page],
        "tabs": staff.tabs(request, "workflows:ratings", titles, tab, counts),
        "tab": tab,
    }
    return render(request, "workflows/ratings/ratings.html", context)


@staff.for_roles(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: SignedInRequest, pk: int) -> HttpResponse:
    """One bad review and what is done about it."""
    found = _rating(request.user, pk)
    if request.method != "POST":
        return _show(request, found)
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        return HttpResponseBadRequest(_("不认识的操作"))
    build, act, told = deed
    form = build(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form, doing=request.POST["do"], status=422)
    try:
        act(found, actor=Actor.of(request.user), at=timezone.now(), **form.cleaned_data)
    except RuleViolation as error:
        fresh = _rating(request.user, pk)
        return _show(request, fresh, form=form, doing=request.POST["do"], violation=error, status=409)
    messages.success(request, told)
    return redirect("workflows:rating", pk)


def _rating(user: User, pk: int) -> Rating:
    found = Rating.objects.read_by(user, timezone.localdate()).select_related("body", "case__enterprise")
    return get_object_or_404(found, pk=pk)


def _show(
    request: SignedInRequest,
    found: Rating,
    *,
    form: forms.Form | None = None,
    doing: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    own = {
        name: form if form is not None and doing == name else build() for name, (build, _act, _told) in DEEDS.items()
    }
    calendar, today = current_calendar(), timezone.localdate()
    context = {
        "rating": found,
        "level": LEVEL_WORDS[found.level],
        "ticked": [INDICATOR_WORDS[code] for code in found.indicators if code in INDICATOR_WORDS],
        "due": limit(calendar, today, found.answer_by or today),
        "forms": own,
        "form": form,
        "is_office": request.user.role == User.Role.SERVICE_OFFICE,
        "may_act": request.user.role != User.Role.ADMINISTRATOR,
        "may_exclude": request.user.role == User.Role.SERVICE_OFFICE and request.user.body_id != found.body_id,
        **more,
    }
    return render(request, "workflows/ratings/rating.html", context, status=status)


DEEDS: dict[str, tuple[type[forms.Form], Any, Any]] = {
    "contact": (forms.Form, acts.contact, gettext_lazy("已登记联系")),
    "prolong": (ReasonForm, acts.prolong, gettext_lazy("答复期限已延长")),
    "answer": (AnswerForm, acts.answer, gettext_lazy("已答复，评价人会收到消息")),
    "exclude": (ReasonForm, acts.exclude, gettext_lazy("已认定为误评，不再计入统计")),
    "hide": (HideForm, acts.hide_words, gettext_lazy("已不再公开，评价人会收到消息")),
    "revisit": (RevisitForm, acts.revisit, gettext_lazy("已登记回访")),
}

urlpatterns = [
    path("cases/<slug:number>/rate/", rate, name="rate"),
    path("ratings/", public, name="public_ratings"),
    path("work/ratings/", ratings, name="ratings"),
    path("work/ratings/<int:pk>/", rating, name="rating"),
]
