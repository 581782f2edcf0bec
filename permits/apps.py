"""The room's registration."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """Permits: cases."""

    name = "permits"
    verbose_name = "办件"
