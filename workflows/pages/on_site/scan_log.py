"""The body's log of scans; and what was found on site about its permits, with its answer (R5.8)."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Value
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
from certificates.verifying.showing import ICONS
from certificates.verifying.verdict import Answer
from certificates.wording import ANSWERS
from workflows.lists.filters import tab_of
from workflows.models import Referral, Scan, Suspicion
from workflows.pages import staff
from workflows.pages.on_site.scan_api import elsewhere_of
from workflows.scanning import referrals
from workflows.scanning.referrals import SCANNERS

LONGEST = 1000
TABS = {"waiting": gettext_lazy("待处理"), "answered": gettext_lazy("已处理")}
CONDITIONS = {"waiting": Q(state=Referral.State.PROPOSED), "answered": ~Q(state=Referral.State.PROPOSED)}
LOOKS = {Answer.VALID: "green", Answer.PARTLY_VALID: "yellow", Answer.UNKNOWN: "grey"}


class AnswerForm(forms.Form):
    """Whether it is so, and what is done."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("核实结果"),
        choices=[("take_up", gettext_lazy("属实，依法处理")), ("dismiss", gettext_lazy("不成立"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核实结果")},
    )
    answer = forms.CharField(
        label=gettext_lazy("处理情况"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明怎样核实、怎样处理。责令改正、暂扣、撤销等另行作出决定，本页不改变许可的状态。"),
        error_messages={"required": gettext_lazy("请写明处理情况")},
    )


@staff.for_roles(*SCANNERS)
@require_safe
def scans(request: SignedInRequest) -> HttpResponse:
    """What the body's people scanned, newest first, with what was found at two places and what was referred."""
    own = Scan.objects.filter(body_id=request.user.body_id or "")
    found = own.select_related("officer", "licence__enterprise", "elsewhere__body").prefetch_related(
        "referrals__item", "suspicions"
    )
    page = staff.page_of(request, found, own.count())
    return render(request, "workflows/department/scans.html", {"page": page, "rows": [_row(one) for one in page]})


def _row(scan: Scan) -> dict[str, Any]:
    answer = Answer(scan.found)
    look = {"words": ANSWERS[answer], "icon": ICONS[answer], "kind": LOOKS.get(answer, "red")}
    return {
        "scan": scan,
        "look": look,
        "elsewhere": elsewhere_of(scan),
        "referrals": list(scan.referrals.all()),
        "suspicions": list(scan.suspicions.all()),
    }


def of_body(user: User) -> QuerySet[Referral]:
    """What was referred to the person's body."""
    return Referral.objects.filter(body_id=user.body_id or "")


def waiting_counts(user: User) -> Counter[str]:
    """How many `referrals` and `suspicions` wait for the person's body, by one query."""
    referred = of_body(user).filter(CONDITIONS["waiting"]).order_by().annotate(kind=Value("referrals"))
    handed = Suspicion.objects.waiting_for(user).order_by().annotate(kind=Value("suspicions"))
    return Counter(referred.values_list("kind", flat=True).union(handed.values_list("kind", flat=True), all=True))


@staff.for_roles(*SCANNERS)
@require_safe
def referred(request: SignedInRequest) -> HttpResponse:
    """What was found on site about the body's permits."""
    tab = tab_of(request.GET.get("tab"), tuple(TABS))
    own = of_body(request.user)
    counts = own.aggregate(**{name: Count("pk", filter=condition) for name, condition in CONDITIONS.items()})
    rows = own.filter(CONDITIONS[tab]).select_related("item", "case__enterprise", "scan__body")
    context = {
        "page": staff.page_of(request, rows, counts[tab]),
        "tabs": staff.tabs(request, "workflows:referrals", TABS, tab, counts),
        "tab": tab,
    }
    return render(request, "workflows/department/referrals.html", context)


@staff.for_roles(*SCANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of them, and the body's answer."""
    rows = of_body(request.user).select_related("item__licence", "case__enterprise", "scan__officer", "scan__body")
    one = get_object_or_404(rows.select_related("answered_by"), pk=pk)
    form, violation, status = AnswerForm(request.POST if request.method == "POST" else None), None, 200
    if form.is_bound and form.is_valid():
        act = referrals.take_up if form.cleaned_data["outcome"] == "take_up" else referrals.dismiss
        try:
            act(one, answer=form.cleaned_data["answer"], actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            violation, status = error, 409
        else:
            messages.success(request, _("已记下处理情况，移送人员会收到通知"))
            return redirect("workflows:referrals")
    context = {
        "referral": one,
        "form": form,
        "violation": violation,
        "may_answer": one.state == Referral.State.PROPOSED,
    }
    return render(request, "workflows/department/referral.html", context, status=422 if form.errors else status)


urlpatterns = [
    path("work/scans/", scans, name="scans"),
    path("work/referrals/", referred, name="referrals"),
    path("work/referrals/<int:pk>/", referral, name="referral"),
]
