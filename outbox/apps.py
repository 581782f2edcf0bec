"""The room's registration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Outbox: durable side effects."""

    name = "outbox"
    verbose_name = "发件箱"
