"""Decisions per matter: grant and refuse, each by its own department, each with its own paper (R1.5, R2.38)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries import combining
from outbox import post
from permits import clock, documents, messages, prerequisites, service, statements
from permits.barring import bars
from permits.bodies import body
from permits.hearing.heard import require_heard
from permits.inspections import leaving, needs
from permits.intake import HEAD
from permits.late import conditional
from permits.law import bar_terms, remedies
from permits.law.validity import last_day_of_validity
from permits.locking import holding
from permits.models import Case, CaseMatter, Document, Section
from permits.promises import post_checks
from permits.rules import body_code, require_own_matters, require_reason, require_role, require_state


class Outcome(StrEnum):
    """What is left to do once a decision is made."""

    OPEN = "open"
    HELD = "held"
    """All is decided and something granted; a paper that may come late is still lacking (R6.10)."""
    LICENCE = "licence"
    SINGLE = "single"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def grant(
    case: Case,
    *,
    matters: Sequence[str],
    actor: Actor,
    at: datetime,
    scopes: Mapping[str, str] | None = None,
    opinion: str = "",
    unvisited: str | Mapping[str, str] = needs.CHECKED_BY_ITSELF,
) -> Outcome:
    """Grant these matters (准予, R2.24): scope and validity, a decision with its number for each (R2.38).

    `unvisited`: why there was no joint visit for a matter that needs a site check; without a reason it is refused.
    """
    with holding(case):
        rows, everything, actor = matters_to_decide(case, matters, actor, at)
        _require_one_person(rows)
        needs.require_grantable(rows, unvisited)
        for row in rows:
            row.scope = (scopes or {}).get(row.matter, row.scope)
        return grant_rows(case, rows, everything, actor, at, opinion=opinion)


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime, ground: str = "") -> Outcome:
    """Refuse these matters (不予许可, R2.25): in writing, with reasons and that department's remedies (R2.35).

    `ground`: `false_material` where facts were hidden or false; the matter is then barred for a time (R2.27).
    """
    reason = require_reason(reason)
    require_ground(ground)
    with holding(case):
        rows, everything, actor = matters_to_decide(case, matters, actor, at)
        _require_one_person(rows)
        needs.require_refusable(case, rows, timezone.localtime(at).date())
        return refuse_rows(case, rows, everything, reason, actor, at, ground=ground)


def grant_rows(
    case: Case,
    rows: list[CaseMatter],
    everything: list[CaseMatter],
    actor: Actor,
    at: datetime,
    *,
    opinion: str = "",
    handler: str = "",
) -> Outcome:
    """Grant what was found decidable in a held case. `handler`: who proposed it, where two persons decide."""
    require_eligible(rows)
    prerequisites.require_granted(case, rows, everything)
    on = timezone.localtime(at).date()
    require_heard(rows, on, favours_applicant=True)
    conditions = conditional.conditions(case, rows)
    whole = [row for row in rows if row.matter not in conditions]
    for row in whole:
        row.valid_from, row.valid_to = on, last_day_of_validity(on, row.validity_years)
    checks = post_checks.open_checks(case, whole, on=on)
    drafts = []
    for row in rows:
        facts = _facts(row) | post_checks.told(checks.get(row.matter)) | conditions.get(row.matter, {})
        drafts.append(documents.Draft(Document.Kind.GRANT_DECISION, body(body_code(row)), [row], facts))
    papers, parcels = documents.write(case, drafts, at=at)
    for row, paper in zip(rows, papers, strict=True):
        row.permit_number = paper.number
        row.grant()
    return _record(case, rows, everything, "granted", actor, at, opinion, parcels, handler)


def refuse_rows(
    case: Case,
    rows: list[CaseMatter],
    everything: list[CaseMatter],
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    handler: str = "",
    ground: str = "",
) -> Outcome:
    """Refuse what was found decidable in a held case. `handler`: who proposed it, where two persons decide."""
    on, drafts, known_on = timezone.localtime(at).date(), [], service.known_on(case, at)
    record = require_heard(rows, on)
    for row in rows:
        row.reason = reason
        own = body(body_code(row))
        told = remedies.with_last_days(own.remedies, known_on, current_calendar())
        facts = _facts(row) | {"reason": reason, "remedies": told} | bars.told([row], ground, on)
        facts |= {"evidence": record[row.matter]} if row.matter in record else {}
        drafts.append(documents.Draft(Document.Kind.REFUSAL_DECISION, own, [row], facts))
    papers, parcels = documents.write(case, drafts, at=at)
    parcels += leaving.leave(case, leaving.under_way(rows), "已作出不予许可决定", actor=actor, at=at)
    for row in rows:
        row.refuse()
    if ground:
        bars.arise(case, list(zip(rows, papers, strict=True)), ground, actor=actor, at=at)
    return _record(case, rows, everything, "refused", actor, at, reason, parcels, handler)


def require_ground(ground: str) -> None:
    """A refusal rests on the conditions, or on hidden or false facts; no other ground has consequences of its own."""
    if ground not in ("", bar_terms.Ground.FALSE_MATERIAL):
        raise RuleViolation("no_such_ground", _("请选择不予许可的情形"), field="ground", rule="R2.27")


def outcome_of(matters: Sequence[CaseMatter], *, licensed: bool = False, merging: int = 0) -> Outcome:
    """Undecided matters keep the case open; two granted make a combined licence, one its own permit (R1.9).

    Permits held before that join it (`merging`) count among the two, but for nothing alone (R1.10).
    A permit that has ended meanwhile makes none; a licence that went out early (`licensed`) is completed, whatever
    became of its permits. Where nothing was decided because all was withdrawn, so is the application.
    """
    if any(matter.is_undecided for matter in matters):
        return Outcome.OPEN
    granted = [matter for matter in matters if matter.state == CaseMatter.State.GRANTED]
    if granted:
        standing = sum(matter.permit_ended_at is None for matter in granted)
        merged = merging if standing else 0
        return Outcome.LICENCE if licensed or combining.suffice(standing + merged) else Outcome.SINGLE
    refused = any(matter.state == CaseMatter.State.REFUSED for matter in matters)
    return Outcome.REFUSED if refused else Outcome.WITHDRAWN


def outcome_now(case: Case, everything: Sequence[CaseMatter], at: datetime) -> Outcome:
    """The outcome of a held case whose matters have just changed: nothing ends with a grant while a promised paper that
    somebody still needs is lacking (R6.10)."""
    licensed = case.issued_early_at is not None
    outcome = outcome_of(everything, licensed=licensed, merging=case.__dict__["merging"])
    left = conditional.release(case, everything, at)
    return Outcome.HELD if left and outcome in (Outcome.LICENCE, Outcome.SINGLE) else outcome


def matters_to_decide(
    case: Case, ids: Sequence[str], actor: Actor, at: datetime, *, allow_stopped: bool = False
) -> tuple[list[CaseMatter], list[CaseMatter], Actor]:
    """The matters of these ids that the actor may decide now, all matters of the held case, and the actor as the log names
    them: whoever works on what an absent colleague has claimed does it in their place."""
    rows, everything = own_open_matters(case, ids, actor, allow_stopped=allow_stopped)
    return rows, everything, claimable(rows[0], actor, at)


def own_open_matters(
    case: Case, ids: Sequence[str], actor: Actor, *, allow_stopped: bool = False
) -> tuple[list[CaseMatter], list[CaseMatter]]:
    """The matters of these ids that the actor's body still has to decide, whoever has claimed them, and all of the case."""
    require_role(actor, User.Role.OFFICER)
    require_state(case, *Case.UNDECIDED_STATES)
    everything = statements.all_matters(case)
    rows = [row for row in everything if row.matter in set(ids)]
    unknown = set(ids) - {row.matter for row in rows}
    if unknown or not rows:
        raise RuleViolation(
            "unknown_matter",
            _("本办件没有事项:%(names)s") % {"names": "、".join(sorted(unknown)) or "—"},
            field="matters",
        )
    require_own_matters(actor, rows)
    for row in rows:
        require_undecided(row)
        if not allow_stopped:
            require_running(row)
    return rows, everything


def _require_one_person(rows: Sequence[CaseMatter]) -> None:
    """What the catalogue gives to two persons is proposed by one and approved by another, never decided by one alone."""
    for row in rows:
        if row.two_persons:
            raise RuleViolation(
                "two_persons",
                _("“%(name)s”须由两人办理：请先提出拟办意见，由另一名审批人员审批") % {"name": row.name},
                rule="R1.2",
            )


def require_eligible(rows: Sequence[CaseMatter]) -> None:
    """Nothing is granted by commitment to whoever has a breach on record that is not repaired, since when ever (R6.4)."""
    if barred := [row.name for row in rows if row.route == CaseMatter.Route.COMMITMENT and row.__dict__["is_breached"]]:
        raise RuleViolation(
            "breach_on_record",
            _(
                "“%(names)s”现在不能以告知承诺方式准予：经营者有未修复的违背承诺记录。信用修复后可以准予；"
                "办理期限内不能修复的，请写明理由不予许可，并告知申请人可以改按一般程序重新申请"
            )
            % {"names": "、".join(barred)},
            field="matters",
            rule="R6.4",
        )


def require_running(row: CaseMatter) -> None:
    """While a step of article 45 is under way there is nothing to decide on yet: its result comes first (R2.21, R2.23)."""
    if row.__dict__["is_stopped"]:
        raise RuleViolation(
            "clock_stands",
            _("“%(name)s”正在进行不计入期限的程序,请先恢复计时,再作出决定") % {"name": row.name},
            rule="R2.21",
        )


def require_undecided(row: CaseMatter) -> None:
    """A matter is decided once."""
    if not row.is_undecided:
        raise RuleViolation(
            "already_decided",
            _("“%(name)s”已于%(on)s作出决定(%(state)s),不能重复决定")
            % {"name": row.name, "on": row.decided_on or "—", "state": row.state_words()},
        )


def claimable(row: CaseMatter, actor: Actor, at: datetime) -> Actor:
    """A section that a colleague has claimed is the colleague's until handed over, or their substitute's while absent."""
    named = substitutions.acting(actor, row.__dict__["claimant"], at)
    if named is None:
        raise RuleViolation(
            "claimed_by_other", _("这一环节已由 %(name)s 领取,请先由其转交") % {"name": row.section.claimed_by}
        )
    return named


def _facts(row: CaseMatter) -> dict[str, object]:
    return {
        "matter": row.matter,
        "name": row.name,
        "kind": row.kind,
        "route": row.route,
        "body_name": body(body_code(row)).name,
        "scope": row.scope,
        "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""),
    }


def _record(
    case: Case,
    rows: list[CaseMatter],
    everything: list[CaseMatter],
    act: str,
    actor: Actor,
    at: datetime,
    opinion: str,
    parcels: list[documents.Parcel],
    handler: str,
) -> Outcome:
    for row in rows:
        row.ended_at, row.decided_on = at, timezone.localtime(at).date()
        row.decided_by_id, row.opinion = actor.user_id, opinion
    update_rows(rows, DECISION_COLUMNS)
    move_limits(rows, everything)
    outcome = outcome_now(case, everything, at)
    close(case, outcome, at)
    facts = {"matters": [row.matter for row in rows], "reason": rows[0].reason, "opinion": opinion}
    facts |= {"handled_by": handler} if handler else {}
    chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
    if act == "refused":
        parcels = [*parcels, *service.on_line(case)]
    update_rows([case], ["state", "closed_at", *HEAD])
    parcels = [*parcels, *issuing_parcels(case, rows, outcome, at)]
    parcels += [
        messages.told(case, act, at=at, matters=facts["matters"]),
        *prerequisites.told(case, rows, everything, at),
    ]
    if outcome is Outcome.SINGLE:
        parcels.append(told_single(case, everything, at))
    post.put_many(parcels, at=at)
    return outcome


def told_single(case: Case, everything: Sequence[CaseMatter], at: datetime) -> documents.Parcel:
    """The message that all is decided and one permit stands; or none, where it ended meanwhile (R2.33)."""
    stands = any(row.state == CaseMatter.State.GRANTED and row.permit_ended_at is None for row in everything)
    return messages.told(case, "single_permit", at=at, **({} if stands else {"ended": True}))


def issuing_parcels(case: Case, rows: Sequence[CaseMatter], outcome: Outcome, at: datetime) -> list[documents.Parcel]:
    """What issuing has to do next: all of it after the last decision; its licence's next version after a late grant.

    Issuing is a step of its own: whatever goes wrong there must not take a decision back.
    """
    payload = {"case": case.pk, "at": at.isoformat()}
    if outcome is Outcome.LICENCE:
        return [("permits.all_decided", f"all_decided:{case.pk}", payload)]
    granted = [row.matter for row in rows if row.state == CaseMatter.State.GRANTED]
    if outcome is Outcome.OPEN and case.issued_early_at and granted:
        return [("permits.granted_late", late_grant_key(case, granted[0]), payload)]
    return []


def late_grant_key(case: Case, matter: str) -> str:
    """The key of the parcel that brings a late grant onto the licence; a matter is granted once."""
    return f"granted_late:{case.pk}:{matter}"


DECISION_COLUMNS = [
    "state",
    "ended_at",
    "decided_on",
    "decided_by",
    "handled_by",
    "reason",
    "opinion",
    "permit_number",
    "scope",
    "valid_from",
    "valid_to",
    "site_check",
    "site_check_reason",
]


def move_limits(rows: list[CaseMatter], everything: list[CaseMatter]) -> None:
    """While some matters of a section are open, its limits are the earliest of those."""
    for section_id in {row.section_id for row in rows}:
        left = [row for row in everything if row.section_id == section_id and row.is_undecided]
        if left:
            Section.objects.filter(pk=section_id).update(
                promised_by=clock.earliest(row.promised_by for row in left if row.promised_by),
                statutory_by=clock.earliest(row.statutory_by for row in left if row.statutory_by),
            )


def close(case: Case, outcome: Outcome, at: datetime) -> None:
    """With a licence to make the case stays open until it is made; else the last decision closes it."""
    match outcome:
        case Outcome.SINGLE:
            case.close_single()
            case.closed_at = at
        case Outcome.REFUSED:
            case.close_refused()
            case.closed_at = at
        case Outcome.WITHDRAWN:
            case.withdraw()
            case.closed_at = at
        case _:
            case.begin_deciding()
