"""The site map: each room brings its own addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("industries.urls")),
    path("", include("permits.urls")),
    path("", include("certificates.urls")),
    path("", include("workflows.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
