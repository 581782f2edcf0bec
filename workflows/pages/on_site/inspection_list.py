"""Field work: the visits of an officer's day, what the department has to confirm, what its lead has to arrange."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from permits.inspections.needs import needing
from permits.models import CaseMatter
from workflows.inspections.lists import lists_of
from workflows.pages import staff


@staff.for_roles(User.Role.OFFICER, User.Role.SERVICE_OFFICE)
@require_safe
def inspections(request: SignedInRequest) -> HttpResponse:
    """The lists, the day's visits first."""
    found = lists_of(request.user, timezone.localdate())
    context = {
        "lists": found,
        "to_arrange": [
            (case, [row.name for row in needing(case.matters.all())] or _again(case.matters.all()))
            for case in found.to_arrange
        ],
    }
    return render(request, "workflows/inspections/list.html", context)


def _again(rows: Iterable[CaseMatter]) -> list[str]:
    """The matters that are to be looked at again."""
    return [row.name for row in rows if row.is_under_inspection]


urlpatterns = [path("inspect/", inspections, name="inspections")]
