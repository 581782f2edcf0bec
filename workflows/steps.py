"""One function per step: record first, token second, in one transaction, under one lock: the case's row.

Whoever moves a case's flow holds its case, so the process needs no lock of its own, and a decision that is not the last
one does not touch the flow at all.

Views, jobs, rehearsals and benchmarks call these; the acts below them decide, the flow only moves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS

from accounts.actors import SYSTEM, Actor
from audit import plans
from audit.violations import RuleViolation
from certificates import delivering, early, issuing
from certificates.models import Licence
from permits import decisions, filing, intake, proposals, service, withdrawals
from permits.completeness import supplements
from permits.decisions import Outcome
from permits.delivery import is_delivered
from permits.inspections.needs import CHECKED_BY_ITSELF
from permits.late import late_papers, tolerating
from permits.locking import holding
from permits.models import Case, Delivery, Supplement
from permits.service import Handing
from workflows.flows import CaseFlow
from workflows.messages.compose import compose
from workflows.models import CaseProcess


def complete(case: Case, node: Node, outcome: str) -> None:
    """Complete the one waiting task of a held case, which must stand at this node, with this outcome."""
    task = waiting_task(case)
    if task is None or task.flow_task != node:
        raise RuleViolation("flow_elsewhere", _("办件已进入其他环节,请刷新页面查看最新情况"))
    activation = node.activation_class(task)
    activation.take(outcome)
    activation.execute()


def waiting_task(case: Case) -> Task | None:
    """The one waiting task of a case, with its process; None where the flow has ended."""
    for task in plans.rows(Task, _waiting_task(), [case.pk]):
        task.process = CaseProcess(
            id=task.process_id, process_ptr_id=task.process_id, flow_class=CaseFlow, status=PROCESS.NEW, case=case
        )
        task.process._state.adding = False
        return task
    return None


@cache
def _waiting_task() -> str:
    """Written once, like `permits.statements`; the process is of this flow and new as long as a task waits."""
    return (
        f"SELECT t.* FROM {Task._meta.db_table} t JOIN {CaseProcess._meta.db_table} p "  # noqa: S608 - own names
        "ON p.process_ptr_id = t.process_id WHERE p.case_id = %s AND t.finished IS NULL"
    )


def submit(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Hand in; the case enters the flow and waits at the intake check."""
    with holding(case):
        filing.submit(case, actor=actor, at=at)
        CaseFlow.start.begin(case)
    return case


def accept(case: Case, *, actor: Actor, at: datetime, takes_offer_back: bool = False) -> Case:
    """Accept; all sections open at once."""
    with holding(case):
        intake.accept(case, actor=actor, at=at, takes_offer_back=takes_offer_back)
        complete(case, CaseFlow.intake, "accept")
    return case


def accept_by_silence(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Accept where five working days passed without a notice, or before one reached the applicant (R2.8); says whether it did."""
    with holding(case):
        node = CaseFlow.supplement if case.state == Case.State.SUPPLEMENT_REQUESTED else CaseFlow.intake
        if intake.accept_by_silence(case, actor=actor, at=at) is None:
            return False
        complete(case, node, "accept")
    return True


def request_supplement(
    case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime, ground: str = "", taken_by: str = ""
) -> Supplement:
    """Write the one supplement notice; it is the applicant's turn."""
    with holding(case):
        said = {"ground": ground, "taken_by": taken_by}
        supplement = supplements.request_supplement(case, items=items, actor=actor, at=at, **said)
        complete(case, CaseFlow.intake, "supplement")
    return supplement


def answer_supplement(case: Case, *, actor: Actor, at: datetime, items: Mapping[str, str] | None = None) -> Supplement:
    """Deliver the corrections; it is the window's turn again."""
    with holding(case):
        supplement = supplements.answer_supplement(case, actor=actor, at=at, items=items)
        complete(case, CaseFlow.supplement, "answer")
    return supplement


def return_unanswered(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Send back a case whose supplement never came (R2.10); says whether it did."""
    with holding(case):
        if supplements.return_unanswered(case, actor=actor, at=at) is None:
            return False
        complete(case, CaseFlow.supplement, "overdue")
    return True


def sign_tolerance(case: Case, *, name: str, agreed: bool, actor: Actor, at: datetime, read: str = "") -> Case:
    """Promise the papers that may come late: the case is accepted, and all sections open at once (R6.9)."""
    with holding(case):
        tolerating.sign(case, name=name, agreed=agreed, actor=actor, at=at, read=read)
        complete(case, CaseFlow.intake, "accept")
    return case


def confirm_late(case: Case, *, material: str, actor: Actor, at: datetime) -> Outcome:
    """Find a late paper fit; where all was decided before the last one came, a single permit goes out now."""
    with holding(case):
        outcome = late_papers.confirm(case, material=material, actor=actor, at=at)
        if outcome is Outcome.SINGLE:
            issuing.issue_single(case, actor=SYSTEM, at=at)
            complete(case, CaseFlow.issue, "issued")
            after_delivery(case)
    return outcome


def end_acceptance(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """End an acceptance whose late papers did not come (R6.11); says whether it did. The flow ends wherever it waited."""
    with holding(case):
        if late_papers.end_acceptance(case, actor=actor, at=at) is None:
            return False
        issuing.record_permits(case, actor=SYSTEM, at=at)
        task = waiting_task(case)
        complete(case, CaseFlow.issue if task and task.flow_task == CaseFlow.issue else CaseFlow.sections, "overdue")
    return True


def decline(case: Case, *, actor: Actor, at: datetime, **said: Any) -> Case:
    """Refuse acceptance, as `permits.intake.decline` takes it; the flow ends."""
    with holding(case):
        intake.decline(case, actor=actor, at=at, **said)
        complete(case, CaseFlow.intake, "decline")
    return case


def withdraw(case: Case, *, actor: Actor, at: datetime, reason: str = "", matters: Sequence[str] = ()) -> Case:
    """The applicant withdraws the application, or these matters of it; with the last open one the flow moves.

    A draft has no flow yet.
    """
    if case.state == Case.State.DRAFT:
        withdrawals.withdraw(case, actor=actor, at=at, reason=reason, matters=matters)
        return case
    with holding(case):
        before = case.state
        outcome = withdrawals.withdraw(case, actor=actor, at=at, reason=reason, matters=matters)
        if before == Case.State.SUPPLEMENT_REQUESTED and case.state == Case.State.SUBMITTED:
            complete(case, CaseFlow.supplement, "answer")
        elif outcome is Outcome.WITHDRAWN:
            issuing.record_permits(case, actor=SYSTEM, at=at)
            cancel(case, at)
        else:
            _after_decision(case, outcome, at)
    return case


def cancel(case: Case, at: datetime) -> None:
    """Cancel the waiting task and the process of a held case."""
    process = CaseProcess.objects.get(case_id=case.pk)
    Task.objects.filter(process_id=process.pk, finished__isnull=True).update(status=STATUS.CANCELED, finished=at)
    process.status, process.finished = PROCESS.CANCELED, at
    process.save(update_fields=["status", "finished"])


def grant(
    case: Case,
    *,
    matters: Sequence[str],
    actor: Actor,
    at: datetime,
    scopes: Mapping[str, str] | None = None,
    opinion: str = "",
    unvisited: str | Mapping[str, str] = CHECKED_BY_ITSELF,
) -> Outcome:
    """A department grants; the last decision of all moves the flow."""
    with holding(case):
        said: dict[str, Any] = {"scopes": scopes, "opinion": opinion, "unvisited": unvisited}
        outcome = decisions.grant(case, matters=matters, actor=actor, at=at, **said)
        _after_decision(case, outcome, at)
    return outcome


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime, ground: str = "") -> Outcome:
    """A department refuses; the last decision of all moves the flow."""
    with holding(case):
        outcome = decisions.refuse(case, matters=matters, reason=reason, ground=ground, actor=actor, at=at)
        _after_decision(case, outcome, at)
    return outcome


def approve(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, opinion: str = "") -> Outcome:
    """A second officer decides as the first one proposed; the last decision of all moves the flow."""
    with holding(case):
        outcome = proposals.approve(case, matters=matters, actor=actor, at=at, opinion=opinion)
        _after_decision(case, outcome, at)
    return outcome


def _after_decision(case: Case, outcome: Outcome, at: datetime) -> None:
    if outcome is Outcome.OPEN:
        return
    if outcome is Outcome.SINGLE:
        issuing.issue_single(case, actor=SYSTEM, at=at)
    complete(case, CaseFlow.sections, "decided")
    if outcome is Outcome.SINGLE:
        after_delivery(case)


def issue(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> Licence:
    """Make the combined licence, or complete the one that went out early. A second call gives the same licence back."""
    with holding(case):
        if case.state == Case.State.ISSUED:
            return case.licence
        make = early.conclude if case.issued_early_at else issuing.issue
        licence = make(case, actor=actor, at=at)
        complete(case, CaseFlow.issue, "issued")
        if case.issued_early_at:
            after_delivery(case)
    return licence


def deliver(case: Case, *, handing: Handing, actor: Actor, at: datetime) -> Delivery:
    """Record that the holder has the paper; once nothing is left to deliver of an ended case, the flow ends. It does not wait
    for papers that are served beside the permits."""
    with holding(case):
        waited = not is_delivered(case.matters.all())
        record = delivering.deliver(case, handing=handing, actor=actor, at=at)
        accept_untold(case, at=at)
        if waited:
            after_delivery(case)
    return record


def accept_untold(case: Case, *, at: datetime) -> None:
    """With the service of a supplement notice it is known whether it came in time; too late, the case is accepted (R2.8)."""
    if case.state == Case.State.SUPPLEMENT_REQUESTED:
        accept_by_silence(case, at=at)


def serve(case: Case, *, at: datetime) -> Delivery | None:
    """Serve on line what the applicant wants so (`certificates.delivering.serve`): the message in their inbox, written in the
    same transaction, is its arrival."""
    with holding(case):
        record = delivering.serve(case, at=at)
        if record is not None:
            compose(delivering.message_of(case, record)[2])
            after_delivery(case)
    return record


def serve_papers(case: Case, *, at: datetime) -> Delivery | None:
    """Serve on line the papers from which days run (`certificates.delivering.serve_papers`); they arrive with their message."""
    with holding(case):
        served = delivering.serve_papers(case, at=at)
        if served is None:
            return None
        record, papers = served
        compose(service.message_of(case, record, papers)[2])
        accept_untold(case, at=at)
    return record


def after_delivery(case: Case) -> None:
    """Nothing left to deliver: an ended case's flow ends too. Deliveries before the end leave the flow where it is."""
    if case.state in (Case.State.ISSUED, Case.State.CLOSED_SINGLE) and is_delivered(case.matters.all()):
        complete(case, CaseFlow.deliver, "delivered")


def waiting_at(process: Any) -> str:
    """The name of the node where the process waits, or an empty text when it has ended."""
    task = Task.objects.filter(process_id=process.pk, finished__isnull=True).first()
    return task.flow_task.name if task else ""
