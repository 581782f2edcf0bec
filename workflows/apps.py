"""The room's registration."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Workflows: who acts now."""

    name = "workflows"
    verbose_name = "流程"

    def ready(self) -> None:
        """Listen to the calendar; a table of reminders that means nothing stops the start."""
        from workflows import recount_ratings, recount_visits  # noqa: F401, PLC0415 - their receivers register themselves
        from workflows.reminders.settings import ladders  # noqa: PLC0415 - rooms are imported once all are registered

        ladders()
