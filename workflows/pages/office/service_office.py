"""The service office's pages: licences being made or held up, and the delivery of papers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import delivering, early, printing
from certificates.collection import parcels
from permits import service
from permits.delivery import address_of, wish_of
from permits.models import Case
from workflows import steps
from workflows.forms.deciding import DeliveryForm
from workflows.lists import leaving, making
from workflows.lists.filters import OFFICE_TABS, SearchForm, tab_of
from workflows.models import Suspicion
from workflows.pages import staff
from workflows.reminders import alarms, wording
from workflows.shown import approvals
from workflows.words import events

OFFICE = (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)


@staff.for_roles(*OFFICE)
@require_safe
def office(request: SignedInRequest) -> HttpResponse:
    """What is being made, what has to be delivered, what was delivered."""
    search, calendar, today = SearchForm(request.GET), current_calendar(), timezone.localdate()
    counts = making.tab_counts(request.user, search.text, calendar, today)
    # Whoever names no tab comes to where there is work: licences make themselves, deliveries do not.
    tab = tab_of(request.GET.get("tab") or next((tab for tab in making.TABS if counts[tab]), None), making.TABS)
    page = staff.page_of(request, making.cases(request.user, tab, search.text, calendar, today), counts[tab])
    context = {
        "page": page,
        "rows": making.rows_of(page, calendar, today),
        "tabs": staff.tabs(request, "workflows:office", OFFICE_TABS, tab, counts),
        "tab": tab,
        "late": counts[making.LATE],
        "form": search,
        "is_narrowed": bool(search.text),
        "suspicions": Suspicion.objects.at_the_office().count(),
        "dead": leaving.count_dead(),
        "has_store": parcels.is_on(),
        "alarms": [wording.line(alarm, "") for alarm in alarms.standing(timezone.now())],
    }
    return render(request, "workflows/service_office/office.html", context)


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def office_case(request: SignedInRequest, number: str) -> HttpResponse:
    """One case with decisions, or with another paper to serve: its licence, its papers, what is held up, what can be issued
    early, its delivery."""
    case = _case(request.user, number)
    if request.method != "POST":
        return show(request, case)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, case) if act else HttpResponseBadRequest(_("不认识的操作"))


def _case(user: User, number: str) -> Case:
    decided = Q(accepted_on__isnull=False) & (Q(undecided=False) | Q(state=Case.State.DECIDING))
    found = making.at_the_office(user, "").filter(decided | Q(has_papers=True), number=number)
    case = found.select_related("enterprise", "authority", "licence").first()
    if case is None:
        raise Http404
    return case


def show(
    request: SignedInRequest, case: Case, *, form: DeliveryForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The case's page; `more` are messages about what was just refused."""
    today = timezone.localdate()
    matters = list(case.matters.select_related("section__body"))
    is_office = request.user.role == User.Role.SERVICE_OFFICE
    ready, papers = delivering.deliverable(case, matters, today), service.unserved(case)
    context = {
        "case": case,
        "row": making.rows_of([case], current_calendar(), today)[0],
        "matters": matters,
        "form": form or DeliveryForm(initial=_initial(request, case, today), permits=ready, papers=papers),
        "ready": ready,
        "may_deliver": is_office and bool(ready or papers),
        "may_issue": is_office and early.is_offered(case, matters, today),
        "deliveries": case.deliveries.select_related("by", "receipt").prefetch_related(
            "matters", "matters_alone", "served"
        ),
        "documents": case.documents.select_related("body"),
        "versions": making.versions_of(case),
        **_printing(request, case),
        "sheet": approvals.sheet_of(matters),
        "timeline": events.timeline(case, matters),
        **more,
    }
    return render(request, "workflows/service_office/case.html", context, status=status)


def _printing(request: SignedInRequest, case: Case) -> dict[str, Any]:
    """Whether the newest version's file verifies, what was printed of it, and whether this person prints."""
    versions = making.versions_of(case)
    newest = versions[-1] if versions else None
    if newest is None or not newest.file:
        return {"may_print": False}
    return {
        "may_print": request.user.role == User.Role.SERVICE_OFFICE,
        "has_seal": printing.has_seal(newest, at=timezone.now()),
        "prints": list(newest.prints.select_related("by")),
    }


def _initial(request: SignedInRequest, case: Case, today: date) -> dict[str, Any]:
    """What is usually so: the way that was wished, to the representative, at the address given, by whoever writes it down."""
    return {
        "way": wish_of(case),
        "receiver": case.enterprise.legal_representative,
        "on": today,
        "place": address_of(case),
        "deliverer": request.user.display_name,
    }


def _deliver(request: SignedInRequest, case: Case) -> HttpResponse:
    matters, today = list(case.matters.all()), timezone.localdate()
    ready, papers = delivering.deliverable(case, matters, today), service.unserved(case)
    form = DeliveryForm(request.POST, permits=ready, papers=papers)
    if not form.is_valid():
        return show(request, case, form=form, status=422)
    try:
        record = steps.deliver(case, handing=form.handing(), actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        fresh = _case(request.user, case.number or "")
        if error.field in form.fields:  # said where it is mended
            form.add_error(error.field, str(error))
            return show(request, fresh, form=form, status=422)
        return show(request, fresh, form=form, violation=error, status=409)
    if record.receipt:
        messages.success(request, _("已登记送达，送达回证 %(number)s") % {"number": record.receipt.number})
    else:
        messages.success(request, _("已电子送达，到达申请人账户"))
    return redirect("workflows:office_case", case.number)


def _issue_early(request: SignedInRequest, case: Case) -> HttpResponse:
    """Issue what is granted; the rest goes on."""
    try:
        licence = early.issue_early(case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return show(request, _case(request.user, case.number or ""), violation=error, status=409)
    messages.success(request, _("已先行颁发 %(number)s，其余事项继续办理") % {"number": licence.number})
    return redirect("workflows:office_case", case.number)


def _retry(request: SignedInRequest, case: Case) -> HttpResponse:
    """Make again what failed; making twice makes one licence."""
    if making.retry(case, at=timezone.now()):
        messages.success(request, _("重试成功"))
    else:
        messages.error(request, _("重试没有成功，原因见下；系统会继续自动重试"))
    return redirect("workflows:office_case", case.number)


def _print(request: SignedInRequest, case: Case) -> HttpResponse:
    """The sheet to be printed, after its seal was checked."""
    try:
        made, pdf = printing.print_licence(case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return show(request, _case(request.user, case.number or ""), violation=error, status=409)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="licence-{case.number}-{made.nth}.pdf"'
    return response


def _remake(request: SignedInRequest, case: Case) -> HttpResponse:
    try:
        printing.remake(case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return show(request, _case(request.user, case.number or ""), violation=error, status=409)
    messages.success(request, _("已重新制作证照文件"))
    return redirect("workflows:office_case", case.number)


ACTS = {"print": _print, "remake": _remake, "deliver": _deliver, "issue_early": _issue_early, "retry": _retry}

urlpatterns = [
    path("office/", office, name="office"),
    path("office/<slug:number>/", office_case, name="office_case"),
]
