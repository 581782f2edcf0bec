"""Addresses of the public verification, the public register, and the licence's paper."""

from django.urls import path

from certificates import views

app_name = "certificates"

urlpatterns = [
    path("v/", views.enter, name="enter"),
    path("v/<str:code>", views.verify, name="verify"),
    path("published/<str:name>", views.published, name="published"),
    path("licences/", views.register, name="register"),
    path("licences/<str:code>.pdf", views.licence_pdf, name="licence_pdf"),
]
