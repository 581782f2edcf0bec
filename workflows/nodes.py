"""Our own nodes: steps completed by code with a named outcome, the multi-instance sections, lean gateways and ends.

They are viewflow nodes in every respect - drawn, exported, administered - but write each task row once or twice instead
of four times: the number of statements is the cost of a flow (perf-security §1.1). Nodes hold no rules; the only use of
`viewflow.fsm` in this house is here.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.models import Task
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.nodes.handle import HandleActivation
from viewflow.workflow.nodes.start import StartHandleActivation
from viewflow.workflow.nodes.switch import SwitchActivation
from viewflow.workflow.signals import flow_finished, flow_started, task_finished
from viewflow.workflow.status import PROCESS

from audit.rows import insert_rows, update_rows

_Previous = Task.previous.through


def _new_task(flow_task: Node, previous: Activation, token: Any) -> Task:
    return Task(process=previous.process, flow_task=flow_task, flow_task_type=flow_task.task_type, token=token, data={})


def _link(task: Task, came_from: Activation) -> None:
    """Remember the way: written without the look-up that `previous.add` makes first, a gate's own link with it."""
    ways = [(task.pk, came_from.task.pk), *getattr(came_from, "unwritten_links", ())]
    insert_rows([_Previous(from_task_id=to, to_task_id=before) for to, before in ways])


class CaseStartActivation(StartHandleActivation):
    """Makes the process and its first task, inside the transaction of the step that starts it."""

    @Activation.status.transition(source=STATUS.NEW)
    def execute(self) -> None:
        """Write process and task as done, and go on."""
        self.process.save(force_insert=True)
        self.task.process = self.process
        self.complete()
        flow_started.send(sender=self.flow_class, process=self.process, task=self.task)
        self.activate_next()


class CaseStart(flow.StartHandle):
    """The case enters the flow."""

    activation_class = CaseStartActivation

    def begin(self, case: Any) -> None:
        """Start the process of a case; the caller holds the case and the transaction."""
        activation = self.activation_class.create(self, None, None)
        activation.process.case = case
        activation.execute()


class StepActivation(HandleActivation):
    """A waiting task that a step completes with an outcome; the outcome names the way on."""

    outcome: str = ""

    @classmethod
    def create(
        cls, flow_task: Node, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None
    ) -> "StepActivation":
        """Write the waiting task."""
        task = _new_task(flow_task, prev_activation, token)
        insert_rows([task])
        _link(task, prev_activation)
        return cls(task)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def take(self, outcome: str) -> None:
        """The step has acted; a task nobody took is never completed by the engine itself."""
        self.outcome = outcome
        self.task.started = now()

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Close the task in one statement."""
        self.task.finished = now()
        update_rows([self.task], ["status", "started", "finished"])
        task_finished.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self) -> None:
        """Complete and go on the outcome's way."""
        self.complete()
        self.activate_next()

    @Activation.status.super()
    def create_next(self) -> Iterator[Activation]:
        """The node that the outcome leads to."""
        yield self.flow_task.way(self.outcome)._create(self, self.task.token)

    def run(self, func: Callable[..., Any] | None = None, **kwargs: Any) -> None:
        """Steps are completed by `workflows.steps`, never run by the engine."""
        raise NotImplementedError("steps are completed by workflows.steps")


class Step(flow.Handle):
    """A human step: somebody acts, the act has an outcome, the outcome names the way on."""

    activation_class = StepActivation
    task_type = "HUMAN"
    bpmn_element = "userTask"
    shape = {
        "width": 150,
        "height": 100,
        "text-align": "middle",
        "svg": """
            <rect class="task" width="150" height="100" rx="5" ry="5"/>
            <path class="task-marker"
                  d="m 15,12 a 5,5 0 1,1 0.1,0 z m -8,14 c 0,-14 16,-14 16,0 z"/>
        """,
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ways: list[tuple[str, Any]] = []

    def On(self, outcome: str, node: Any) -> "Step":  # noqa: N802 - the engine's fluent style
        """This outcome leads to that node."""
        self._ways = [*self._ways, (outcome, node)]
        return self

    def way(self, outcome: str) -> Node:
        """The node behind an outcome; an unknown outcome is a programming error."""
        return dict(self._ways)[outcome]

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._ways = [(outcome, this.resolve(instance, node)) for outcome, node in self._ways]

    def _outgoing(self) -> Iterator[Edge]:
        for outcome, node in self._ways:
            yield Edge(src=self, dst=node, edge_class="next", label=outcome)


class Sections(Step):
    """All departments' sections in parallel, as one multi-instance node: its instances are the `Section` rows.

    The open viewflow has no data-driven split, and a task per branch costs 15 more statements and slow inboxes
    (docs/decisions/0002). The step that decides the last matter completes this node.
    """

    _multi_instance = True


class WrittenOnce(Activation):
    """Activation of an automatic node: its task row is written once, as done, instead of inserted and updated."""

    came_from: Activation

    @classmethod
    def create(
        cls, flow_task: Node, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None
    ) -> "WrittenOnce":
        """The row is written by `complete`."""
        activation = cls(_new_task(flow_task, prev_activation, token))
        activation.came_from = prev_activation
        return activation

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def write(self) -> None:
        """Insert the finished task."""
        self.task.started = self.task.finished = now()
        insert_rows([self.task])
        task_finished.send(sender=self.flow_class, process=self.process, task=self.task)


class GateActivation(WrittenOnce, SwitchActivation):
    """An exclusive gateway."""

    @Activation.status.super()
    def activate(self) -> None:
        """Ask each branch in turn."""
        for node, condition in self.flow_task._branches:
            if condition is None or condition(self):
                self.next_task = node
                return

    @Activation.status.super()
    def complete(self) -> None:
        """Write the row; its link goes with that of the node behind it, which follows in the same transaction."""
        self.write()
        self.unwritten_links = [(self.task.pk, self.came_from.task.pk)]


class Gate(flow.Switch):
    """An exclusive gateway."""

    activation_class = GateActivation


class CaseEndActivation(WrittenOnce, EndActivation):
    """The end of a case's flow: our flow has one token, so nothing else can be active."""

    @Activation.status.super()
    def activate(self) -> None:
        """Close the process."""
        self.process.status, self.process.finished = PROCESS.DONE, now()
        self.process.save(update_fields=["status", "finished"])

    @Activation.status.super()
    def complete(self) -> None:
        """Write the row with its link, and tell that the flow has ended."""
        self.write()
        _link(self.task, self.came_from)
        flow_finished.send(sender=self.flow_class, process=self.process, task=self.task)


class CaseEnd(flow.End):
    """An end of the flow."""

    activation_class = CaseEndActivation
