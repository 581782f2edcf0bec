"""Finding a day (约定核查时间): the lead department proposes slots, every department names two officers and says which slots suit,
and the first slot that suits all is agreed. The business is told and may ask once for another.

No visit stops a clock (R2.21): each slot that is moved is time of the departments' own limits, hence the one wish.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import messages, proposals, statements
from permits.inspections import leaving, needs
from permits.inspections.agreeing import PLAN, agree, bodies_of, note, tell_agreed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Inspection, InspectionMatter, InspectionOfficer
from permits.rules import body_code, require_applicant, require_reason, require_role, require_state

FEWEST_OFFICERS = 2
"""Officers of a department at every check (Licensing Law art. 34 para. 3, R2.18)."""
MOST_SLOTS = 4
MOST_WISHES = 1
"""How often the business may ask for another slot per visit: a promise of five working days bears one move, not two."""


def propose(case: Case, *, slots: Sequence[datetime], actor: Actor, at: datetime) -> Inspection:
    """Propose a joint visit in one of these slots, or other slots for the one that is open; the departments are asked."""
    with holding(case):
        visit = _propose(case, slots, actor, at)
        update_rows([case], HEAD)
        post.put_many([messages.told(case, "inspection_proposed", at=at, inspection=visit.pk)], at=at)
        return visit


def arrange(case: Case, *, on: datetime, officers: Sequence[User], actor: Actor, at: datetime) -> Inspection:
    """Agree on a slot and on the officers of all departments in one act, for what was agreed by telephone (R2.18)."""
    with holding(case):
        visit = _propose(case, [on], actor, at)
        bodies = bodies_of(visit)
        if strangers := [officer for officer in officers if officer.body_id not in bodies]:
            raise RuleViolation(
                "officer_without_part",
                _("%(names)s 所在部门没有需要核查的事项") % {"names": "、".join(map(str, strangers))},
                field="officers",
                rule="R2.18",
            )
        for body in bodies:
            _name(visit, body, [officer for officer in officers if officer.body_id == body], visit.slots, actor, at)
        parcels = agree(case, visit, actor, at)
        update_rows([case], HEAD)
        post.put_many(parcels, at=at)
        return visit


def confirm(
    visit: Inspection, *, officers: Sequence[User], slots: Sequence[str] | None = None, actor: Actor, at: datetime
) -> Inspection:
    """A department names its officers and which proposed slots suit it (None: all; empty: none does).

    Until the visit is closed it may name others instead; once a slot is agreed that changes no slot.
    """
    require_role(actor, User.Role.OFFICER)
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        if not visit.is_open or actor.body not in bodies_of(visit):
            raise RuleViolation("not_your_visit", _("这次核查没有本部门待核查的事项，或者已经结束"), rule="R1.2")
        suiting = [slot for slot in visit.slots if slots is None or slot in slots]
        _name(visit, actor.body, officers, suiting, actor, at)
        parcels = agree(case, visit, actor, at) if visit.state == Inspection.State.PROPOSED else []
        update_rows([visit], PLAN)
        update_rows([case], HEAD)
        post.put_many(parcels, at=at)
        return visit


def ask_for_other_slot(visit: Inspection, *, slot: str = "", wish: str = "", actor: Actor, at: datetime) -> Inspection:
    """The business cannot make it: a slot that suits all departments is taken at once; else the lead proposes anew."""
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        _require_movable(visit, at)
        visit.wishes += 1
        if slot and slot in visit.shared_slots and datetime.fromisoformat(slot) > at:
            visit.starts_at, visit.wish = datetime.fromisoformat(slot), wish.strip()
            parcels = tell_agreed(case, visit, actor, at, act="inspection_moved")
        else:
            visit.wish = require_reason(wish, "wish")
            visit.propose_anew()
            visit.slots, visit.suits, visit.starts_at = [], {}, None
            note(case, "inspection_wish", visit, actor, at, reason=visit.wish)
            parcels = [messages.told(case, "inspection_wish", at=at, inspection=visit.pk)]
        update_rows([visit], PLAN)
        update_rows([case], HEAD)
        post.put_many(parcels, at=at)
        return visit


def go_without(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[CaseMatter]:
    """A department says why its matters need no joint visit; they leave the one that is arranged."""
    require_role(actor, User.Role.OFFICER)
    with holding(case):
        require_state(case, *Case.UNDECIDED_STATES)
        rows = [row for row in every_matter(case) if row.matter in matters and body_code(row) == actor.body]
        waiting = [row for row in rows if row.state in (CaseMatter.State.PENDING, CaseMatter.State.INSPECTING)]
        if not waiting or any(not row.needs_site_check for row in waiting):
            raise RuleViolation("no_site_check", _("这些事项不需要现场核查，或者已有核查结论"), field="matters")
        under_way = leaving.under_way(waiting)
        for row in waiting:
            needs.waive(row, require_reason(reason))
            if row.is_under_inspection:
                row.end_inspection()
        update_rows(waiting, ["state", "site_check", "site_check_reason"])
        facts = {"matters": [row.matter for row in waiting], "reason": reason.strip()}
        chain.append(case, act="site_check_waived", actor=actor.label, at=at, facts=facts)
        parcels = leaving.leave(case, under_way, reason.strip(), actor=actor, at=at)
        update_rows([case], HEAD)
        post.put_many(parcels, at=at)
        return waiting


def every_matter(case: Case) -> list[CaseMatter]:
    """All matters of the case, as acts read them."""
    return statements.all_matters(case)


def reloaded(visit: Inspection) -> Inspection:
    """The visit as it stands now; call it while its case is held, whose object it keeps."""
    case = visit.case
    found = Inspection.objects.select_related("lead").get(pk=visit.pk)
    found.case = case
    return found


def _propose(case: Case, slots: Sequence[datetime], actor: Actor, at: datetime) -> Inspection:
    """The visit with its slots; its matters are under inspection from now on."""
    require_role(actor, User.Role.OFFICER, User.Role.SERVICE_OFFICE, User.Role.WINDOW)
    require_state(case, *Case.UNDECIDED_STATES)
    if actor.is_role(User.Role.OFFICER) and actor.body not in needs.leads(case):
        raise RuleViolation("not_the_lead", _("联合核查由行业牵头部门或者政务服务办公室安排"), rule="R2.18")
    moments = _checked(slots, at)
    visit = case.inspections.open().first() or _opened(case, actor, at)
    if visit.starts_at is not None or visit.slots:
        visit.propose_anew()
    visit.slots, visit.suits, visit.starts_at = [moment.isoformat() for moment in moments], {}, None
    update_rows([visit], PLAN)
    note(case, "inspection_proposed", visit, actor, at, slots=visit.slots)
    return visit


def _checked(slots: Sequence[datetime], at: datetime) -> list[datetime]:
    """The slots in order, each once, none of a day that has passed."""
    moments = sorted({localtime(slot) for slot in slots})
    if not 0 < len(moments) <= MOST_SLOTS:
        raise RuleViolation(
            "how_many_slots", _("请提出 1 至 %(most)d 个时间") % {"most": MOST_SLOTS}, field="slots", rule="R2.18"
        )
    if moments[0].date() < localtime(at).date():
        raise RuleViolation("slot_passed", _("核查时间不能早于今天"), field="slots")
    return moments


def _opened(case: Case, actor: Actor, at: datetime) -> Inspection:
    """A new visit: for what nobody has looked at yet, or again for what had to be put right."""
    follows = _to_look_at_again(case, localtime(at).date())
    everything = every_matter(case)
    rows = [row for row in everything if row.is_under_inspection] if follows else needs.needing(everything)
    if not rows:
        raise RuleViolation("no_site_check", _("本办件没有需要现场核查的事项"), rule="R2.18")
    visit = Inspection(
        key=secrets.token_urlsafe(12),
        case=case,
        follows=follows,
        lead_id=needs.leads(case)[0],
        proposed_at=at,
        proposed_by_id=actor.user_id,
    )
    insert_rows([visit])
    insert_rows([InspectionMatter(inspection=visit, case_matter=row) for row in rows])
    proposals.lapse(case, rows)
    for row in rows:
        if row.state != CaseMatter.State.INSPECTING:
            row.begin_inspection()
    update_rows(rows, ["state"])
    return visit


def _to_look_at_again(case: Case, today: Any) -> Inspection | None:
    """The visit whose open points are to be looked at again: the business has reported, or its period is over."""
    last = needs.last_notice(case)
    if last is None or hasattr(last, "followed_by") or not any(row.is_under_inspection for row in every_matter(case)):
        return None
    if last.reported_at is None and last.rectify_by is not None and today <= last.rectify_by:
        raise RuleViolation(
            "still_in_time",
            _("整改期限到 %(day)s 为止；经营者申请复查后，或者期满后，再安排复查") % {"day": last.rectify_by},
            rule="R2.22",
        )
    return last


def _name(
    visit: Inspection, body: str, officers: Sequence[User], slots: Collection[str], actor: Actor, at: datetime
) -> None:
    """The officers of one department, at least two with power for its matters (R2.18); they replace those named before."""
    chosen = {officer.pk: officer for officer in officers}
    able = User.objects.officers_of(body).filter(pk__in=chosen)
    if able.count() != len(chosen) or len(chosen) < FEWEST_OFFICERS:
        name = visit.case.own_catalogue.departments[body].short_name
        raise RuleViolation(
            "too_few_officers",
            _("%(body)s须指派两名以上有权核查的人员") % {"body": name},
            field="officers",
            rule="R2.18",
        )
    visit.officers.filter(body_id=body).delete()
    insert_rows(
        [
            InspectionOfficer(inspection=visit, officer=one, body_id=body, named_at=at, named_by_id=actor.user_id)
            for one in chosen.values()
        ]
    )
    visit.suits = {**visit.suits, body: list(slots)}
    names = [str(one) for one in chosen.values()]
    note(visit.case, "inspection_officers_named", visit, actor, at, body=body, officers=names, slots=list(slots))


def _require_movable(visit: Inspection, at: datetime) -> None:
    """Before the day of the visit, and once."""
    if visit.state != Inspection.State.SCHEDULED or visit.on is None:
        raise RuleViolation("not_scheduled", _("这次核查还没有约定时间，或者已经结束"))
    if visit.wishes >= MOST_WISHES:
        raise RuleViolation(
            "moved_once", _("每次核查可以改期一次，这次已经改过；确有困难的，请联系牵头部门"), rule="R2.21"
        )
    if localtime(at).date() >= visit.on:
        raise RuleViolation("day_has_come", _("改期须在核查日的前一天以前提出；请联系牵头部门"), rule="R2.21")
