"""django-viewflow as shipped: its own nodes, its recommended row lock, nothing of ours."""

from typing import Any

from viewflow import this
from viewflow.workflow import STATUS, Flow, flow, lock
from viewflow.workflow.models import Task

DEPARTMENTS = 5


class BareFlow(Flow):
    """Start, split into five human tasks, join, a function, end."""

    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle().Next(this.split)
    split = (
        flow.Split().Next(this.review_1).Next(this.review_2).Next(this.review_3).Next(this.review_4).Next(this.review_5)
    )
    review_1 = flow.View(None).Next(this.join)
    review_2 = flow.View(None).Next(this.join)
    review_3 = flow.View(None).Next(this.join)
    review_4 = flow.View(None).Next(this.join)
    review_5 = flow.View(None).Next(this.join)
    join = flow.Join().Next(this.issue)
    issue = flow.Function(this.nothing).Next(this.end)
    end = flow.End()

    def nothing(self, activation: Any) -> None:
        """The flow is empty: it decides nothing and issues nothing."""


def run_bare_flow(user: Any) -> None:
    """One process: five people take their task and complete it, each in a transaction of their own."""
    process = BareFlow.start.run()
    process_pk = getattr(process, "process", process).pk
    for place in range(1, DEPARTMENTS + 1):
        task = Task.objects.get(process_id=process_pk, flow_task=getattr(BareFlow, f"review_{place}"))
        with task.activation() as activation:
            activation.assign(user)
        task = Task.objects.get(pk=task.pk)
        with task.activation() as activation:
            activation.start(None)
            activation.execute()
    if Task.objects.filter(process_id=process_pk, status=STATUS.DONE).count() < DEPARTMENTS + 5:
        raise RuntimeError("the bare flow did not reach its end")
