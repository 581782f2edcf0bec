"""The one extension of a limit: asked for with its reason, approved by the right head before the limit ends (R2.19, R2.20).

It moves the statutory limit and never the promise. The joint limit of the whole case is `permits.deadlines.joint_extensions`'.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import SYSTEM, Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import clock, documents, messages
from permits.deadlines import limits
from permits.deadlines.extension_notices import notice_of
from permits.decisions import matters_to_decide
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, LimitExtension
from permits.rules import require_reason, require_role, require_state


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
        _require_in_time(case, rows, at)
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
        today = timezone.localtime(at).date()
        found = overdue(today).filter(case=case).select_related("case_matter").order_by("pk")
        asked = [one for one in found if one.case_matter and limit_now(case, one.case_matter, today) < today]
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
    """Requests that wait although the limit of their matter has passed, or may have passed before its clock was stopped."""
    return LimitExtension.objects.filter(
        Q(case_matter__statutory_by__lt=today) | Q(case_matter__statutory_by=None),
        state=LimitExtension.State.REQUESTED,
        case__state__in=Case.UNDECIDED_STATES,
        case_matter__ended_at=None,
    )


def limit_now(case: Case, row: CaseMatter, today: date) -> date:
    """The statutory limit of an undecided matter of an accepted case on a day, whether its clock runs or stands."""
    if row.statutory_by is not None:
        return row.statutory_by
    assert case.accepted_on is not None  # before acceptance nothing is extended
    return clock.limit_now(current_calendar(), case.accepted_on, limits.facts_of(case).limits(row), today)


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
        notice_of(row, extension, before[row.matter], after.get(row.matter), approver)
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
    _require_in_time(case, rows, at)
    return rows, actor


def _require_in_time(case: Case, rows: Sequence[CaseMatter], at: datetime) -> None:
    """An extension is decided before the limit ends; its last day is still in time. A stop brings no limit back that was over
    when it began."""
    today = timezone.localtime(at).date()
    for row in rows:
        if today > (by := limit_now(case, row, today)):
            raise RuleViolation(
                "limit_over",
                _("“%(name)s”的法定期限已于 %(day)s 届满,不能再延长") % {"name": row.name, "day": by},
                rule="R2.20",
            )


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
