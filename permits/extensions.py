"""The one extension of a limit: asked for with its reason, approved by the right head before the limit ends (R2.19, R2.20).

It moves the statutory limit and never the promise. The joint limit of the whole case is extended by the head of the
district government, at the request of the service office.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import SYSTEM, Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from outbox import post
from permits import clock, documents, limits, messages
from permits.bodies import body, service_office
from permits.decisions import matters_to_decide
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Document, LimitExtension
from permits.rules import body_code, require_reason, require_role, require_state

LEVEL_NAMES = {LimitExtension.Level.ORGAN: "本行政机关负责人", LimitExtension.Level.GOVERNMENT: "区人民政府负责人"}
"""The approvers as official papers name them."""


def request_extension(
    case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime
) -> list[LimitExtension]:
    """Ask the head of one's own organ to extend these matters' statutory limits, each once (R2.19)."""
    with holding(case):
        rows, actor = _extendable(case, matters, actor, at)
        reason = require_reason(reason)
        asked = [_asked(case, row, reason, actor, at) for row in rows]
        insert_rows(asked)
        facts = {"body": actor.body, "matters": [row.matter for row in rows], "reason": reason}
        chain.append(case, act="extension_requested", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        about = {"matters": facts["matters"], "reason": facts["reason"]}
        post.put_many([messages.told(case, "extension_requested", at=at, **about)], at=at)
        return asked


def approve_extension(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> list[LimitExtension]:
    """The head approves what was asked, while the limit still runs (R2.20): the statute moves, each party is told why."""
    with holding(case):
        rows, asked, actor = _waiting(case, matters, actor, at)
        for row in rows:
            _require_in_time(row, at)
        return _extend(case, rows, asked, actor, at)


def reject_extension(
    case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime
) -> list[LimitExtension]:
    """The head does not approve; the limit stays."""
    with holding(case):
        rows, asked, actor = _waiting(case, matters, actor, at)
        reason = require_reason(reason)
        for extension in asked:
            extension.reject()
            extension.answer = reason
            extension.decided_by_id, extension.decided_at = actor.user_id, at
        update_rows(asked, ["state", "answer", "decided_by", "decided_at"])
        facts = {"body": actor.body, "matters": [row.matter for row in rows], "reason": reason}
        chain.append(case, act="extension_rejected", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        _tell_rejected(case, facts, at)
        return asked


def lapse(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """End the requests that nobody answered while the limit ran: it cannot be extended any more (R2.20). Says whether any were."""
    with holding(case):
        found = overdue(timezone.localtime(at).date()).filter(case=case).select_related("case_matter")
        asked = list(found.order_by("pk"))
        if not asked:
            return False
        reason = "法定期限届满前没有批准"
        for extension in asked:
            extension.reject()
            extension.answer, extension.decided_at = reason, at
        update_rows(asked, ["state", "answer", "decided_at"])
        facts = {"matters": [one.case_matter.matter for one in asked if one.case_matter], "reason": reason}
        chain.append(case, act="extension_rejected", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        _tell_rejected(case, facts, at)
        return True


def overdue(today: date) -> QuerySet[LimitExtension]:
    """Requests that wait although the limit of their matter has passed."""
    return LimitExtension.objects.filter(
        state=LimitExtension.State.REQUESTED,
        case__state__in=Case.UNDECIDED_STATES,
        case_matter__ended_at=None,
        case_matter__statutory_by__lt=today,
    )


def _tell_rejected(case: Case, facts: Mapping[str, Any], at: datetime) -> None:
    """Whoever asked learns that the limit stays, and why; the applicant was not told of the request."""
    about = {"matters": facts["matters"], "reason": facts["reason"]}
    post.put_many([messages.told(case, "extension_rejected", at=at, **about)], at=at)


def extend(
    case: Case, *, matters: Sequence[str], reason: str, actor: Actor, approver: Actor, at: datetime
) -> list[LimitExtension]:
    """Ask and approve in one act, for an approval that was given on paper: the officer records it, the head answers."""
    with holding(case):
        rows, actor = _extendable(case, matters, actor, at)
        approver = _head(approver, at)
        _require_not_own(approver, {actor.user_id})
        asked = [_asked(case, row, require_reason(reason), actor, at) for row in rows]
        insert_rows(asked)
        return _extend(case, rows, asked, approver, at)


def extend_jointly(case: Case, *, reason: str, approver: str, actor: Actor, at: datetime) -> LimitExtension:
    """Record that the head of the district government extended the joint limit by 15 working days, once (R2.19).

    The applicant is told with the reasons, by a notice of the service office about all matters that are still handled.
    """
    require_role(actor, User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
    with holding(case):
        require_state(case, *Case.UNDECIDED_STATES)
        if not approver.strip():
            raise RuleViolation("approver_missing", _("请写明批准人姓名和职务"), field="approver", rule="R2.19")
        if case.extensions.filter(case_matter=None).exclude(state=LimitExtension.State.REJECTED).exists():
            raise RuleViolation("extended_once", _("本办件的联合办理期限已经延长过一次"), rule="R2.19")
        before = _running_joint_limit(case, at)
        extension = LimitExtension(
            case=case,
            days=clock.JOINT_EXTENSION_DAYS,
            day_type=clock.DayType.WORKING,
            reason=require_reason(reason),
            level=LimitExtension.Level.GOVERNMENT,
            requested_by_id=actor.user_id,
            requested_at=at,
            decided_by_id=actor.user_id,
            decided_at=at,
        )
        extension.approve()
        insert_rows([extension])
        notice = _joint_notice(case, extension, before, approver.strip())
        papers, parcels = documents.write(case, [notice], at=at)
        facts = {
            "days": extension.days,
            "old_by": notice.facts["old_by"],
            "new_by": notice.facts["new_by"],
            "reason": extension.reason,
            "approver": approver.strip(),
            "notice": papers[0].number,
        }
        chain.append(case, act="joint_limit_extended", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        about = {"reason": extension.reason, "new_by": notice.facts["new_by"]}
        post.put_many([*parcels, messages.told(case, "joint_limit_extended", at=at, **about)], at=at)
        return extension


def _extend(
    case: Case, rows: Sequence[CaseMatter], asked: Sequence[LimitExtension], approver: Actor, at: datetime
) -> list[LimitExtension]:
    """Move the limits and write the notices, one for each matter."""
    before = {row.matter: row.statutory_by for row in rows}
    for extension in asked:
        extension.approve()
        extension.decided_by_id, extension.decided_at = approver.user_id, at
    update_rows(asked, ["state", "decided_by", "decided_at"])
    moved = limits.rewrite(case, current_calendar())
    after = {move.matter: move.after for move in moved if move.limit == "statutory_by"}
    drafts = [
        _notice(row, extension, before[row.matter], after.get(row.matter), approver)
        for row, extension in zip(rows, asked, strict=True)
    ]
    papers, parcels = documents.write(case, drafts, at=at)
    facts = {
        "matters": [row.matter for row in rows],
        "reason": asked[0].reason,
        "notices": [paper.number for paper in papers],
        "moved": [move.as_facts() for move in moved],
    }
    chain.append(case, act="limit_extended", actor=approver.label, at=at, facts=facts)
    update_rows([case], ["promised_by", "provisional", *HEAD])
    about = {"matters": facts["matters"], "reason": facts["reason"]}
    post.put_many([*parcels, messages.told(case, "limit_extended", at=at, **about)], at=at)
    return list(asked)


def postponed_notices(case: Case, rows: Sequence[CaseMatter]) -> list[documents.Draft]:
    """Extensions of these matters that were approved while the clock stood: the notice named no days, which are known now (R6.3)."""
    extended = LimitExtension.objects.filter(case_matter__in=rows, state=LimitExtension.State.APPROVED)
    told = {
        matter: paper.facts
        for paper in case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE).order_by("pk")
        for matter in paper.matters
        if not paper.facts.get("joint")
    }
    fresh = {row.pk: row for row in case.matters.select_related("section") if row.statutory_by}
    drafts = []
    for extension in extended.order_by("pk"):
        row = fresh.get(extension.case_matter_id or 0)
        old = told.get(row.matter) if row else None
        if row is None or old is None or old["new_by"]:
            continue
        facts = {name: old[name] for name in ("days", "day_type", "reason", "approver_level", "approver")}
        facts |= {"old_by": _unextended(case, row), "new_by": str(row.statutory_by), "provisional": case.provisional}
        drafts.append(documents.Draft(Document.Kind.EXTENSION_NOTICE, body(row.section.body_id), [row], facts))
    return drafts


def _unextended(case: Case, row: CaseMatter) -> str:
    """The last day that the matter would have without its extension."""
    assert case.accepted_on is not None  # a clock ran
    own = limits.limits_of(row, limits.facts_of(case).stops.get(row.pk, ()))
    day = clock.dates(current_calendar(), case.accepted_on, own).statutory_by
    return str(day or "")


def _extendable(case: Case, ids: Sequence[str], actor: Actor, at: datetime) -> tuple[list[CaseMatter], Actor]:
    """The actor's own undecided matters, none of them extended or asked for before, all of them in time; and the actor as
    the log names them."""
    rows, _everything, actor = matters_to_decide(case, ids, actor, at, allow_stopped=True)
    earlier = set(case.extensions.exclude(state=LimitExtension.State.REJECTED).values_list("case_matter_id", flat=True))
    for row in rows:
        if row.pk in earlier:
            raise RuleViolation(
                "extended_once", _("“%(name)s”的期限只能申请延长一次") % {"name": row.name}, rule="R2.20"
            )
        _require_in_time(row, at)
    return rows, actor


def _require_in_time(row: CaseMatter, at: datetime) -> None:
    """An extension is decided before the limit ends; its last day is still in time. A standing clock has no limit yet."""
    if row.statutory_by and timezone.localtime(at).date() > row.statutory_by:
        raise RuleViolation(
            "limit_over",
            _("“%(name)s”的法定期限已于 %(day)s 届满,不能再延长") % {"name": row.name, "day": row.statutory_by},
            rule="R2.20",
        )


def joint_limit(case: Case, *, extended: bool) -> Deadline | None:
    """The last day of handling an accepted case jointly, with the extension or without; None while a clock stands."""
    assert case.accepted_on is not None  # the caller asks about accepted cases
    stops = [stop.as_fact for stop in case.stops.all()]
    return clock.joint_limit(current_calendar(), case.accepted_on, stops, extended=extended)


def _running_joint_limit(case: Case, at: datetime) -> Deadline | None:
    """The joint limit as it stands; refused once it is over (R2.20)."""
    limit = joint_limit(case, extended=False)
    if limit and timezone.localtime(at).date() > limit.date:
        raise RuleViolation(
            "limit_over", _("联合办理期限已于 %(day)s 届满,不能再延长") % {"day": limit.date}, rule="R2.20"
        )
    return limit


def _joint_notice(case: Case, extension: LimitExtension, before: Deadline | None, approver: str) -> documents.Draft:
    """The notice about the whole case (art. 42 para 2): the reasons are told to the applicant."""
    after = joint_limit(case, extended=True)
    facts = {
        "joint": True,
        "old_by": str(before.date) if before else "",
        "new_by": str(after.date) if after else "",
        "days": extension.days,
        "day_type": extension.day_type,
        "reason": extension.reason,
        "approver_level": LEVEL_NAMES[LimitExtension.Level(extension.level)],
        "approver": approver,
        "provisional": any(limit.provisional for limit in (before, after) if limit),
    }
    handled = [row for row in case.matters.select_related("section") if row.is_undecided]
    return documents.Draft(Document.Kind.EXTENSION_NOTICE, service_office(), handled, facts)


def _head(actor: Actor, at: datetime) -> Actor:
    """The head of the organ as the log names them: only the head extends (art. 42), or who was named to do it in the place
    of an absent one."""
    named = substitutions.acting_head(actor, at)
    if named is None:
        raise RuleViolation("not_the_head", _("延长期限须由本行政机关负责人批准"), rule="R2.19")
    return named


def _waiting(
    case: Case, ids: Sequence[str], actor: Actor, at: datetime
) -> tuple[list[CaseMatter], list[LimitExtension], Actor]:
    """The matters of the head's own organ for which an extension was asked, with what was asked, in the same order; and the
    head as the log names them."""
    require_role(actor, User.Role.OFFICER)
    actor = _head(actor, at)
    require_state(case, *Case.UNDECIDED_STATES)
    waiting = case.extensions.filter(
        state=LimitExtension.State.REQUESTED, case_matter__matter__in=ids, case_matter__section__body_id=actor.body
    ).select_related("case_matter__section")
    asked = [extension for extension in waiting if extension.case_matter and extension.case_matter.is_undecided]
    if {extension.case_matter.matter for extension in asked if extension.case_matter} != set(ids) or not ids:
        raise RuleViolation("nothing_asked", _("没有待您批准的延长申请;请刷新页面查看最新情况"), rule="R2.19")
    rows = [extension.case_matter for extension in asked if extension.case_matter]
    for row in rows:
        row.__dict__["body_code"] = row.section.body_id
    _require_not_own(actor, {one.requested_by_id for one in asked})
    return rows, asked, actor


def _require_not_own(head: Actor, askers: Collection[int | None]) -> None:
    """Who acts in the head's place does not approve what they asked for themselves."""
    if head.stands_in_for is not None and head.user_id in askers:
        raise RuleViolation(
            "own_request", _("您自己提出的延长申请，不能由您代负责人批准；请由另一位负责人批准"), rule="R2.19"
        )


def _asked(case: Case, row: CaseMatter, reason: str, actor: Actor, at: datetime) -> LimitExtension:
    own_days = case.own_catalogue.matters[row.matter].extension_days
    return LimitExtension(
        case=case,
        case_matter=row,
        days=own_days or clock.EXTENSION_DAYS,
        day_type=row.day_type if own_days else clock.DayType.WORKING,
        reason=reason,
        requested_by_id=actor.user_id,
        requested_at=at,
    )


def _notice(
    row: CaseMatter, extension: LimitExtension, before: date | None, after: date | None, approver: Actor
) -> documents.Draft:
    facts = {
        "old_by": str(before or ""),
        "new_by": str(after or ""),
        "days": extension.days,
        "day_type": extension.day_type,
        "reason": extension.reason,
        "approver_level": LEVEL_NAMES[LimitExtension.Level(extension.level)],
        "approver": approver.label.partition(" ")[2] or approver.label,
    }
    return documents.Draft(Document.Kind.EXTENSION_NOTICE, body(body_code(row)), [row], facts)
