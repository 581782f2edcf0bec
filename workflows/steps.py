"""One function per step: record first, token second, in one transaction, under one lock (process, then case).

Views, jobs, rehearsals and benchmarks call these; the acts below them decide, the flow only moves.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS

from accounts.actors import SYSTEM, Actor
from audit.violations import RuleViolation
from certificates import issuing
from certificates.models import Licence
from permits import decisions, delivery, filing, intake
from permits.decisions import Outcome
from permits.locking import holding, take_over
from permits.models import Case, Delivery, Supplement
from workflows.flows import CaseFlow
from workflows.models import CaseProcess


@contextmanager
def moving(case: Case) -> Iterator[CaseProcess]:
    """Hold process and case until the transaction ends; the case given becomes the locked one."""
    with transaction.atomic():
        process = CaseProcess.objects.locked_with(case)
        take_over(case, process.case)
        process.case = case
        try:
            yield process
        finally:
            case.is_held = False  # type: ignore[attr-defined]


def complete(process: CaseProcess, node: Node, outcome: str) -> None:
    """Complete the one waiting task, which must stand at this node, with this outcome."""
    task = Task.objects.filter(process_id=process.pk, finished__isnull=True).first()
    if task is None or task.flow_task != node:
        raise RuleViolation("flow_elsewhere", _("办件已进入其他环节,请刷新页面查看最新情况"))
    task.process = process
    activation = node.activation_class(task)
    activation.take(outcome)
    activation.execute()


def submit(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Hand in; the case enters the flow and waits at the intake check."""
    with holding(case):
        filing.submit(case, actor=actor, at=at)
        CaseFlow.start.begin(case)
    return case


def accept(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Accept; all sections open at once."""
    with moving(case) as process:
        intake.accept(case, actor=actor, at=at)
        complete(process, CaseFlow.intake, "accept")
    return case


def accept_by_silence(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Accept where five working days passed without a notice (R2.8); says whether it did."""
    with moving(case) as process:
        if intake.accept_by_silence(case, actor=actor, at=at) is None:
            return False
        complete(process, CaseFlow.intake, "accept")
    return True


def request_supplement(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> Supplement:
    """Serve the one supplement notice; it is the applicant's turn."""
    with moving(case) as process:
        supplement = intake.request_supplement(case, items=items, actor=actor, at=at)
        complete(process, CaseFlow.intake, "supplement")
    return supplement


def answer_supplement(case: Case, *, actor: Actor, at: datetime, items: Mapping[str, str] | None = None) -> Supplement:
    """Deliver the corrections; it is the window's turn again."""
    with moving(case) as process:
        supplement = intake.answer_supplement(case, actor=actor, at=at, items=items)
        complete(process, CaseFlow.supplement, "answer")
    return supplement


def return_unanswered(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Send back a case whose supplement never came (R2.10); says whether it did."""
    with moving(case) as process:
        if intake.return_unanswered(case, actor=actor, at=at) is None:
            return False
        complete(process, CaseFlow.supplement, "overdue")
    return True


def decline(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Refuse acceptance; the flow ends."""
    with moving(case) as process:
        intake.decline(case, reason=reason, actor=actor, at=at)
        complete(process, CaseFlow.intake, "decline")
    return case


def withdraw(case: Case, *, actor: Actor, at: datetime, reason: str = "") -> Case:
    """The applicant withdraws; whatever waited is cancelled. A draft has no flow yet."""
    if case.state == Case.State.DRAFT:
        return intake.withdraw(case, actor=actor, at=at, reason=reason)
    with moving(case) as process:
        intake.withdraw(case, actor=actor, at=at, reason=reason)
        cancel(process)
    return case


def cancel(process: CaseProcess) -> None:
    """Cancel the waiting task and the process."""
    moment = now()
    Task.objects.filter(process_id=process.pk, finished__isnull=True).update(status=STATUS.CANCELED, finished=moment)
    process.status, process.finished = PROCESS.CANCELED, moment
    process.save(update_fields=["status", "finished"])


def grant(
    case: Case,
    *,
    matters: Sequence[str],
    actor: Actor,
    at: datetime,
    scopes: Mapping[str, str] | None = None,
    opinion: str = "",
) -> Outcome:
    """A department grants; the last decision of all moves the flow."""
    with moving(case) as process:
        outcome = decisions.grant(case, matters=matters, actor=actor, at=at, scopes=scopes, opinion=opinion)
        _after_decision(process, outcome, at)
    return outcome


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> Outcome:
    """A department refuses; the last decision of all moves the flow."""
    with moving(case) as process:
        outcome = decisions.refuse(case, matters=matters, reason=reason, actor=actor, at=at)
        _after_decision(process, outcome, at)
    return outcome


def _after_decision(process: CaseProcess, outcome: Outcome, at: datetime) -> None:
    if outcome is Outcome.OPEN:
        return
    if outcome is Outcome.SINGLE:
        issuing.issue_single(process.case, actor=SYSTEM, at=at)
    complete(process, CaseFlow.sections, "decided")


def issue(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> Licence:
    """Make the combined licence. Called once per case by the outbox; a second call gives the same licence back."""
    with moving(case) as process:
        if case.state == Case.State.ISSUED:
            return case.licence
        licence = issuing.issue(case, actor=actor, at=at)
        complete(process, CaseFlow.issue, "issued")
    return licence


def deliver(case: Case, *, way: str, receiver: str, actor: Actor, at: datetime, on: date | None = None) -> Delivery:
    """Record that the holder has the paper; the flow ends."""
    with moving(case) as process:
        record = delivery.deliver(case, way=way, receiver=receiver, actor=actor, at=at, on=on)
        complete(process, CaseFlow.deliver, "delivered")
    return record


def waiting_at(process: Any) -> str:
    """The name of the node where the process waits, or an empty text when it has ended."""
    task = Task.objects.filter(process_id=process.pk, finished__isnull=True).first()
    return task.flow_task.name if task else ""
