"""The app for officers in the field: what it shows comes from `inspection_api` and is kept on the device."""

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from workflows.pages import staff
from workflows.pages.installable import App

APP = App(
    name="field",
    template="workflows/field/app.html",
    address="workflows:field",
    scope="workflows:inspections",
    title=_("一业一证 现场核查"),
    short_title=_("现场核查"),
    styles=("dist/site.css", "dist/field.css"),
)


@staff.for_roles(User.Role.OFFICER)
@require_safe
def app(_request: SignedInRequest) -> HttpResponse:
    """The app's one page."""
    return HttpResponse(APP.page())


urlpatterns = [
    path("inspect/field/", app, name="field"),
    *APP.beside("inspect/field/"),
]
