"""The room's registration."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Workflows: who acts now."""

    name = "workflows"
    verbose_name = "流程"
