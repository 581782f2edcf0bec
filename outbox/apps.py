"""The room's registration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """Outbox: durable side effects."""

    name = "outbox"
    verbose_name = "发件箱"

    def ready(self) -> None:
        """Find the handlers of all rooms, each in its `handlers.py`."""
        autodiscover_modules("handlers")
