"""Filings that the counter did not take in: the window records them, the service office looks at each again (R2.14)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.at_counter import refusals
from permits.models import TakingRefusal
from workflows.pages import staff

SHOWN = 200


class RefusalForm(forms.ModelForm):
    """Who, what, on which ground, why."""

    class Meta:
        model = TakingRefusal
        fields = ["who", "phone", "what", "ground", "reason"]
        widgets = {"ground": forms.RadioSelect, "reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = TakingRefusal.Ground.choices  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """What the service office finds."""

    stands = forms.ChoiceField(
        label=gettext_lazy("复核结论"),
        choices=[("yes", gettext_lazy("理由成立")), ("no", gettext_lazy("应当收件，请窗口联系来人"))],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(label=gettext_lazy("复核意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@staff.for_roles(User.Role.WINDOW, User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def refused_filings(request: SignedInRequest) -> HttpResponse:
    """The records, the newest first; the window adds one."""
    may_record = request.user.role == User.Role.WINDOW
    form = RefusalForm(request.POST if request.method == "POST" and may_record else None)
    if form.is_bound and form.is_valid():
        refusals.refuse_to_take(**form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
        messages.success(request, _("已记录不予收件，由政务服务办公室复核"))
        return redirect("workflows:refused_filings")
    context = {
        "form": form,
        "may_record": may_record,
        "may_review": request.user.role == User.Role.SERVICE_OFFICE,
        "rows": TakingRefusal.objects.select_related("by", "reviewed_by")[:SHOWN],
    }
    return render(request, "workflows/staff/refused_filings.html", context, status=422 if form.errors else 200)


@staff.for_roles(User.Role.SERVICE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def review_refused_filing(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record, to be looked at again."""
    refusal = get_object_or_404(TakingRefusal.objects.select_related("by"), pk=pk)
    form = FindingForm(request.POST if request.method == "POST" else None)
    violation = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            actor, stands = Actor.of(request.user), said["stands"] == "yes"
            refusals.review_refusal(pk, stands=stands, finding=said["finding"], actor=actor, at=timezone.now())
            return redirect("workflows:refused_filings")
        except RuleViolation as error:
            violation = error
    status = 409 if violation else 422 if form.errors else 200
    context = {"refusal": refusal, "form": form, "violation": violation}
    return render(request, "workflows/staff/review_refused_filing.html", context, status=status)


urlpatterns = [
    path("refused-filings/", refused_filings, name="refused_filings"),
    path("refused-filings/<int:pk>/", review_refused_filing, name="review_refused_filing"),
]
