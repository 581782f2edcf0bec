"""Addresses of the public column. `home` carries no namespace, since every page points to it."""

from django.urls import include, path

from industries import views

patterns = [
    path("apply/", views.apply, name="apply"),
    path("apply/questions/", views.questions, name="questions"),
    path("apply/restart/", views.restart, name="restart"),
    path("apply/notice/", views.issue, name="issue"),
    path("notice/", views.notice_lookup, name="notice_lookup"),
    path("notice/<slug:code>/", views.notice, name="notice"),
    path("notice/<slug:code>.pdf", views.notice_pdf, name="notice_pdf"),
    path("catalogue/about/", views.about, name="about"),
    path("catalogue/commitments/", views.commitments, name="commitments"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("", include((patterns, "industries"))),
]
