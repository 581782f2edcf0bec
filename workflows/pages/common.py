"""What the applicant's pages share: whose case it is, and what a page says where a rule stands in the way."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.access import visible_case
from permits.models import Case
from workflows.shown.truth import cases_for

ACTING_ROLES = (User.Role.APPLICANT, User.Role.WINDOW)
"""Who acts in a case: the enterprise's people, and the window for them."""


def case_to_read(request: SignedInRequest, number: str) -> Case:
    """The case of this number, for those who may read it; 404 for everybody else."""
    return visible_case(cases_for(request.user), request.user, number=number)


def case_to_act(request: SignedInRequest, number: str) -> Case:
    """The case, for those who may act in it."""
    if request.user.role not in ACTING_ROLES:
        raise Http404
    return case_to_read(request, number)


def refused(request: SignedInRequest, case: Case, violation: RuleViolation) -> HttpResponse:
    """What stands in the way, with the way back; nothing was changed."""
    context = {"message": violation.message, "case": case, "back_url": case.get_absolute_url()}
    return render(request, "workflows/applicant/not_possible.html", context, status=409)
