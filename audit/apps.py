"""The room's registration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit: the chained record of acts."""

    name = "audit"
    verbose_name = "审计"
