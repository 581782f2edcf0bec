"""The room's registration."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Calendars: the State Council's working days."""

    name = "calendars"
    verbose_name = "工作日历"
