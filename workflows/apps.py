"""The room's registration."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Workflows: who acts now."""

    name = "workflows"
    verbose_name = "流程"

    def ready(self) -> None:
        """Register the outbox handlers of this room."""
        from workflows import handlers  # noqa: F401, PLC0415
