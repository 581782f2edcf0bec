"""The room's registration."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """Permits: cases."""

    name = "permits"
    verbose_name = "办件"

    def ready(self) -> None:
        """Listen to the calendar."""
        from permits import recount  # noqa: F401, PLC0415 - its receiver registers itself
