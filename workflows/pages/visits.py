"""The sub-district's pages: businesses to visit within two working days after their licence (R1.33), and one visit's record."""

from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import Body, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from workflows import visits as acts
from workflows.lists.filters import SearchForm, tab_of
from workflows.lists.worklists import limit, search_condition
from workflows.models import Visit
from workflows.pages import staff

DUE, DONE = "due", "done"
TABS = {DUE: gettext_lazy("待走访"), DONE: gettext_lazy("已走访")}
HOLDS = {DUE: Q(done_on=None), DONE: Q(done_on__isnull=False)}
ORDERS = {DUE: ("due_on", "pk"), DONE: ("-done_on", "-pk")}


class VisitForm(forms.Form):
    """When, and in a few words what for. There are no findings: a visit is a service."""

    on = forms.DateField(
        label=gettext_lazy("走访日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
        help_text=gettext_lazy("例如：2026-03-01"),
        error_messages={
            "required": gettext_lazy("请写走访日期"),
            "invalid": gettext_lazy("请按“年-月-日”写日期，例如：2026-03-01"),
        },
    )
    notes = forms.CharField(
        label=gettext_lazy("走访情况"),
        help_text=gettext_lazy("经营者有什么困难、问了什么，帮助做了什么、答应了什么。"),
        max_length=acts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": acts.LONGEST}),
        error_messages={"required": gettext_lazy("请写几句走访的情况，例如：了解了什么困难、帮助做了什么")},
    )


def for_subdistricts(view: staff.View) -> staff.View:
    """The page is for people of a sub-district; departments do not visit."""

    @staff.for_roles(User.Role.OFFICER, User.Role.SUBDISTRICT)
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.body is None or request.user.body.kind != Body.Kind.SUBDISTRICT:
            raise PermissionDenied(_("这个页面属于街道(镇)。"))
        return view(request, *args, **kwargs)

    return guarded


@for_subdistricts
@require_safe
def visits(request: SignedInRequest) -> HttpResponse:
    """Whom to visit, the most urgent first; whom one has visited."""
    calendar, today = current_calendar(), timezone.localdate()
    search, tab = SearchForm(request.GET), tab_of(request.GET.get("tab"), TABS)
    found = Visit.objects.visible_to(request.user).filter(search_condition(search.text, "case__"))
    counts = found.aggregate(**{one: Count("pk", filter=holds) for one, holds in HOLDS.items()})
    rows = found.filter(HOLDS[tab]).select_related("case__enterprise", "licence", "done_by").order_by(*ORDERS[tab])
    page = staff.page_of(request, rows, counts[tab])
    context = {
        "page": page,
        "rows": [(visit, limit(calendar, today, visit.due_on)) for visit in page],
        "tabs": staff.tabs(request, "workflows:visits", TABS, tab, counts),
        "tab": tab,
        "form": search,
        "is_narrowed": bool(search.text),
    }
    return render(request, "workflows/visits/visits.html", context)


@for_subdistricts
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: SignedInRequest, number: str) -> HttpResponse:
    """One business: what it was granted, where it is, whom it asks about what; the record of the visit."""
    found = _visit(request.user, number)
    today = timezone.localdate()
    if request.method != "POST":
        return _show(request, found, VisitForm(initial={"on": today}), today)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, today, status=422)
    try:
        acts.record(found, **form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return _show(request, _visit(request.user, number), form, today, status=409, violation=error)
    messages.success(request, _("已登记走访"))
    return redirect("workflows:visits")


def _visit(user: User, number: str) -> Visit:
    rows = Visit.objects.visible_to(user).select_related("case__enterprise", "licence", "body", "done_by")
    return get_object_or_404(rows, case__number=number)


def _show(
    request: SignedInRequest, found: Visit, form: VisitForm, today: date, *, status: int = 200, **more: Any
) -> HttpResponse:
    facts = found.licence.versions.order_by("version").reverse()[0].facts
    context = {
        "visit": found,
        "case": found.case,
        "holder": facts["holder"],
        "items": facts["items"],
        "due": limit(current_calendar(), today, found.due_on),
        "form": form,
        **more,
    }
    return render(request, "workflows/visits/visit.html", context, status=status)


urlpatterns = [
    path("visits/", visits, name="visits"),
    path("visits/<slug:number>/", visit, name="visit"),
]
