"""Leaving a barred matter out of a draft, so that the other matters of the case can go on (R2.27).

for barred in barred_of(case): barred.bar, barred.is_left_out
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit.violations import RuleViolation
from industries.results import NoticeResult
from permits.barring import bars
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, ReapplyBar
from permits.rules import require_applicant, require_state


@dataclass(frozen=True)
class Barred:
    """A matter that the answers call for and that is barred today, or is left out although its bar is over."""

    id: str
    name: str
    bar: ReapplyBar | None
    is_left_out: bool


def barred_of(case: Case, required: NoticeResult, on: date) -> list[Barred]:
    """What of a draft is barred or left out, in the notice's order; one statement. Nothing of a case that was handed in."""
    if case.state != Case.State.DRAFT:
        return []
    standing = bars.in_force(case.enterprise, on)
    names = {entry.id: entry.matter.name for entry in required.matters}
    known = case.own_catalogue.matters
    left = {id: known[id].name for id in case.left_out if id in known}
    found = [Barred(id, name, standing[id], False) for id, name in names.items() if id in standing]
    return found + [Barred(id, name, standing.get(id), True) for id, name in left.items()]


def leave_out(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> Case:
    """Leave these barred matters out of the draft; what was typed for them stays. Two matters at least must be left (R1.9)."""
    with holding(case):
        _require_own_draft(case, actor, at)
        standing = bars.in_force(case.enterprise, timezone.localtime(at).date())
        asked = {entry.id for entry in notice_of(case).matters}
        if not matters or not set(matters) <= asked & standing.keys():
            raise RuleViolation(
                "not_barred", _("只有依法在一定期限内不得再次申请的事项可以不办"), field="matters", rule="R2.27"
            )
        case.left_out = sorted({*case.left_out, *matters})
        required = notice_of(case)
        if not required.combined_licence:
            raise RuleViolation("single_matter", required.instead, rule="R1.9")
        case.save(update_fields=["left_out"])
        return case


def take_in(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> Case:
    """Apply for these matters after all; handing in says whether they are still barred."""
    with holding(case):
        _require_own_draft(case, actor, at)
        case.left_out = [id for id in case.left_out if id not in matters]
        case.save(update_fields=["left_out"])
        return case


def _require_own_draft(case: Case, actor: Actor, at: datetime) -> None:
    require_applicant(case, actor, Authority.Act.FILE, at)
    require_state(case, Case.State.DRAFT)
