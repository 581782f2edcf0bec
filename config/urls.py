"""The site map: each room brings its own addresses."""

from django.urls import include, path
from django.views.generic import TemplateView

from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accessibility/", TemplateView.as_view(template_name="pages/accessibility.html"), name="accessibility"),
    path("contact/", TemplateView.as_view(template_name="pages/contact.html"), name="contact"),
    path("", include("accounts.urls")),
    path("", include("outbox.urls")),
    path("", include("industries.urls")),
    path("", include("permits.urls")),
    path("", include("certificates.urls")),
    path("", include("workflows.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
