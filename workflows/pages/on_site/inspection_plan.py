"""Finding a day for a visit: the lead department or the service office proposes slots, each department names its officers."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.inspections import arranging, needs
from permits.inspections.record import premises_of, waived
from permits.models import Case, Inspection
from permits.moments import DayField, HourField
from workflows.inspections.visit_page import VisitPage
from workflows.pages import staff
from workflows.pages.on_site.inspection import find

PLACES = range(1, arranging.MOST_SLOTS + 1)


class SlotsForm(forms.Form):
    """Up to four moments: a day and an hour each."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for place in PLACES:
            self.fields[f"day_{place}"] = DayField(
                label=_("时间 %(n)d：日期") % {"n": place},
                required=place == 1,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
                help_text=gettext_lazy("例如：2026-03-04") if place == 1 else "",
                error_messages={
                    "required": gettext_lazy("请写至少一个核查日期"),
                    "invalid": gettext_lazy("请按“年-月-日”写日期，例如：2026-03-01"),
                },
            )
            self.fields[f"hour_{place}"] = HourField(
                label=_("时间 %(n)d：几点") % {"n": place},
                required=False,
                initial="09:30" if place == 1 else "",
                widget=forms.TimeInput(format="%H:%M", attrs={"data-width": "5"}),
                error_messages={"invalid": gettext_lazy("请按“时:分”写时间，例如：14:30")},
            )

    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of each slot."""
        return [(self[f"day_{place}"], self[f"hour_{place}"]) for place in PLACES]

    def clean(self) -> dict[str, Any]:
        """A day has its hour."""
        data: dict[str, Any] = super().clean() or {}
        for place in PLACES:
            if data.get(f"day_{place}") and not data.get(f"hour_{place}") and f"hour_{place}" not in self.errors:
                self.add_error(f"hour_{place}", _("请写时间 %(n)d 的钟点，例如：14:30") % {"n": place})
        return data

    def slots(self) -> list[datetime]:
        """The moments that were written."""
        data = self.cleaned_data
        pairs = ((data[f"day_{place}"], data[f"hour_{place}"]) for place in PLACES)
        return [make_aware(datetime.combine(day, hour)) for day, hour in pairs if day and hour]


class ConfirmForm(forms.Form):
    """The department's officers, and which of the proposed slots suit."""

    officers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("本部门核查人员"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("至少两名；现场核查时出示执法证件。"),
        error_messages={"required": gettext_lazy("请选择本部门的核查人员")},
    )
    slots = forms.MultipleChoiceField(
        label=gettext_lazy("合适的时间"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不合适的，一个也不选：牵头部门会另提时间。"),
    )

    def __init__(self, data: Any = None, *, visit: Inspection, user: User) -> None:
        named = visit.officers.filter(body_id=str(user.body_id)).values_list("officer", flat=True)
        suiting = visit.suits.get(str(user.body_id), visit.slots)
        super().__init__(data, initial={"officers": list(named), "slots": suiting})
        self.fields["officers"].queryset = User.objects.officers_of(user.body_id)  # type: ignore[attr-defined]
        self.fields["slots"].choices = [  # type: ignore[attr-defined]
            (slot, localtime(datetime.fromisoformat(slot)).strftime("%Y-%m-%d %H:%M")) for slot in visit.slots
        ]
        if visit.state == Inspection.State.SCHEDULED:
            del self.fields["slots"]

    def clean_officers(self) -> Any:
        """Two at least."""
        found = self.cleaned_data["officers"]
        if len(found) < arranging.FEWEST_OFFICERS:
            raise forms.ValidationError(_("请至少选择两名核查人员"))
        return found


@staff.for_roles(User.Role.OFFICER, User.Role.SERVICE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: SignedInRequest, number: str) -> HttpResponse:
    """Propose slots for a case's visit, or others than those that were proposed."""
    case = _case(request.user, number)
    form = SlotsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            visit = arranging.propose(case, slots=form.slots(), actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            return _plan(request, _case(request.user, number), form, status=409, violation=violation)
        messages.success(request, _("已提出核查时间，等待各部门确认"))
        return redirect(visit)
    return _plan(request, case, form, status=422 if request.method == "POST" else 200)


def _plan(request: SignedInRequest, case: Case, form: SlotsForm, *, status: int, **more: Any) -> HttpResponse:
    rows = list(case.matters.select_related("section__body"))
    visit = case.inspections.open().select_related("case", "lead", "follows").first()
    context = {
        "case": case,
        "place": premises_of(case),
        "visit": visit,
        "rows": [row for row in rows if row.is_under_inspection] or needs.needing(rows),
        "waived": waived(case),
        "form": form,
        **more,
    }
    return render(request, "workflows/inspections/plan.html", context, status=status)


def _case(user: User, number: str) -> Case:
    """The case, for its lead department and the service office."""
    cases = Case.objects.filter(state__in=Case.UNDECIDED_STATES).select_related("enterprise", "catalogue")
    case = get_object_or_404(cases.defer("catalogue__document"), number=number)
    if user.role == User.Role.OFFICER and user.body_id not in needs.leads(case):
        if Case.objects.visible_to(user).filter(pk=case.pk).exists():
            raise PermissionDenied(_("联合核查由行业牵头部门或者政务服务办公室安排"))
        raise Http404
    return case


@staff.for_roles(User.Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, key: str) -> HttpResponse:
    """Name the department's officers and say which slots suit it."""
    visit = find(request.user, key)
    page = VisitPage(visit, request.user, timezone.now())
    if not visit.is_open or not page.own_matters:
        raise Http404
    form = ConfirmForm(request.POST if request.method == "POST" else None, visit=visit, user=request.user)
    more: dict[str, Any] = {}
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            visit = arranging.confirm(
                visit,
                officers=list(said["officers"]),
                slots=said.get("slots"),
                actor=Actor.of(request.user),
                at=timezone.now(),
            )
        except RuleViolation as violation:
            more, status = {"violation": violation}, 409
        else:
            messages.success(request, _("已确认本部门核查人员"))
            return redirect(visit)
    context = {"page": page, "visit": visit, "case": visit.case, "form": form, **more}
    return render(request, "workflows/inspections/confirm.html", context, status=status)


urlpatterns = [
    path("inspect/plan/<str:number>/", propose, name="inspection_plan"),
    path("inspect/<str:key>/confirm/", confirm, name="inspection_confirm"),
]
