"""The page "why this date" of a matter, and its JSON, for everybody who may read the case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from calendars.working_days import YearNotLoaded
from permits.access import visible_case
from permits.models import Case, CaseMatter
from permits.wording import grouped
from workflows.shown import why_joint
from workflows.shown.why import Reasons, as_json, reasons_of


@login_required
@require_GET
def why_page(request: SignedInRequest, number: str, matter: str) -> HttpResponse:
    """Every day of both limits, counted or left out."""
    row, reasons, problem = _reasons(request, number, matter)
    context = {"case": row.case, "matter": row, "number": grouped(number), "reasons": reasons, "problem": problem}
    return render(request, "workflows/why.html", context)


@login_required
@require_GET
def why_json(request: SignedInRequest, number: str, matter: str) -> HttpResponse:
    """The same as data; `{"error": …}` with 409 where no clock runs yet."""
    _row, reasons, problem = _reasons(request, number, matter)
    if reasons is None:
        return JsonResponse({"error": problem}, status=409, json_dumps_params={"ensure_ascii": False})
    return JsonResponse(as_json(reasons), json_dumps_params={"ensure_ascii": False})


def _reasons(request: SignedInRequest, number: str, matter: str) -> tuple[CaseMatter, Reasons | None, str]:
    """The matter, its reasons, and why there are none."""
    cases = Case.objects.visible_to(request.user).select_related("enterprise").prefetch_related("stops", "extensions")
    case = visible_case(cases, request.user, number=number)
    row = get_object_or_404(case.matters.select_related("section__body"), matter=matter)
    row.case = case
    try:
        reasons = reasons_of(case, row, timezone.localdate())
    except YearNotLoaded as missing:
        return row, None, _("%(year)s 年的节假日安排尚未载入，不能逐日计算") % {"year": missing.year}
    return row, reasons, "" if reasons else _("本办件尚未受理，期限还没有开始计算")


@login_required
@require_GET
def joint_page(request: SignedInRequest, number: str) -> HttpResponse:
    """Every day of the limit of handling all matters together, counted or left out (R1.39)."""
    case, reasons, problem = _joint(request, number)
    context = {
        "case": case,
        "number": grouped(number),
        "reasons": reasons,
        "problem": problem,
        "matters": case.matters.all(),
    }
    return render(request, "workflows/why_joint.html", context)


@login_required
@require_GET
def joint_json(request: SignedInRequest, number: str) -> HttpResponse:
    """The same as data; `{"error": …}` with 409 where no clock runs yet."""
    _case, reasons, problem = _joint(request, number)
    if reasons is None:
        return JsonResponse({"error": problem}, status=409, json_dumps_params={"ensure_ascii": False})
    return JsonResponse(why_joint.as_json(reasons), json_dumps_params={"ensure_ascii": False})


def _joint(request: SignedInRequest, number: str) -> tuple[Case, why_joint.JointReasons | None, str]:
    """The case, the reasons of its joint limit, and why there are none."""
    cases = Case.objects.visible_to(request.user).select_related("enterprise")
    case = visible_case(cases.prefetch_related("stops__case_matter", "extensions"), request.user, number=number)
    try:
        reasons = why_joint.reasons_of(case, timezone.localdate())
    except YearNotLoaded as missing:
        return case, None, _("%(year)s 年的节假日安排尚未载入，不能逐日计算") % {"year": missing.year}
    return case, reasons, "" if reasons else _("本办件尚未受理，期限还没有开始计算")


urlpatterns = [
    path("cases/<str:number>/why-joint/", joint_page, name="why_joint"),
    path("cases/<str:number>/why-joint.json", joint_json, name="why_joint_json"),
    path("cases/<str:number>/why/<str:matter>/", why_page, name="why"),
    path("cases/<str:number>/why/<str:matter>.json", why_json, name="why_json"),
]
