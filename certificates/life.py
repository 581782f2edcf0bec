"""The life of a permit after it was granted: what all its acts share.

One permit at a time: the others on the licence stay as they are, the licence keeps its number and gets a next version
(R1.16, R1.17). The acts themselves: `certificates.acts.ending`, `certificates.acts.suspending`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import facts, issuing
from certificates.models import LicenceItem
from certificates.status import ItemState, state_on
from certificates.wording import STATES
from industries import combining
from permits import documents
from permits.late import lacking
from permits.law import remedies
from permits.models import Case, CaseMatter
from permits.rules import require_own_matters, require_role

HOLDING = (ItemState.VALID, ItemState.SUSPENDED, ItemState.NOT_BEGUN)
"""What has not ended: a suspended permit is still there, one whose term begins later is there already."""
VERSIONED = "综合许可证换发新版本，证号不变。"
ALONE = "该项许可未并入行业综合许可证，对其他许可没有影响。"
TOO_FEW = "综合许可证上的许可不足两项，不再作为综合许可证使用；其余单项许可的效力不受影响，继续有效。"


def permits_of(case: Case, matters: Sequence[str], *, actor: Actor, today: date) -> list[LicenceItem]:
    """The running permits of these matters of a held case, in their order, all of the actor's own department (R1.2).

    A grant is in force before any licence joins it: what is acted on by then becomes a permit of its own, and joins none.
    """
    items = own(case, matters, actor=actor)
    for item in items:
        state = state_now(item, today)
        if state not in HOLDING:
            raise RuleViolation(
                "permit_ended",
                _("“%(name)s”%(state)s，不能再办理这项") % {"name": item.name, "state": STATES[state]},
                field="matters",
                rule="R2.33",
            )
    return items


def own(case: Case, matters: Sequence[str], *, actor: Actor) -> list[LicenceItem]:
    """The permits of these matters, whatever became of them, all of the actor's own department."""
    require_role(actor, User.Role.OFFICER)
    wanted = set(matters)
    # Items before rows: a permit that joins another licence meanwhile (R1.10) takes its item along and marks its row.
    items = list(locked_items(case).filter(matter__in=wanted))
    rows = [row for row in facts.matters_of(case) if row.matter in wanted]
    if not wanted or len(rows) < len(wanted):
        raise RuleViolation("no_such_permit", _("请选择本办件中已核发的许可"), field="matters", rule="R2.33")
    require_own_matters(actor, rows)
    _require_here(rows)
    known = {item.case_matter_id for item in items}
    if left := [row for row in rows if row.pk not in known]:
        _require_no_licence_coming(case, left)
        items += issuing.record_items(left, 1)
    return sorted(items, key=lambda item: item.case_matter.position)


def locked_items(case: Case) -> QuerySet[LicenceItem]:
    """The permits of a case, locked until the act is done: none of them joins another licence meanwhile."""
    found = LicenceItem.objects.select_for_update(of=("self",)).filter(case_matter__case=case)
    return found.select_related("body", "case_matter")


def _require_here(rows: Sequence[CaseMatter]) -> None:
    """A permit that joined the licence of another case is acted on there (R1.10)."""
    for row in rows:
        if row.moved_at is not None:
            raise RuleViolation(
                "joined_another",
                _("“%(name)s”已并入同一经营者的另一张综合许可证，请在那一办件中办理") % {"name": row.name},
                field="matters",
                rule="R1.10",
            )


def _require_no_licence_coming(case: Case, rows: Sequence[CaseMatter]) -> None:
    """Between the last decision and the licence, a moment later, nothing is taken out of what is being made."""
    is_made_now = case.state == Case.State.DECIDING and not lacking.count(case)
    undecided = CaseMatter.objects.filter(case=case, state__in=CaseMatter.UNDECIDED_STATES)
    in_force = all(row.state == CaseMatter.State.GRANTED and row.valid_from and not row.lapsed_at for row in rows)
    if not in_force or (is_made_now and not undecided.exists()):
        raise RuleViolation("no_permit_yet", _("许可尚未核发，核发之后才能办理"), field="matters", rule="R2.33")


def require_permits(items: Sequence[LicenceItem]) -> None:
    """What is a filing has no licence to be suspended, and was granted by nobody: it is revoked or cancelled."""
    for item in items:
        if item.case_matter.is_filing:
            raise RuleViolation(
                "a_filing",
                _("“%(name)s”是备案，没有许可证件可以暂扣、撤回或者吊销；依法只能撤销或者注销") % {"name": item.name},
                field="matters",
                rule="R2.33",
            )


class ByTwo(TypedDict, total=False):
    """Of an act that takes two persons (`certificates.acts.proposing`): whether it is only to be checked, being proposed; who
    proposed it, being approved."""

    check_only: bool
    handler: str


def require_one_person(items: Sequence[LicenceItem], two: ByTwo) -> str:
    """What takes two persons is done by approving what another proposed, as its grant was (R1.2); gives who proposed it."""
    handler = two.get("handler", "")
    for item in items:
        if item.case_matter.two_persons and not handler:
            raise RuleViolation(
                "two_persons",
                _("“%(name)s”经办与审批分人：请提交拟办意见，由本部门另一名审批人员审批") % {"name": item.name},
                field="matters",
                rule="R1.2",
            )
    return handler


def state_now(item: LicenceItem, today: date) -> ItemState:
    """The item's state on a day."""
    return state_on(item.state, item.valid_from, item.valid_to, today)


def effect(case: Case, concerned: Sequence[LicenceItem], said: str, today: date, *, ends: bool) -> str:
    """What becomes of the combined licence, as papers say it (R1.11, R1.17): `said` of these items, then of the others."""
    if concerned[0].licence_id is None:
        return ALONE
    pks = {item.pk for item in concerned}
    others = [item for item in case.licence.items.all() if item.pk not in pks]
    left = [item for item in others if state_now(item, today) in HOLDING]
    words = f"行业综合许可证中的该事项{said}；{VERSIONED}"
    if not ends or combining.suffice(len(left)):
        return f"{words}其余事项不受影响。" if others else words
    return f"{words}{TOO_FEW}" if left else f"{words}综合许可证上没有有效的许可。"


def draft(kind: documents.Document.Kind, item: LicenceItem, known_on: date | None, **said: Any) -> documents.Draft:
    """A paper about one permit, of its own department, with the department's own remedies (R2.35, R2.38); `known_on`: the day
    of its service where that is known (R2.34)."""
    told = {
        "permit_number": item.number,
        "granted_on": item.granted_on.isoformat(),
        "remedies": remedies.with_last_days(item.body.remedies, known_on, current_calendar()),
    }
    return documents.Draft(kind, item.body, [item.case_matter], told | said)


def next_version(case: Case, items: Sequence[LicenceItem], *, at: datetime, reason: str) -> list[documents.Parcel]:
    """The licence's next version where it holds one of these permits, and what has to leave for it; a permit of its own
    changes no licence."""
    if all(item.licence_id is None for item in items):
        return []
    version = issuing.next_version(case, issuing.items_of(case.licence), at=at, reason=reason)
    return list[documents.Parcel](issuing.version_parcels(version))
