"""The letters of commitment: read in full, then signed with a name and a tick."""

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
from permits.merged_form.forms import SigningForm
from permits.models import Case
from permits.promises import breaches, commitments
from permits.views.common import SignedIn, refused


def _nothing_to_sign(case: Case) -> str:
    """Why there is no letter: whoever came by an older link learns what has changed since."""
    if breaches.unrepaired(case.enterprise_id):
        return _("有未修复的违背承诺记录，不能再以告知承诺办理，没有承诺书需要签署；各事项按一般程序办理")
    return _("现在没有事项以告知承诺办理，没有承诺书需要签署")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, key: str) -> HttpResponse:
    """All letters of the case on one page, one signature for all of them."""
    case = case_for(request.user, key)
    wanted = commitments.letters(case)
    if not wanted:
        messages.warning(request, _nothing_to_sign(case))
        return redirect("permits:ways", key=case.key)
    form = SigningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            commitments.sign(case, at=timezone.now(), actor=Actor.of(request.user), **form.cleaned_data)
        except RuleViolation as violation:
            if violation.field not in form.fields:
                return refused(request, violation, reverse("permits:draft", args=[key]))
            form.add_error(violation.field, str(violation))
        else:
            messages.success(request, _("告知承诺书已签署"))
            return redirect("permits:draft", key=case.key)
    signed = commitments.signatures(case)
    context = {
        "case": case,
        "form": form,
        "letters": [(letter, signed.get(letter.subject)) for letter in wanted],
        "unsigned": commitments.unsigned_of(case, wanted),
    }
    return render(request, "permits/commitment.html", context, status=422 if form.errors else 200)
