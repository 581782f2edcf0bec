"""What the filing pages share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from audit.violations import RuleViolation


class SignedIn(HttpRequest):
    """A request of somebody who has signed in: every filing page stands behind `login_required`."""

    user: User


def refused(request: HttpRequest, violation: RuleViolation, back: str) -> HttpResponse:
    """A rule refused the act: 409, what is the matter, and the way back. Nothing was changed."""
    return render(request, "409.html", {"message": violation.message, "back_url": back}, status=409)
