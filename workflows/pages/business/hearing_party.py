"""The page of an interested party (R2.23): what concerns it of one matter, and what it can do; and the slip on which its address is
handed over with the notice."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from paper import qr
from permits.hearing import hearing_parties, hearings
from permits.law import hearing_rules
from permits.models import Case, CaseMatter, Hearing
from workflows.pages import staff
from workflows.shown import section as section_page

LONGEST = 2000


class StatementForm(forms.Form):
    """What the party thinks of the application."""

    statement = forms.CharField(
        label=gettext_lazy("您的意见"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}),
        help_text=gettext_lazy(
            "写明这项许可怎样影响您，有什么证据。部门作出决定前会看到；再次提交的，以最后一次为准。"
        ),
        error_messages={"required": gettext_lazy("请写明您的意见")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hearing_party(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever was handed the address: the matter, the right and its days, the hearing; nothing else of the case."""
    rows = Hearing.objects.exclude(code="").select_related(
        "case__enterprise", "case_matter__section__body", "presiding"
    )
    one = get_object_or_404(rows, code=code)
    if request.method != "POST":
        return _show(request, one, StatementForm(initial={"statement": one.statement}))
    do, form = request.POST.get("do", ""), StatementForm(request.POST)
    if do not in ("ask", "waive", "state"):
        return HttpResponseBadRequest(_("不认识的操作"))
    if do == "state" and not form.is_valid():
        return _show(request, one, form, status=422)
    try:
        _act(one, do, form.cleaned_data["statement"] if do == "state" else "", timezone.now())
    except RuleViolation as violation:
        fresh = get_object_or_404(rows, code=code)
        return _show(request, fresh, form if do == "state" else StatementForm(), status=409, violation=violation)
    messages.success(request, DONE[do])
    return redirect("workflows:hearing_party", code)


def _act(one: Hearing, do: str, statement: str, at: datetime) -> None:
    actor = hearing_parties.actor_of(one)
    if do == "state":
        hearing_parties.state(one.case, pk=one.pk, statement=statement, actor=actor, at=at)
    else:
        act = hearings.ask if do == "ask" else hearings.waive
        act(one.case, pk=one.pk, actor=actor, at=at)


DONE = {
    "ask": gettext_lazy("已要求听证，时间地点会另行通知"),
    "waive": gettext_lazy("已放弃听证"),
    "state": gettext_lazy("意见已提交，部门作出决定前会看到"),
}


def _show(request: HttpRequest, one: Hearing, form: StatementForm, *, status: int = 200, **more: Any) -> HttpResponse:
    row, today = one.case_matter, timezone.localdate()
    context = {
        "one": one,
        "row": row,
        "body": row.section.body,
        "standing": hearing_rules.standing(current_calendar(), one.as_fact, today) if _is_open(one) else "",
        "form": form if row.is_undecided and one.case.state in Case.UNDECIDED_STATES else None,
        "is_decided": row.state in (CaseMatter.State.GRANTED, CaseMatter.State.REFUSED),
        **more,
    }
    answer = render(request, "workflows/applicant/hearing_party.html", context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "same-origin"  # without any, a browser's form would not be accepted
    return answer


def _is_open(one: Hearing) -> bool:
    return one.state in Hearing.GOING_ON


@staff.for_roles(User.Role.OFFICER)
@never_cache
@require_safe
def party_slip(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    """The slip that is handed over with the notice: the address, and a code to scan; the department's own hearings alone."""
    page = section_page.load(request.user, number, timezone.localdate())
    own = [one for one in page.hearings if one.pk == pk and one.code]
    if not own:
        return render(request, "404.html", status=404)
    address = hearing_parties.address_of(own[0])
    context = {"case": page.case, "one": own[0], "address": address, "picture": qr.png_data_uri(address)}
    return render(request, "workflows/department/party_slip.html", context)


urlpatterns = [
    path("hearing/<str:code>/", hearing_party, name="hearing_party"),
    path("work/<slug:number>/hearing/<int:pk>/slip/", party_slip, name="party_slip"),
]
