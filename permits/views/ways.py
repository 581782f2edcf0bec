"""The choice between commitment and the ordinary way, matter by matter (R6.3)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits.access import case_for
from permits.merged_form.entries import digest
from permits.merged_form.form import notice_of
from permits.merged_form.forms import WaysForm
from permits.promises import breaches, commitments, ways
from permits.views import conflicts
from permits.views.common import SignedIn, refused


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: SignedIn, key: str) -> HttpResponse:
    """Every matter with its way and the reason; those that leave a choice with two radios."""
    case = case_for(request.user, key)
    required = notice_of(case)
    lines = ways.ways_of(case, required)
    form = WaysForm(request.POST if request.method == "POST" else None, lines=[line for line in lines if line.is_open])
    if form.is_bound and form.is_valid() and conflicts.is_stale(request.POST, case.ordinary):
        form.add_error(next(iter(form.fields)), _("另一个人刚改过办理方式，页面已更新。核对后再次保存，以您选择的为准"))
    if form.is_bound and form.is_valid():
        try:
            ways.choose(case, ordinary=form.ordinary, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            return refused(request, violation, reverse("permits:draft", args=[key]))
        messages.success(request, _("办理方式已保存"))
        return redirect("permits:commitment" if commitments.letters(case) else "permits:draft", key=case.key)
    context = {
        "case": case,
        "form": form,
        "was": digest(case.ordinary),
        "choices": form.choices(),
        "others": [line for line in lines if not line.is_open],
        "breaches": breaches.unrepaired(case.enterprise_id),
    }
    return render(request, "permits/ways.html", context, status=422 if form.errors else 200)
