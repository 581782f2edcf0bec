"""The receipt slip (回执) of the counter: printed once, and again with a mark that says so; each printing stands in the log."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, SlipPrint
from permits.rules import require_role


def print_slip(case: Case, *, paper: str, actor: Actor, at: datetime) -> SlipPrint:
    """Note a printing and give it its number. A draft has none: nothing was handed in yet."""
    require_role(actor, User.Role.WINDOW)
    if paper not in SlipPrint.Paper.values:
        raise RuleViolation("paper_missing", _("请选择 A5 或者 80 毫米纸"), field="paper")
    with holding(case):
        if not case.number:
            raise RuleViolation("not_submitted", _("提交之后才有回执"))
        made = SlipPrint(case=case, nth=case.slips.count() + 1, paper=paper, by_id=actor.user_id, at=at)
        insert_rows([made])
        chain.append(case, act="slip_printed", actor=actor.label, at=at, facts={"nth": made.nth, "paper": paper})
        update_rows([case], HEAD)
    return made
