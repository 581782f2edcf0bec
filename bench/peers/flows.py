"""django-viewflow as shipped: its own nodes and locks, nothing of ours."""

from collections.abc import Callable
from typing import Any

from viewflow import this
from viewflow.workflow import STATUS, Flow, flow, lock
from viewflow.workflow.models import Process, Task

DEPARTMENTS = 5


def nothing(activation: Any) -> None:
    """The flow is empty: it decides nothing and issues nothing."""


def flow_with(name: str, lock_impl: Any) -> type[Flow]:
    """Start, split into five human tasks, join, a function, end - with this lock."""
    split = flow.Split()
    nodes: dict[str, Any] = {"start": flow.StartHandle().Next(this.split), "split": split}
    for place in range(1, DEPARTMENTS + 1):
        split = split.Next(getattr(this, f"review_{place}"))
        nodes[f"review_{place}"] = flow.View(None).Next(this.join)
    nodes |= {
        "join": flow.Join().Next(this.issue),
        "issue": flow.Function(nothing).Next(this.end),
        "end": flow.End(),
        "lock_impl": lock_impl,
        "__module__": __name__,
        "__doc__": "Five departments in parallel.",
    }
    return type(name, (Flow,), nodes)


DefaultLockFlow = flow_with("DefaultLockFlow", lock.no_lock)
RecommendedLockFlow = flow_with("RecommendedLockFlow", lock.select_for_update_lock)
BareFlow = flow_with("BareFlow", lock.SelectForUpdateLock(nowait=False))

LOCKS: dict[str, type[Flow]] = {
    "viewflow, its default (no lock)": DefaultLockFlow,
    "viewflow, its recommended lock": RecommendedLockFlow,
    "viewflow, lock that waits": BareFlow,
}


def begin(flow_class: type[Flow]) -> int:
    """Start a process; its key."""
    started = flow_class.start.run()
    return int(getattr(started, "process", started).pk)


def task_of(flow_class: type[Flow], process_pk: int, place: int) -> Task:
    """The task of one department."""
    return Task.objects.get(process_id=process_pk, flow_task=getattr(flow_class, f"review_{place}"))


def assign(task: Task, user: Any) -> None:
    """Somebody takes the task."""
    with task.activation() as activation:
        activation.assign(user)


def finish(task_pk: int) -> None:
    """Whoever took it completes it."""
    task = Task.objects.get(pk=task_pk)
    with task.activation() as activation:
        activation.start(None)
        activation.execute()


def run_bare_flow(user: Any) -> None:
    """One process: five people, each taking and completing their task in one transaction, the leanest way it allows."""
    process_pk = begin(BareFlow)
    for place in range(1, DEPARTMENTS + 1):
        with task_of(BareFlow, process_pk, place).activation() as activation:
            activation.assign(user)
            activation.start(None)
            activation.execute()
    if Task.objects.filter(process_id=process_pk, status=STATUS.DONE).count() < DEPARTMENTS + 5:
        raise RuntimeError("the bare flow did not reach its end")


class Race:
    """Rounds in which five people complete their task of one process at the same moment."""

    def __init__(self, flow_class: type[Flow], user: Any) -> None:
        self.flow_class, self.user = flow_class, user

    def round(self) -> tuple[list[Callable[[], object]], Callable[[], bool]]:
        """A process with five assigned tasks, one completion each, and whether it then ended with one join."""
        process_pk = begin(self.flow_class)
        jobs = [self.completion(process_pk, place) for place in range(1, DEPARTMENTS + 1)]
        ended = Process.objects.filter(pk=process_pk, status="DONE")
        joins = Task.objects.filter(process_id=process_pk, flow_task_type="JOIN")
        return jobs, lambda: ended.exists() and joins.count() == 1

    def completion(self, process_pk: int, place: int) -> Callable[[], object]:
        """One person's click."""
        task = task_of(self.flow_class, process_pk, place)
        assign(task, self.user)
        return lambda: finish(task.pk)
