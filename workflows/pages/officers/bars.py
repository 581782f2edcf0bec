"""What may not be applied for again (R2.27): the list for those at the counter and in the departments, and the lifting."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
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
from permits.barring import bars
from permits.models import ReapplyBar
from workflows.pages import staff

READERS = (User.Role.OFFICER, User.Role.WINDOW, User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
LONGEST = 1000


class LiftForm(forms.Form):
    """Why a bar no longer stands."""

    reason = forms.CharField(
        label=gettext_lazy("解除理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明原决定被哪一份文书撤销：复议决定、判决或者本机关自行纠正的决定，及其文号。"),
        error_messages={"required": gettext_lazy("请写明解除理由")},
    )


class SearchForm(forms.Form):
    """Of whom the bars are asked."""

    q = forms.CharField(
        label=gettext_lazy("经营者名称或者统一社会信用代码"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"data-width": "20", "type": "search"}),
    )


def _readable(user: User) -> QuerySet[ReapplyBar]:
    """A department reads those of its own decisions; the counter and the service office all."""
    found = ReapplyBar.objects.select_related("enterprise", "document__case", "body", "recorded_by", "lifted_by")
    return found.filter(body__code=user.body_id) if user.role == User.Role.OFFICER else found


@staff.for_roles(*READERS)
@require_safe
def records(request: SignedInRequest) -> HttpResponse:
    """Every bar, the newest first; an enterprise is found by its name or code."""
    form = SearchForm(request.GET)
    found, text = _readable(request.user), form.cleaned_data["q"] if form.is_valid() else ""
    if text:
        found = found.filter(enterprise__name__icontains=text) | found.filter(enterprise__uscc__iexact=text)
    page = staff.page_of(request, found, found.count())
    context = {"page": page, "form": form, "today": timezone.localdate()}
    return render(request, "workflows/staff/bars.html", context)


@staff.for_roles(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One bar, and its lifting by the department that decided."""
    bar = get_object_or_404(_readable(request.user), pk=pk)
    form, violation, status = LiftForm(request.POST if request.method == "POST" else None), None, 200
    if form.is_bound and form.is_valid():
        try:
            bars.lift(pk, reason=form.cleaned_data["reason"], actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            violation, status = error, 409
        else:
            messages.success(request, _("已解除，该经营者可以再次申请这一事项"))
            return redirect("workflows:bar", pk)
    context = {
        "bar": bar,
        "form": form,
        "violation": violation,
        "today": timezone.localdate(),
        "may_lift": request.user.role == User.Role.OFFICER and bar.lifted_on is None,
    }
    return render(request, "workflows/staff/bar.html", context, status=422 if form.errors else status)


urlpatterns = [path("bars/", records, name="bars"), path("bars/<int:pk>/", record, name="bar")]
