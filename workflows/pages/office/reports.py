"""The reports: the service office's figures for a period, the lists behind them, and the figures as a file."""

import csv
import io
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from calendars.services import current as current_calendar
from permits.law.day_account import Part
from workflows.forms.reports import PeriodForm, QuestionForm, presets
from workflows.pages import staff
from workflows.reports.behind import behind, rows_of, with_their_days
from workflows.reports.figures import Period, figures_of
from workflows.reports.speeds import speeds_of
from workflows.reports.table import table_of
from workflows.shown.days import WORDS

READERS = (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
MARK = "\ufeff"
"""Says UTF-8 to spreadsheets, which would guess otherwise."""


@staff.for_roles(*READERS)
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """The figures of a period."""
    calendar, today = current_calendar(), timezone.localdate()
    form = PeriodForm(request.GET, today)
    period = form.period
    context = {
        "form": form,
        "period": period,
        "address": _parameters(period),
        "presets": [_preset(words, known, period) for words, known in presets(today)],
        "figures": figures_of(request.user, period, calendar, today),
        "speeds": speeds_of(request.user, period, calendar),
    }
    return render(request, "workflows/reports/reports.html", context, status=422 if form.errors else 200)


@staff.for_roles(*READERS)
@require_safe
def figures_csv(request: SignedInRequest) -> HttpResponse:
    """The same figures, one a line."""
    calendar, today = current_calendar(), timezone.localdate()
    period = PeriodForm(request.GET, today).period
    figures = figures_of(request.user, period, calendar, today)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table_of(period, figures, speeds_of(request.user, period, calendar)))
    answer = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{period.since}-{period.until}.csv"'
    return answer


@staff.for_roles(*READERS)
@require_safe
def cases(request: SignedInRequest) -> HttpResponse:
    """The cases that a figure counts, with the account of their days."""
    today = timezone.localdate()
    period = PeriodForm(request.GET, today).period
    question = QuestionForm(request.GET).question
    found = behind(request.user, period, question) if question else None
    if found is None:
        raise Http404
    title, listed = found
    page = staff.page_of(request, with_their_days(listed), listed.count())
    context = {
        "title": title,
        "period": period,
        "address": _parameters(period),
        "page": page,
        "rows": rows_of(page, current_calendar(), today),
        "parts": [WORDS[part] for part in Part],
    }
    return render(request, "workflows/reports/cases.html", context)


def _preset(words: str, known: Period, shown: Period) -> staff.Tab:
    return f"{reverse('workflows:reports')}?{_parameters(known)}", words, known == shown, None


def _parameters(period: Period) -> str:
    return urlencode({"since": period.since, "until": period.until})


urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/figures.csv", figures_csv, name="reports_csv"),
    path("reports/cases/", cases, name="reports_cases"),
]
