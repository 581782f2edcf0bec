"""The flow's process of a case, tied to it by a real key."""

from django.db import models
from viewflow.workflow.models import Process

from permits.models import Case


class CaseProcess(Process):
    """Where a case stands in the flow. What it legally is stands on the case alone."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="process")

    class Meta:
        verbose_name = "办件流程"

    def __str__(self) -> str:
        return f"process of case {self.case_id}"
