"""The business shows its licence on its own telephone (亮证): an app that asks for a fresh code every minute.

GET /show/api/          {"account", "csrf", "now", "licences": [{"code", "number", "holder"}…]}
GET /show/api/<code>/   {"code", "number", "holder": {"name", "address", "uscc"}, "items": [{"name", "state", "valid_to"}…],
                        "as_of", "picture": the shown code, "begins", "until"}
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from certificates import live
from certificates.models import Licence
from certificates.verifying import verification
from certificates.verifying.showing import look_of
from certificates.wording import STATES
from permits.models import Case
from workflows.pages import staff
from workflows.pages.installable import App
from workflows.pages.json_api import answer, for_accounts, json_of

APP = App(
    name="show",
    template="workflows/show/app.html",
    address="workflows:show",
    scope="workflows:show",
    title=_("一业一证 亮证"),
    short_title=_("亮证"),
    styles=("dist/site.css", "dist/field.css", "dist/show.css"),
    told={"states": [(state, words, *look_of(state)) for state, words in STATES.items()]},
)


@staff.for_roles(User.Role.APPLICANT)
@require_safe
def app(_request: SignedInRequest) -> HttpResponse:
    """The app's one page."""
    return HttpResponse(APP.page())


def licences_of(user: User) -> QuerySet[Licence]:
    """The licences that a person may show: those of the cases that are theirs to see."""
    return Licence.objects.filter(case__in=Case.objects.visible_to(user)).select_related("enterprise")


@for_accounts(User.Role.APPLICANT)
@require_GET
def licences(request: SignedInRequest) -> HttpResponse:
    """What there is to show."""
    rows = licences_of(request.user)
    return answer(
        request,
        {"licences": [{"code": one.code, "number": one.number, "holder": one.enterprise.name} for one in rows]},
    )


@for_accounts(User.Role.APPLICANT)
@require_GET
def present(request: SignedInRequest, code: str) -> HttpResponse:
    """A fresh code of one licence, and what holds now."""
    if not code.isalnum():
        raise Http404
    licence, at = get_object_or_404(licences_of(request.user), code=code), timezone.now()
    verdict = verification.look_up(licence.code, at=at)
    shown = live.present(licence, at=at)
    items: list[dict[str, Any]] = [
        {"name": one.name, "state": one.state, "valid_to": one.valid_to.isoformat() if one.valid_to else None}
        for one in verdict.items
    ]
    told = {"code": licence.code, "number": licence.number, "holder": dict(verdict.holder), "items": items}
    span = {"begins": _iso(at), "until": _iso(shown.until)}
    return json_of(told | span | {"picture": shown.picture})


def _iso(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


urlpatterns = [
    path("show/", app, name="show"),
    *APP.beside("show/"),
    path("show/api/", licences, name="show_licences"),
    path("show/api/<str:code>/", present, name="show_licence"),
]
