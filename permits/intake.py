"""Intake (一口受理): acceptance and non-acceptance. The one supplement notice is `permits.completeness.supplements`'."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import clock, documents, messages, service
from permits.barring import bars
from permits.bodies import service_office
from permits.deadlines.limits import start_clocks
from permits.late import lacking
from permits.law import remedies
from permits.locking import holding
from permits.models import Case, CaseMatter, Document
from permits.papers import grounds
from permits.rules import require_reason, require_role, require_state, served

HEAD = ("audit_length", "audit_head")
"""The columns that every act saves with the case: the head of its audit chain."""


def accept(case: Case, *, actor: Actor, at: datetime, takes_offer_back: bool = False) -> Case:
    """Accept (受理). The acceptance day is today, or the day on which the corrections were delivered (R2.9).

    Once five working days have passed in silence the law has accepted already, from the day of receipt (R2.8): the act records
    just that, whether or not the nightly run came by.

    `takes_offer_back`: whoever has offered to accept on a promise accepts without one, and knows that the papers cannot be
    asked for any more (R6.9).
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        if silent_from := accepted_in_silence(case, at):
            return _take_in(case, silent_from, Case.Acceptance.DEEMED, actor, at)
        if lacking.count(case) and not takes_offer_back:
            raise RuleViolation(
                "offer_out",
                _("已请申请人签署容缺受理承诺，签署后即受理；要不经承诺直接受理，请先确认收回容缺受理"),
                rule="R6.9",
            )
        today = timezone.localtime(at).date()
        accepted_on = case.complete_on if served(case) and case.complete_on else today
        return _take_in(case, accepted_on, Case.Acceptance.EXPLICIT, actor, at)


def accept_by_silence(case: Case, *, actor: Actor, at: datetime) -> Case | None:
    """Accept from the day of receipt because no notice came in five working days (R2.8); None while it is not due."""
    with holding(case):
        if case.state not in (Case.State.SUBMITTED, Case.State.SUPPLEMENT_REQUESTED):
            return None
        day = accepted_in_silence(case, at)
        return _take_in(case, day, Case.Acceptance.DEEMED, actor, at) if day else None


def accepted_in_silence(case: Case, at: datetime) -> date | None:
    """The day from which a submitted case is accepted by law, since no notice came in time (R2.8); None while there is time.

    A notice that was written in time and reached the applicant later did not come in time.
    """
    if case.complete_on is None:
        return None
    if case.state == Case.State.SUPPLEMENT_REQUESTED:
        today = timezone.localtime(at).date()
        return clock.untold_from(current_calendar(), case.complete_on, service.told_on(case), today)
    return clock.deemed_accepted_on(current_calendar(), case.complete_on, timezone.localtime(at).date())


def accept_tolerantly(case: Case, late: Mapping[str, Any], *, actor: Actor, at: datetime) -> Case:
    """Accept today although papers are lacking, which `permits.late.tolerating` has checked and had promised (R6.9).

    `late` is what the papers of the acceptance tell of it: `tolerated`, the list, and `letter`, as it was signed.
    """
    return _take_in(case, timezone.localtime(at).date(), Case.Acceptance.EXPLICIT, actor, at, late)


def _take_in(
    case: Case,
    accepted_on: date,
    acceptance: Case.Acceptance,
    actor: Actor,
    at: datetime,
    late: Mapping[str, Any] | None = None,
) -> Case:
    untold = {"untold": True} if case.state == Case.State.SUPPLEMENT_REQUESTED else {}
    case.accepted_on, case.acceptance = accepted_on, acceptance
    matters = list(going_on(case).select_related("section"))
    start_clocks(case, matters, current_calendar(), at)
    frozen = {"deemed": acceptance == Case.Acceptance.DEEMED, "clocks": _clocks(matters)}
    drafts = [documents.Draft(Document.Kind.ACCEPTANCE_NOTICE, service_office(), matters, frozen)]
    if late is None:
        lacking.lapse_offers(case, at)
    else:
        frozen["tolerated"] = late["tolerated"]
        drafts.append(documents.Draft(Document.Kind.COMMITMENT_LETTER, service_office(), matters, dict(late)))
    papers, parcels = documents.write(case, drafts, at=at)
    case.accept()
    chain.append(
        case,
        act="accepted",
        actor=actor.label,
        at=at,
        facts={"on": str(accepted_on), "how": str(acceptance), "notice": papers[0].number} | _late_days(late) | untold,
    )
    update_rows([case], ["state", "accepted_on", "acceptance", "promised_by", "provisional", *HEAD])
    event = "accepted_by_silence" if acceptance == Case.Acceptance.DEEMED else "accepted"
    told = {"papers": [one["name"] for one in late["tolerated"]], "due_on": _first_day(late)} if late else untold
    post.put_many([*parcels, messages.told(case, "accepted_tolerantly" if late else event, at=at, **told)], at=at)
    return case


def _first_day(late: Mapping[str, Any]) -> str:
    """The earliest last day of the papers that come later."""
    return min(str(point["due_on"]) for point in late["tolerated"])


def _late_days(late: Mapping[str, Any] | None) -> dict[str, Any]:
    """The papers that come later, each with its last day, as the log keeps them."""
    return {"papers": {point["material"]: point["due_on"] for point in late["tolerated"]}} if late else {}


def going_on(case: Case) -> QuerySet[CaseMatter]:
    """The matters that are still applied for: one can be withdrawn before acceptance."""
    return case.matters.filter(ended_at=None)


def _clocks(matters: list[CaseMatter]) -> dict[str, dict[str, object]]:
    """Each matter's route and dates as the acceptance notice states them."""
    return {
        matter.matter: {
            "route": matter.route,
            "statutory_days": matter.statutory_days,
            "day_type": matter.day_type,
            "statutory_by": str(matter.statutory_by),
            "promised_by": str(matter.promised_by),
        }
        for matter in matters
    }


def decline(
    case: Case,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    ground: str = "other",
    competent: str = "",
    matters: Sequence[str] = (),
    taken_by: str = "",
) -> Case:
    """Refuse acceptance (不予受理), in writing, with the clause, reasons and remedies (R2.7, R2.39).

    `ground` is a code of `grounds.DECLINES`; who is not competent names the body that is (art. 32(1)(2)). `matters`: those that
    false or hidden facts are about, which are barred for a time (R2.27); all that are applied for where none is named.
    `taken_by`: who takes the decision at the counter at once.
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        reason = require_reason(reason)
        if accepted_in_silence(case, at):
            raise RuleViolation(
                "silence_is_acceptance",
                _("已超过5个工作日未告知，该申请自收到材料之日起即为受理，不能再不予受理"),
                rule="R2.8",
            )
        lacking.lapse_offers(case, at)
        _check_ground(ground, competent, reason)
        office, taken_by = service_office(), service.require_taker(case, taken_by, at)
        known_on = service.known_on(case, at, taken_by)
        told = remedies.with_last_days(office.remedies, known_on, current_calendar())
        facts = {"reason": reason, "ground": ground, "competent": competent.strip(), "remedies": told}
        rows = list(going_on(case).select_related("section"))
        false = [row for row in rows if row.matter in matters or not matters]
        facts |= bars.told(false, ground, timezone.localtime(at).date())
        draft = documents.Draft(Document.Kind.DECLINE_DECISION, office, rows, facts)
        papers, parcels = documents.write(case, [draft], at=at)
        case.decline()
        case.closed_at = at
        bars.arise(case, [(row, papers[0]) for row in false], ground, actor=actor, at=at)
        facts = {"reason": reason, "ground": ground, "decision": papers[0].number}
        chain.append(case, act="declined", actor=actor.label, at=at, facts=facts)
        parcels += service.after_writing(case, papers, actor=actor, at=at, taken_by=taken_by)
        update_rows([case], ["state", "closed_at", *HEAD])
        post.put_many([*parcels, messages.told(case, "declined", at=at)], at=at)
        return case


def _check_ground(ground: str, competent: str, reason: str) -> None:
    if ground not in grounds.DECLINES:
        raise RuleViolation("unknown_ground", _("请选择不予受理的法定情形"), field="ground", rule="R2.7")
    if ground == "not_competent" and not competent.strip():
        raise RuleViolation("competent_body_missing", _("请写明应当向哪个行政机关申请"), field="competent", rule="R2.7")
    if ground == "other" and grounds.speaks_of_materials(reason):
        raise RuleViolation(
            "supplement_instead",
            _("材料不齐全或者不符合法定形式的，应当一次性告知补正，不能不予受理"),
            field="reason",
            rule="R2.9",
        )
