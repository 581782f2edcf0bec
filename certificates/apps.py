"""The room's registration."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class CertificatesConfig(AppConfig):
    """Certificates: licences."""

    name = "certificates"
    verbose_name = "证照"

    def ready(self) -> None:
        """Register the outbox handlers and checks of this room; outside production key and seal are there after each migration."""
        from certificates import handlers, recount  # noqa: F401, PLC0415
        from certificates.signers import checks  # noqa: F401, PLC0415

        post_migrate.connect(_ensure_keys, sender=self)


def _ensure_keys(*, using: str, **_kwargs: Any) -> None:
    from certificates.signers import keys, seals  # noqa: PLC0415 - models are ready only now

    if not settings.PRODUCTION:
        keys.ensure(using)
        seals.ensure(using)
