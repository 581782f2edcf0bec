"""Leaving a barred matter out of the draft, or taking it in again (R2.27): the buttons of the task list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits.access import case_for
from permits.barring import leaving_out
from permits.views.common import SignedIn, refused


@login_required
@require_http_methods(["GET", "POST"])
def leave_out(request: SignedIn, key: str) -> HttpResponse:
    """One matter, out of the case or into it again; who comes by the address is led to the draft."""
    if request.method == "GET":
        return redirect("permits:draft", key=key)
    case = case_for(request.user, key)
    act = leaving_out.take_in if "take_in" in request.POST else leaving_out.leave_out
    matter = request.POST.get("take_in") or request.POST.get("leave_out", "")
    try:
        act(case, matters=[matter], actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as violation:
        return refused(request, violation, reverse("permits:draft", args=[key]))
    messages.success(
        request, _("已重新加入这一事项") if act is leaving_out.take_in else _("已不办这一事项，其他事项照常办理")
    )
    return redirect("permits:draft", key=key)
