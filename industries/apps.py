"""The room's registration."""

from django.apps import AppConfig


class IndustriesConfig(AppConfig):
    """Industries: what a business must have."""

    name = "industries"
    verbose_name = "行业目录"
