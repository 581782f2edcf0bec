"""The room's registration."""

from django.apps import AppConfig


class PaperConfig(AppConfig):
    """Paper: PDF, fonts and codes."""

    name = "paper"
    verbose_name = "版式文件"

    def ready(self) -> None:
        """Register the checks."""
        from paper import checks  # noqa: F401, PLC0415
