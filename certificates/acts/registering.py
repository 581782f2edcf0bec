"""The thirty days at the registration office after a permit has ended (R1.19): its holder says that it is done, and how.

The clock is `RegistrationDuty.due_on`; `workflows.reminders` reminds the holder before it, and the department after.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates.acts import applications
from certificates.models import RegistrationDuty
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case


def report(
    case: Case, *, matters: Sequence[str], how: str, on: date, actor: Actor, at: datetime
) -> list[RegistrationDuty]:
    """The registered scope was changed, the registration cancelled, or the permit granted anew, on a day."""
    if how not in RegistrationDuty.How.values:
        raise RuleViolation("no_such_way", _("请选择怎样办理的"), field="how", rule="R1.19")
    with holding(case):
        actor = applications.require_holder(case, actor, at)
        open_ones = RegistrationDuty.objects.filter(item__case_matter__case=case, done_on=None)
        duties = list(open_ones.filter(item__matter__in=set(matters)).select_related("item"))
        if not duties or {duty.item.matter for duty in duties} != set(matters):
            raise RuleViolation("nothing_to_register", _("请选择还没有办理登记的许可"), field="matters", rule="R1.19")
        for duty in duties:
            if on > timezone.localtime(at).date() or (duty.item.ended_on and on < duty.item.ended_on):
                raise RuleViolation(
                    "impossible_day", _("办理日期应在许可终止当日或之后，且不晚于今天"), field="on", rule="R1.19"
                )
            duty.how, duty.done_on, duty.noted_by_id = how, on, actor.user_id
        update_rows(duties, ["how", "done_on", "noted_by"])
        told = {"matters": [duty.item.matter for duty in duties], "how": how, "on": str(on)}
        chain.append(case, act="registration_reported", actor=actor.label, at=at, facts=told)
        update_rows([case], HEAD)
        return duties
