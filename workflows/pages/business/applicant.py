"""The applicant's pages: my cases, handing in, the page of truth; with those of the modules named at the end."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.models import User
from accounts.models.authority import words_of
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from paper.qr import png_data_uri
from permits.acting_for import agents
from permits.barring import bars
from permits.models import Case, Document
from permits.promises.industry_commitments import is_offered
from permits.promises.ways import rerouted
from permits.wording import grouped
from workflows import steps
from workflows.pages import papers
from workflows.pages.business import early, progress, supplement, tolerance, withdrawing
from workflows.pages.common import ACTING_ROLES, case_to_act, case_to_read, refused
from workflows.shown.truth import cases_for, truth_of
from workflows.words.turns import answer_by, turn_of

DEPARTMENT_ROLES = (User.Role.OFFICER, User.Role.SUBDISTRICT)
SHOWN = 200


@login_required
@require_GET
def my_cases(request: SignedInRequest) -> HttpResponse:
    """The drafts and cases of the enterprises this person acts for, newest first, each with whose turn it is."""
    if request.user.role != User.Role.APPLICANT:
        return redirect("workflows:desk")
    calendar, today = current_calendar(), timezone.localdate()
    cases = list(cases_for(request.user)[:SHOWN])
    context = {
        "drafts": [_row(case, calendar, today) for case in cases if case.state == Case.State.DRAFT],
        "open": [_row(case, calendar, today) for case in cases if case.is_open],
        "bars": bars.of_holders((case.enterprise_id for case in cases), today),
        "ended": [_row(case, calendar, today) for case in cases if not case.is_open and case.state != Case.State.DRAFT],
    }
    return render(request, "workflows/applicant/my_cases.html", context)


def _row(case: Case, calendar: WorkingCalendar, today: date) -> dict[str, Any]:
    """A line of the list."""
    industries = case.own_catalogue.industries
    return {
        "case": case,
        "number": grouped(case.number or ""),
        "industries": "、".join(industries[id].name for id in case.industries if id in industries),
        "turn": turn_of(case, calendar=calendar, today=today),
    }


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: SignedInRequest, key: str) -> HttpResponse:
    """Hand the draft in. A second click leads to the first one's confirmation, even while that is at work."""
    if request.user.role not in ACTING_ROLES:
        raise Http404
    if request.method == "GET":  # after signing in again: nothing was handed in yet
        return redirect("permits:check", key=key)
    case = get_object_or_404(Case.objects.visible_to(request.user), key=key)
    if case.state == Case.State.DRAFT:
        try:
            steps.submit(case, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            case = Case.objects.get(pk=case.pk)
            if case.state == Case.State.DRAFT:
                return refused(request, case, violation)
    return redirect("workflows:submitted", number=case.number) if case.number else redirect(case)


@login_required
@require_GET
def submitted(request: SignedInRequest, number: str) -> HttpResponse:
    """The confirmation: number, receipt, what happens next and when, the code for looking it up without signing in."""
    case = case_to_act(request, number)
    address = request.build_absolute_uri(reverse("workflows:progress", args=[case.code]))
    context = {
        "case": case,
        "number": grouped(number),
        "receipt": next((d for d in case.documents.all() if d.kind == Document.Kind.FILING_RECEIPT), None),
        "answer_by": answer_by(case, current_calendar()),
        "promised_days": case.promised_days,
        "rerouted": rerouted(case),
        "progress_url": address,
        "progress_qr": png_data_uri(address),
    }
    return render(request, "workflows/applicant/submitted.html", context)


@login_required
@require_GET
def case_page(request: SignedInRequest, number: str) -> HttpResponse:
    """The page of truth. Officers read their own section instead: others' reasons are not theirs to read (R6.22)."""
    if request.user.role in DEPARTMENT_ROLES:
        return redirect("workflows:section", case_to_read(request, number).number)
    truth = truth_of(case_to_read(request, number), today=timezone.localdate())
    may_act = request.user.role in ACTING_ROLES
    may = agents.acts_open_to(request.user, truth.case, timezone.localdate())
    context = {
        "truth": truth,
        "case": truth.case,
        "may_act": may_act,
        "may": may,
        "offers_industry_promise": is_offered(truth.case),
        "may_words": words_of(may) if may < agents.EVERY_ACT and may_act else "",
        "progress_url": request.build_absolute_uri(reverse("workflows:progress", args=[truth.case.code])),
    }
    return render(request, "workflows/applicant/case.html", context)


urlpatterns = [
    path("my/", my_cases, name="my_cases"),
    path("cases/submit/<str:key>/", submit, name="submit"),
    path("cases/<str:number>/", case_page, name="case"),
    path("cases/<str:number>/submitted/", submitted, name="submitted"),
    *early.urlpatterns,
    *papers.urlpatterns,
    *progress.urlpatterns,
    *supplement.urlpatterns,
    *tolerance.urlpatterns,
    *withdrawing.urlpatterns,
]
