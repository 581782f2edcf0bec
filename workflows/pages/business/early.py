"""The applicant's page for early issue (R6.21): what the licence would say now, what goes on, one button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from certificates import early
from workflows.pages.common import case_to_act, refused
from workflows.shown.truth import truth_of


@login_required
@require_http_methods(["GET", "POST"])
def issue_early(request: SignedInRequest, number: str) -> HttpResponse:
    """Show what would be issued and what goes on, then issue. A second click leads to the licence."""
    case = case_to_act(request, number)
    if request.method == "POST":
        try:
            early.issue_early(case, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            return refused(request, case, violation)
        return redirect("workflows:case", number=number)
    truth = truth_of(case, today=timezone.localdate())
    if not truth.offers_early_issue:
        words = _(
            "现在没有可以先行颁发的证书：承诺办结日期过后，或者已准予的许可临近送达期限时，至少两项已准予、还有事项未决定的，才可以先行发证"
        )
        return refused(request, case, RuleViolation("not_offered", words, rule="R6.21"))
    return render(request, "workflows/applicant/issue_early.html", {"case": case, "truth": truth})


urlpatterns = [path("cases/<str:number>/issue-early/", issue_early, name="issue_early")]
