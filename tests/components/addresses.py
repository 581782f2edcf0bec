"""The addresses that the page frame may link to; the components' tests need no room's pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """Stands for any page."""
    return HttpResponse()


urlpatterns = [
    path("", nothing, name="home"),
    path(
        "",
        include(([path("sign-in/", nothing, name="sign_in"), path("sign-out/", nothing, name="sign_out")], "accounts")),
    ),
    path("", include(([path("notices/", nothing, name="notice_lookup")], "industries"))),
    path("", include(([path("licences/", nothing, name="register")], "certificates"))),
    path("", include(([path("work/", nothing, name="desk"), path("cases/", nothing, name="my_cases")], "workflows"))),
    path("i18n/", include("django.conf.urls.i18n")),
]
