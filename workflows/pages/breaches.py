"""The service office's record of commitments not kept, and their repair (R6.4): a repaired one stands against nothing."""

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits import breaches
from permits.models import BreachRecord
from workflows.pages import staff
from workflows.pages.service_office import OFFICE

LONGEST = 1000


class RepairForm(forms.Form):
    """Why a breach counts as repaired."""

    reason = forms.CharField(
        label=gettext_lazy("修复理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明整改情况和准予修复的依据；修复后该经营者可以再次选择告知承诺。"),
        error_messages={"required": gettext_lazy("请写明修复理由")},
    )


@staff.for_roles(*OFFICE)
@require_safe
def records(request: SignedInRequest) -> HttpResponse:
    """Every record, those not repaired first."""
    open_first = F("repaired_on").desc(nulls_first=True)
    found = BreachRecord.objects.select_related("enterprise").order_by(open_first, "-decided_on", "-pk")
    page = staff.page_of(request, found, found.count())
    return render(request, "workflows/service_office/breaches.html", {"page": page})


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record, and its repair with the reason."""
    breach = get_object_or_404(BreachRecord.objects.select_related("enterprise", "repaired_by"), pk=pk)
    form, violation, status = RepairForm(request.POST if request.method == "POST" else None), None, 200
    if form.is_bound and form.is_valid():
        try:
            breaches.repair(breach, reason=form.cleaned_data["reason"], actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            violation, status = error, 409
        else:
            messages.success(request, _("已登记修复"))
            return redirect("workflows:breach", pk)
    context = {
        "breach": breach,
        "form": form,
        "violation": violation,
        "may_repair": breach.repaired_on is None and request.user.role == User.Role.SERVICE_OFFICE,
    }
    return render(request, "workflows/service_office/breach.html", context, status=422 if form.errors else status)


urlpatterns = [
    path("office/breaches/", records, name="breaches"),
    path("office/breaches/<int:pk>/", record, name="breach"),
]
