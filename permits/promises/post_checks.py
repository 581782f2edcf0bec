"""The check after a commitment (事中事后核查): opened with the grant in force, made by the department, and what follows (R6.5, R6.6).

kept → done; broken → ordered to rectify → kept after all, or, once the period is over, revoked (`certificates.life`).
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import documents, messages, service
from permits.bodies import body
from permits.intake import HEAD
from permits.law import remedies
from permits.law.check_window import due_on, window_of
from permits.locking import holding
from permits.models import Case, CaseMatter, Document, PostCheck
from permits.promises import proofs
from permits.rules import require_reason, require_role

KEPT, BROKEN = "kept", "broken"
MOST_DAYS = 60
"""Working days for putting things right; who gives more has not ordered anything."""
FIRST_COLUMNS = ("state", "done_on", "by", "findings", "order", "rectify_by")
SECOND_COLUMNS = ("state", "rechecked_on", "rechecked_by", "recheck_findings")


def open_checks(case: Case, rows: Sequence[CaseMatter], *, on: date) -> dict[str, PostCheck]:
    """A check for each of these matters whose grant by commitment is in force from this day, by matter; nothing is written
    for any other."""
    promised = [row for row in rows if row.route == CaseMatter.Route.COMMITMENT]
    if not promised:
        return {}
    calendar, matters = current_calendar(), case.own_catalogue.matters
    checks = []
    for row in promised:
        limit = due_on(calendar, on, window_of(matters[row.matter]))
        mandatory = matters[row.matter].post_check_mandatory
        checks.append(PostCheck(case_matter=row, due_on=limit.date, provisional=limit.provisional, mandatory=mandatory))
    insert_rows(checks)
    return {check.case_matter.matter: check for check in checks}


def told(check: PostCheck | None) -> dict[str, Any]:
    """What the decision says of the check that follows it."""
    return {"check_by": str(check.due_on)} | ({"provisional": True} if check.provisional else {}) if check else {}


def post_check(
    case: Case,
    *,
    matters: Sequence[str],
    result: str,
    actor: Actor,
    at: datetime,
    findings: str = "",
    items: Sequence[str] = (),
    days: int = 0,
    untrue: Collection[str] = (),
) -> list[PostCheck]:
    """Record a check: the first one, or the second where an order to rectify is running."""
    with holding(case):
        ordered = PostCheck.objects.filter(
            case_matter__case=case, case_matter__matter__in=list(matters), state=PostCheck.State.BROKEN
        )
        if ordered.exists():
            return recheck(case, matters=matters, result=result, findings=findings, actor=actor, at=at)
        return check(
            case,
            matters=matters,
            result=result,
            findings=findings,
            items=items,
            days=days,
            untrue=untrue,
            actor=actor,
            at=at,
        )


def check(
    case: Case,
    *,
    matters: Sequence[str],
    result: str,
    actor: Actor,
    at: datetime,
    findings: str = "",
    items: Sequence[str] = (),
    days: int = 0,
    untrue: Collection[str] = (),
) -> list[PostCheck]:
    """Record the check of these matters: `kept`; or `broken`, with an order to rectify `items` within `days` working days.

    `days` 0: the usual period. `untrue`: the promised proofs (material ids) that were found untrue; one of them breaks the
    commitment (R6.7). A broken commitment is never revoked here: the order goes before (R6.6).
    """
    with holding(case):
        checks = _checks(case, matters, actor)
        _require_stage(checks, PostCheck.State.DUE)
        if untrue and _checked(result) == KEPT:
            raise RuleViolation(
                "untrue_proof", _("有证明事项承诺不实的，核查结果应为“与承诺不符”"), field="result", rule="R6.7"
            )
        proofs.record_findings(checks, untrue)
        today = timezone.localtime(at).date()
        for one in checks:
            one.done_on, one.by_id, one.findings = today, actor.user_id, findings.strip()
        parcels: list[documents.Parcel] = []
        facts: dict[str, Any] = {"matters": [one.case_matter.matter for one in checks], "findings": findings.strip()}
        if untrue:
            facts["untrue"] = sorted(untrue)
        if _checked(result) == KEPT:
            for one in checks:
                one.keep()
            act = "post_check_kept"
        else:
            parcels, due = _order(case, checks, require_reason(findings, "findings"), items, days, at)
            facts |= {"orders": [one.order.number for one in checks if one.order], "due_on": str(due)}
            act = "rectification_ordered"
        update_rows(checks, FIRST_COLUMNS)
        chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        if act == "rectification_ordered":
            orders = [one.order for one in checks if one.order]
            parcels += service.after_writing(case, orders, actor=actor, at=at)
            parcels.append(messages.told(case, act, at=at, matters=facts["matters"], due_on=facts["due_on"]))
        post.put_many(parcels, at=at)
        return checks


def _order(
    case: Case, checks: Sequence[PostCheck], findings: str, items: Sequence[str], days: int, at: datetime
) -> tuple[list[documents.Parcel], date]:
    """The orders to rectify, one per matter, with their last day."""
    wanted = [text.strip() for text in items if text.strip()]
    if not wanted:
        raise RuleViolation("nothing_to_rectify", _("请写明需要整改的内容，每行一项"), field="items", rule="R6.6")
    period = days or settings.RECTIFICATION_DAYS
    if not 0 < period <= MOST_DAYS:
        raise RuleViolation(
            "period_out_of_range",
            _("整改期限应为 1 至 %(most)d 个工作日") % {"most": MOST_DAYS},
            field="days",
            rule="R6.6",
        )
    calendar, today = current_calendar(), timezone.localtime(at).date()
    limit = calendar.add(today, period)
    due = limit.date
    drafts, known_on = [], service.known_on(case, at)
    for one in checks:
        own = body(one.case_matter.section.body_id)
        facts = {
            "found_on": str(today),
            "findings": findings,
            "items": wanted,
            "due_on": str(due),
            "provisional": limit.provisional,
            "remedies": remedies.with_last_days(own.remedies, known_on, calendar),
        }
        drafts.append(documents.Draft(Document.Kind.RECTIFICATION_ORDER, own, [one.case_matter], facts))
    papers, parcels = documents.write(case, drafts, at=at)
    for one, paper in zip(checks, papers, strict=True):
        one.order, one.rectify_by = paper, due
        one.order_rectification()
    return parcels, due


def recheck(
    case: Case, *, matters: Sequence[str], result: str, actor: Actor, at: datetime, findings: str = ""
) -> list[PostCheck]:
    """Record the second check: `kept` closes it, at any time; `broken` counts only once the period is over (R6.6)."""
    with holding(case):
        checks = _checks(case, matters, actor)
        _require_stage(checks, PostCheck.State.BROKEN)
        today, kept = timezone.localtime(at).date(), _checked(result) == KEPT
        for one in checks:
            if not kept:
                require_period_over(one, today)
            one.rechecked_on, one.rechecked_by_id, one.recheck_findings = today, actor.user_id, findings.strip()
            if kept:
                one.repair()
        update_rows(checks, SECOND_COLUMNS)
        facts = {"matters": [one.case_matter.matter for one in checks], "findings": findings.strip()}
        act = "post_check_repaired" if kept else "post_check_failed"
        chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return checks


def require_period_over(check: PostCheck, today: date) -> None:
    """Nobody is too late before the period of the order is over (R6.6)."""
    if check.rectify_by is None or today <= check.rectify_by:
        raise RuleViolation(
            "still_in_time",
            _("整改期限到 %(day)s 为止，期满之前不能认定逾期未整改，也不能撤销") % {"day": check.rectify_by or "—"},
            rule="R6.6",
        )


def revocable(case: Case, matters: Sequence[str], *, actor: Actor, today: date) -> list[PostCheck]:
    """The checks of these matters whose order to rectify has run out: what a revocation for a broken commitment needs."""
    checks = _checks(case, matters, actor)
    for one in checks:
        if one.state == PostCheck.State.DUE:
            raise RuleViolation(
                "order_first",
                _("“%(name)s”须先核查并责令限期整改，整改期满仍不符合的才能撤销") % {"name": one.case_matter.name},
                rule="R6.6",
            )
    _require_stage(checks, PostCheck.State.BROKEN)
    for one in checks:
        require_period_over(one, today)
    return checks


def close_revoked(checks: Sequence[PostCheck], *, findings: str, actor: Actor, today: date) -> None:
    """End the checks whose permits are being revoked; what the last check found is the revocation's own where none is noted."""
    for one in checks:
        if one.rechecked_on is None or findings:
            one.rechecked_on, one.rechecked_by_id, one.recheck_findings = today, actor.user_id, findings
        one.revoke()
    update_rows(checks, SECOND_COLUMNS)


def void(rows: Sequence[CaseMatter]) -> None:
    """End what is still to be checked of permits that have ended otherwise: by another act, or with their term."""
    checks = list(PostCheck.objects.filter(case_matter__in=list(rows), state__in=PostCheck.OPEN_STATES))
    for one in checks:
        one.void()
    update_rows(checks, ["state"])


def _checks(case: Case, matters: Sequence[str], actor: Actor) -> list[PostCheck]:
    """The checks of these matters of a held case, all of the actor's department."""
    require_role(actor, User.Role.OFFICER)
    found = PostCheck.objects.filter(case_matter__case=case, case_matter__matter__in=list(matters))
    checks = list(found.select_related("case_matter__section__body", "order").order_by("case_matter__position"))
    unknown = set(matters) - {one.case_matter.matter for one in checks}
    if unknown or not checks:
        raise RuleViolation(
            "no_post_check",
            _("这些事项没有事后核查任务：%(names)s") % {"names": "、".join(sorted(unknown)) or "—"},
            field="matters",
            rule="R6.5",
        )
    for one in checks:
        if one.case_matter.section.body_id != actor.body:
            raise RuleViolation(
                "not_your_matter",
                _("“%(name)s”由%(body)s决定,不属于您的部门")
                % {"name": one.case_matter.name, "body": one.case_matter.section.body.name},
                rule="R1.2",
            )
    return checks


def _require_stage(checks: Sequence[PostCheck], state: str) -> None:
    for one in checks:
        if one.state != state:
            raise RuleViolation(
                "other_stage",
                _("“%(name)s”的核查目前为“%(state)s”，不能进行这项操作")
                % {"name": one.case_matter.name, "state": PostCheck.State(one.state).label},
                rule="R6.6",
            )


def _checked(result: str) -> str:
    if result not in (KEPT, BROKEN):
        raise RuleViolation("no_such_result", _("请选择核查结果"), field="result")
    return result
