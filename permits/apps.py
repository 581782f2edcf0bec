"""The room's registration."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """Permits: cases."""

    name = "permits"
    verbose_name = "办件"

    def ready(self) -> None:
        """Register the outbox handlers of this room."""
        from permits import handlers  # noqa: F401, PLC0415
