"""The flow chart, for everybody; and on a case, for those who may read it, with where it stands."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from permits.access import visible_case
from permits.models import Case
from permits.wording import grouped
from workflows.shown.chart import Chart, chart_of, chart_of_case


def _picture(request: HttpRequest, chart: Chart) -> HttpResponse:
    """The picture as SVG: drawn with attributes alone, so that the strict policy lets it through."""
    return render(request, "workflows/flow/chart.svg", {"chart": chart}, content_type="image/svg+xml; charset=utf-8")


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """The flow of every case."""
    context = {"chart": chart_of(), "picture": reverse("workflows:chart_picture")}
    return render(request, "workflows/flow/chart.html", context)


@require_GET
def chart_picture(request: HttpRequest) -> HttpResponse:
    """Its picture."""
    return _picture(request, chart_of())


def _case(request: SignedInRequest, number: str) -> Case:
    return visible_case(Case.objects.visible_to(request.user).prefetch_related("matters"), request.user, number=number)


@login_required
@require_GET
def case_chart(request: SignedInRequest, number: str) -> HttpResponse:
    """Where the case stands."""
    case = _case(request, number)
    context = {
        "chart": chart_of_case(case),
        "picture": reverse("workflows:case_chart_picture", args=[number]),
        "case": case,
        "number": grouped(number),
    }
    return render(request, "workflows/flow/chart.html", context)


@login_required
@require_GET
def case_chart_picture(request: SignedInRequest, number: str) -> HttpResponse:
    """The case's picture."""
    answer = _picture(request, chart_of_case(_case(request, number)))
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("flow/", chart, name="chart"),
    path("flow/chart.svg", chart_picture, name="chart_picture"),
    path("cases/<str:number>/flow/", case_chart, name="case_chart"),
    path("cases/<str:number>/flow/chart.svg", case_chart_picture, name="case_chart_picture"),
]
