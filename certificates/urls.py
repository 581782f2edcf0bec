"""Addresses of the public verification, the public register, and the licence's paper."""

from django.urls import path

from certificates import views
from certificates.verifying.offline import KEYS_FILE, STATUS_FILE

app_name = "certificates"

urlpatterns = [
    path("v/", views.enter, name="enter"),
    path("v/<str:code>", views.verify, name="verify"),
    path("published/keys.json", views.published, {"name": KEYS_FILE}, name="published_keys"),
    path("published/status.cbor", views.published, {"name": STATUS_FILE}, name="published_status"),
    path("licences/", views.register, name="register"),
    path("licences/<str:code>.pdf", views.licence_pdf, name="licence_pdf"),
    path("licences/<str:code>/", views.licence_page, name="licence_page"),
]
