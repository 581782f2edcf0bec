"""The applicant's page for withdrawing: which matters, what that leads to, and only then the act."""

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
from permits.models import Case
from permits.withdrawals import consequence_of
from permits.wording import grouped
from workflows import steps
from workflows.forms.applicant import WithdrawForm
from workflows.pages.common import case_to_act, refused


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, number: str) -> HttpResponse:
    """Choose, be told what it leads to, confirm. A matter decided meanwhile cannot be chosen any more."""
    case = case_to_act(request, number)
    undecided = [row for row in case.matters.all() if row.is_undecided]
    if not case.is_open or not undecided:
        return refused(request, case, RuleViolation("not_open", _("没有还在办理的事项，不能再撤回")))
    form = WithdrawForm(request.POST if request.method == "POST" else None, matters=undecided)
    if request.method != "POST" or "revise" in request.POST or not form.is_valid():
        return _choose(request, case, form)
    if "confirmed" not in request.POST:
        return _confirm(request, case, form)
    said, actor = form.cleaned_data, Actor.of(request.user)
    try:
        steps.withdraw(case, matters=said["matters"], reason=said["reason"], actor=actor, at=timezone.now())
    except RuleViolation as violation:
        return refused(request, case, violation)
    return redirect("workflows:case", number=number)


def _choose(request: SignedInRequest, case: Case, form: WithdrawForm) -> HttpResponse:
    rows = list(case.matters.all())
    context = {
        "case": case,
        "number": grouped(case.number or ""),
        "form": form,
        "over": [row for row in rows if not row.is_undecided],
    }
    is_wrong = bool(form.errors) and "revise" not in request.POST
    return render(request, "workflows/applicant/withdraw.html", context, status=422 if is_wrong else 200)


def _confirm(request: SignedInRequest, case: Case, form: WithdrawForm) -> HttpResponse:
    """What goes, what stays, and whether a combined licence is still possible (R1.9)."""
    rows, chosen = list(case.matters.all()), form.cleaned_data["matters"]
    consequence = consequence_of(rows, chosen)
    if consequence.rules_out_a_licence:  # unless permits held before make up for it (R1.10)
        consequence = consequence_of(rows, chosen, merging=case.held_permits.filter(state="confirmed").count())
    context = {
        "case": case,
        "number": grouped(case.number or ""),
        "form": form,
        "chosen": [row for row in rows if row.matter in chosen],
        "consequence": consequence,
    }
    return render(request, "workflows/applicant/withdraw_confirm.html", context)


urlpatterns = [path("cases/<str:number>/withdraw/", withdraw, name="withdraw")]
