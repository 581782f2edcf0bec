"""The route of a case. Module, class and node names are stored in the database with every task: they do not change."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import Flow, lock

from permits.models import Case
from workflows.models import CaseProcess
from workflows.nodes import CaseEnd, CaseStart, Gate, Sections, Step


class CaseFlow(Flow):
    """One case from filing to delivery: the flow routes, the acts decide."""

    process_class = CaseProcess
    process_title = _("一业一证办件")
    # Blocking row lock, with the database's lock_timeout as a ceiling: no retries, no sleeping (perf-security §1.2).
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = CaseStart().Annotation(title=_("申请")).Next(this.intake)
    intake = (
        Step()
        .Annotation(title=_("收件审查"))
        .On("accept", this.sections)
        .On("supplement", this.supplement)
        .On("decline", this.declined)
    )
    supplement = (
        Step()
        .Annotation(title=_("申请人补正"))
        .On("answer", this.intake)
        .On("accept", this.sections)
        .On("overdue", this.returned)
    )
    sections = (
        Sections().Annotation(title=_("各部门并联审批")).On("decided", this.conclude).On("overdue", this.returned)
    )
    conclude = (
        Gate()
        .Annotation(title=_("汇总决定"))
        .Case(this.issue, this.makes_licence)
        .Case(this.deliver, this.makes_single_permit)
        .Default(this.refused)
    )
    issue = Step().Annotation(title=_("制证发证")).On("issued", this.deliver).On("overdue", this.returned)
    deliver = Step().Annotation(title=_("送达")).On("delivered", this.end)

    end = CaseEnd().Annotation(title=_("办结"))
    refused = CaseEnd().Annotation(title=_("不予许可"))
    declined = CaseEnd().Annotation(title=_("不予受理"))
    returned = CaseEnd().Annotation(title=_("退回"))

    def makes_licence(self, activation: Any) -> bool:
        """All decided and the case still open: at least two matters are granted (R1.9)."""
        return bool(activation.process.case.state == Case.State.DECIDING)

    def makes_single_permit(self, activation: Any) -> bool:
        """Exactly one matter granted: its own permit goes out (R1.9)."""
        return bool(activation.process.case.state == Case.State.CLOSED_SINGLE)
