"""The flow's process of a case, tied to it by a real key."""

from django.db import models
from viewflow.workflow.managers import ProcessQuerySet
from viewflow.workflow.models import Process

from permits.models import Case


class CaseProcessQuerySet(ProcessQuerySet):
    """How a process is taken: together with its case, in this order, for every step alike."""

    def locked_with(self, case: Case) -> "CaseProcess":
        """Lock the process and the case in one statement; the lock is waited for, never retried (perf-security §1.2)."""
        rows = self.select_for_update(of=("self", "case")).select_related("case__enterprise")
        return rows.get(case_id=case.pk)


class CaseProcess(Process):
    """Where a case stands in the flow. What it legally is stands on the case alone."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="process")

    objects = CaseProcessQuerySet.as_manager()

    class Meta:
        verbose_name = "办件流程"

    def __str__(self) -> str:
        return f"process of case {self.case_id}"
