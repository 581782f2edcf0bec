"""The room's registration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PermitsConfig(AppConfig):
    """Permits: cases."""

    name = "permits"
    verbose_name = "办件"

    def ready(self) -> None:
        """Listen to the calendar; the official wording comes with the tables."""
        from permits.barring import notice_bars  # noqa: F401, PLC0415 - their receivers register themselves
        from permits.handlers import install_wording  # noqa: PLC0415
        from permits.recounting import recount, recount_drop_ins  # noqa: F401, PLC0415 - their receivers register themselves

        post_migrate.connect(install_wording, sender=self)
