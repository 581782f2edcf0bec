"""Addresses of the inbox."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/read/", views.mark_all_read, name="mark_all_read"),
    path("messages/settings/", views.wishes, name="wishes"),
]
