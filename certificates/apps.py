"""The room's registration."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Certificates: licences."""

    name = "certificates"
    verbose_name = "证照"

    def ready(self) -> None:
        """Register the outbox handlers and checks of this room."""
        from certificates import handlers  # noqa: F401, PLC0415
