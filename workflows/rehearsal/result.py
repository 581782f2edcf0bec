"""What came of a rehearsal: the case, its matters, papers and licence, as the contract's JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import User
from audit.models import AuditEntry
from calendars.services import current as current_calendar
from certificates import status
from certificates.models import Licence
from certificates.paper import code_text
from permits import clock, service
from permits.acting_for import agents
from permits.deadlines import delays, limits
from permits.deadlines.limits import ClockFacts
from permits.delivery import DELIVERY_DAYS
from permits.models import (
    Case,
    CaseMatter,
    Delivery,
    Document,
    DropIn,
    PostCheck,
    Supplement,
    SupplementItem,
    TakingRefusal,
    Tolerance,
)
from workflows.models import Rating, Reminder, Visit
from workflows.ratings.rules import is_bad
from workflows.rehearsal import at_the_counter, bars, hearings, industry, inspections, lives, merging

ON_LINE = Q(act="papers_served", actor=SYSTEM.label)
"""Service on line is nobody's act and has no receipt: it is told with its paper."""


def result_of(case: Case, on: date) -> dict[str, Any]:
    """The state of a case on a day, in the contract's keys."""
    licence = Licence.objects.filter(case=case).first()
    facts = limits.facts_of(case)
    return {
        "case": _case(case, facts),
        "matters": {
            matter.matter: _matter(case, matter, facts, on)
            for matter in case.matters.select_related("post_check", "handled_by", "decided_by", "delay")
        },
        "documents": [
            {
                "kind": paper.kind,
                "number": paper.number,
                "on": str(paper.on),
                "matters": paper.matters,
                "agent": paper.facts.get("agent"),
                "remedies": _remedies(paper),
                "served_on": _day(paper.service.on) if paper.service else None,
                "served_by": paper.service.way if paper.service else None,
            }
            for paper in case.documents.select_related("service")
        ],
        "commitments": _commitments(case),
        "supplements": [_supplement(one) for one in case.supplements.order_by("pk")],
        "tolerances": {one.material: _tolerance(one) for one in case.tolerances.order_by("pk")},
        "not_taken_in": [_not_taken_in(one) for one in TakingRefusal.objects.order_by("pk")],
        "bars": bars.told(case),
        "merged": merging.told(case),
        "registrations": lives.told(case),
        "hearings": hearings.told(case),
        "industry_commitments": industry.told(case),
        "handovers": [at_the_counter.told(one) for one in case.handovers.all()],
        "assistances": list(case.assistances.values("helper", "parts", "asked_by", "how")),
        "drop_ins": [at_the_counter.left(one) for one in DropIn.objects.order_by("pk")],
        "inspections": inspections.told(case),
        "licence": _licence(licence, on) if licence else None,
        "deliveries": [
            _delivery(record)
            for record in case.deliveries.exclude(receipt=None).prefetch_related("matters", "matters_alone", "served")
        ],
        "visit": _visit(case),
        "reminders": [_reminder(one) for one in case.reminders.exclude(levels=[]).order_by("at", "pk")],
        "ratings": [_rating(one) for one in case.ratings.order_by("pk")],
        "events": [
            {"at": timezone.localtime(entry.at).isoformat(), "by": _part(entry.actor), "what": entry.act}
            for entry in AuditEntry.objects.filter(subject=case.audit_subject).exclude(ON_LINE).order_by("seq")
        ],
    }


def _commitments(case: Case) -> dict[str, Any]:
    """What was signed, by kind (R6.7): the matters whose conditions are promised, and each proof with what was found of it."""
    proofs = {
        one.material: {
            "matters": one.matters,
            "found": {check.post_check.case_matter.matter: check.is_true for check in one.checks.all()},
        }
        for one in case.proof_commitments.prefetch_related("checks__post_check__case_matter")
    }
    return {"conditions": list(case.commitments.order_by("pk").values_list("matter", flat=True)), "proofs": proofs}


def _remedies(paper: Document) -> dict[str, Any] | None:
    """To whom one can turn against this paper, how, and until when; None where it bears no remedies (R2.39)."""
    told = service.last_days(paper, current_calendar())
    if not told:
        return None
    words = {name: told.get(name) for name in ("review_body", "review_by", "court", "suit_by")}
    return words | {"online": told.get("online") or settings.RECONSIDERATION_CHANNEL}


def _part(label: str) -> str:
    """Who acted, by the name that a step writes after `by`: a role, `agent`, a department's id, or `system`."""
    user = User.objects.filter(username=label.partition(" ")[0]).first()
    if user is None:
        return label
    if user.role == User.Role.APPLICANT and agents.MARK in label:
        return "agent"
    return user.body_id if user.role == User.Role.OFFICER and user.body_id else str(user.role)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _joint_by(case: Case, facts: ClockFacts) -> str | None:
    """The last day of handling all matters together (R1.39); None before acceptance and while a clock stands."""
    if case.accepted_on is None:
        return None
    limit = limits.joint_limit(case, current_calendar(), extended=facts.is_jointly_extended)
    return _day(limit.date) if limit else None


def _case(case: Case, facts: ClockFacts) -> dict[str, Any]:
    return {
        "number": case.number,
        "channel": case.channel,
        "state": case.state,
        "received_on": _day(case.received_on),
        "accepted_on": _day(case.accepted_on),
        "acceptance": case.acceptance or None,
        "promised_by": _day(case.promised_by),
        "provisional": case.provisional,
        "joint_by": _joint_by(case, facts),
    }


def _matter(case: Case, matter: CaseMatter, facts: ClockFacts, on: date) -> dict[str, Any]:
    until, own = matter.over_on or on, facts.limits(matter)
    used = clock.days_used(current_calendar(), case.accepted_on, until, own.stops) if case.accepted_on else 0
    return {
        "state": matter.state,
        "route": matter.route,
        "statutory_by": _day(matter.statutory_by),
        "promised_by": _day(matter.promised_by),
        "days_used": used,
        "stopped": own.is_stopped,
        "extended": own.extension is not None,
        "decided_on": _day(matter.decided_on),
        "lapsed": matter.lapsed_at is not None,
        "valid_to": _day(matter.valid_to),
        "two_persons": matter.two_persons,
        "handled_by": matter.handled_by.username if matter.handled_by else None,
        "decided_by": matter.decided_by.username if matter.decided_by else None,
        "post_check": _post_check(matter),
        "deliver_by": _deliver_by(matter),
        "delay": _delay(matter),
    }


def _reminder(one: Reminder) -> dict[str, Any]:
    """A rung that was told: on which day, of what, to whom."""
    on = timezone.localtime(one.at).date()
    return {"on": _day(on), "rule": one.rule, "due_on": _day(one.due_on), "what": one.what, "to": one.levels}


def _delay(matter: CaseMatter) -> dict[str, Any] | None:
    """Why the promise was missed, as it was publicly said (R1.37)."""
    said = delays.reason_of(matter)
    if said is None:
        return None
    on = timezone.localtime(said.stated_at).date()
    return {"reason": said.reason, "promised_by": _day(said.promised_by), "on": _day(on)}


def _post_check(matter: CaseMatter) -> dict[str, Any] | None:
    check: PostCheck | None = getattr(matter, "post_check", None)
    if check is None:
        return None
    return {
        "state": check.state,
        "result": check.result or None,
        "due_on": _day(check.due_on),
        "rectify_by": _day(check.rectify_by),
    }


def _supplement(supplement: Supplement) -> dict[str, Any]:
    """A notice as it was served, and what became of it."""
    return {
        "on": _day(timezone.localtime(supplement.requested_at).date()),
        "due_on": _day(supplement.last_day),
        "ground": supplement.ground,
        "answered_on": _day(timezone.localtime(supplement.answered_at).date()) if supplement.answered_at else None,
        "items": {item.subject: _point(item) for item in supplement.items.all()},
    }


def _point(item: SupplementItem) -> dict[str, Any]:
    return {"text": item.text, "raised_by": item.raised_by, "state": item.state, "remark": item.remark or None}


def _tolerance(paper: Tolerance) -> dict[str, Any]:
    """A paper that may come after acceptance, and what became of it; the newest offer of each material."""
    return {
        "state": paper.state,
        "lacks": paper.lacks,
        "days": paper.days,
        "due_on": _day(paper.due_on),
        "signed": bool(paper.signed_by),
        "handed_in": paper.handed_in_at is not None,
    }


def _not_taken_in(refusal: TakingRefusal) -> dict[str, Any]:
    """A filing that was turned away (R2.14); the throw-away database has those of this rehearsal only."""
    return {
        "ground": refusal.ground,
        "reason": refusal.reason,
        "state": refusal.state,
        "finding": refusal.finding or None,
    }


def _delivery(record: Delivery) -> dict[str, Any]:
    matters = [matter.matter for matter in record.covered]
    papers = [paper.kind for paper in record.served.all()]
    said = {"way": record.way, "on": _day(record.on), "receiver": record.receiver}
    return said | {"matters": matters, "papers": papers}


def _visit(case: Case) -> dict[str, Any] | None:
    visit = Visit.objects.filter(case=case).first()
    if visit is None:
        return None
    return {"body": visit.body_id, "due_on": _day(visit.due_on), "done_on": _day(visit.done_on)}


def _rating(rating: Rating) -> dict[str, Any]:
    """A review: its level in stars, whose work, and of a bad one what becomes of it."""
    return {
        "level": rating.level,
        "bad": is_bad(rating.level),
        "stage": rating.stage,
        "body": rating.body_id,
        "state": rating.state,
        "contact_by": _day(rating.contact_by),
        "answer_by": _day(rating.answer_by),
        "outcome": rating.outcome or None,
        "words_public": rating.has_public_words,
    }


def _deliver_by(matter: CaseMatter) -> str | None:
    """The last day of delivery of what was granted and is in force (art. 44)."""
    since = matter.to_deliver_since
    if matter.state != CaseMatter.State.GRANTED or since is None:
        return None
    return _day(current_calendar().add(since, DELIVERY_DAYS).date)


def _licence(licence: Licence, on: date) -> dict[str, Any]:
    items = list(licence.items.select_related("body"))
    states = {item.matter: status.state_on(item.state, item.valid_from, item.valid_to, on) for item in items}
    version = licence.versions.order_by("version").last()
    return {
        "number": licence.number,
        "version": version.version if version else 0,
        "state": status.licence_state(states.values()),
        "items": {
            item.matter: {
                "state": states[item.matter],
                "valid_from": _day(item.valid_from),
                "valid_to": _day(item.valid_to),
                "number": item.number,
                "scope": item.scope,
                "department": item.body_id,
                "review_body": item.body.remedies.get("review_body"),
            }
            for item in items
        },
        "qr": code_text(version) if version else "",
    }


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where the result differs from what the file expects; keys it does not name are free."""
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return [f"{path or 'result'}: expected keys {', '.join(map(str, expected))}, found {found!r}"]
        lines = []
        for key, value in expected.items():
            place = f"{path}.{key}" if path else str(key)
            if key not in found:
                lines.append(f"{place}: expected {value!r}, found nothing")
            else:
                lines.extend(differences(value, found[key], place))
        return lines
    wanted = expected.isoformat() if isinstance(expected, date) else expected
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = enumerate(zip(wanted, found, strict=True))
        return [line for place, (one, other) in pairs for line in differences(one, other, f"{path}[{place}]")]
    return [] if wanted == found else [f"{path}: expected {wanted!r}, found {found!r}"]
