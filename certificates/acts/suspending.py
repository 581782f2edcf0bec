"""Suspension (暂扣) and reinstatement: a permit stays its holder's, and for a while nobody may trade on it (R2.33).

A suspension is temporary. With a last day it ends by itself once that is over, on paper like any other reinstatement;
without one, when the department says so.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Unpack

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import life
from certificates.models import LicenceItem
from outbox import post
from permits import documents, messages, service
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Document, HeldPermit
from permits.rules import require_reason
from permits.wording import long_date

LOOK_AFTER = 20
"""Working days after which a suspension without a last day is looked at again; a rule of this house, since a suspension is
temporary and nothing else would end it (docs/decisions/0026)."""


def suspend(
    case: Case,
    *,
    matters: Sequence[str],
    reason: str,
    statement: str,
    actor: Actor,
    at: datetime,
    evidence: str = "",
    until: date | None = None,
    **two: Unpack[life.ByTwo],
) -> list[LicenceItem]:
    """Suspend these permits, `until` a last day where the decision sets one. `statement`: how the party was heard before
    (行政处罚法 arts. 44, 45). `two`: where it takes two persons."""
    reason, statement = require_reason(reason), require_reason(statement, "statement")
    with holding(case):
        today = timezone.localtime(at).date()
        items = life.permits_of(case, matters, actor=actor, today=today)
        life.require_permits(items)
        _require(items, LicenceItem.State.VALID, _("“%(name)s”已经暂扣"))
        if until is not None:
            _require_fit(items, until, today)
        if two.get("check_only"):
            return items
        handler = life.require_one_person(items, two)
        words = f"暂扣{f'至{long_date(until)}' if until else ''}，暂扣期间不得以其从事经营活动"
        said = {
            "reason": reason,
            "statement": statement,
            "evidence": evidence.strip(),
            "effect": life.effect(case, items, words, today, ends=False),
            "until": str(until) if until else "",
        }
        known_on = service.known_on(case, at)
        drafts = [life.draft(Document.Kind.SUSPENSION_DECISION, item, known_on, **said) for item in items]
        papers, parcels = documents.write(case, drafts, at=at)
        for item in items:
            item.suspend()
            item.suspended_until = until
        said_of = {"act": "suspended", "reason": reason, "handler": handler}
        return _finish(case, items, papers, parcels, actor=actor, at=at, **said_of)


def reinstate(
    case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, reason: str = "暂扣的事由已经消除。"
) -> list[LicenceItem]:
    """End the suspension of these permits: they hold again, with the term that they had."""
    reason = require_reason(reason)
    with holding(case):
        today = timezone.localtime(at).date()
        items = life.permits_of(case, matters, actor=actor, today=today)
        _require(items, LicenceItem.State.SUSPENDED, _("“%(name)s”没有暂扣，不需要恢复"))
        return _reinstate(case, items, reason, actor=actor, at=at)


def over(today: date) -> QuerySet[Case]:
    """The cases with a suspension whose last day is over."""
    return Case.objects.filter(
        matters__item__state=LicenceItem.State.SUSPENDED, matters__item__suspended_until__lt=today
    ).distinct()


def endless() -> QuerySet[LicenceItem]:
    """What is suspended without a last day: only its department ends that."""
    return LicenceItem.objects.filter(state=LicenceItem.State.SUSPENDED, suspended_until=None)


def end_suspensions(case: Case, *, at: datetime) -> bool:
    """Reinstate what was suspended to a day that is over; says whether anything was. What has run out meanwhile expires."""
    with holding(case):
        today = timezone.localtime(at).date()
        suspended = LicenceItem.objects.filter(
            case_matter__case=case, state=LicenceItem.State.SUSPENDED, suspended_until__lt=today
        )
        found = suspended.select_related("body", "case_matter").order_by("position")
        items = [item for item in found if life.state_now(item, today) in life.HOLDING]
        for last in sorted({item.suspended_until for item in items if item.suspended_until}):
            alike = [item for item in items if item.suspended_until == last]
            _reinstate(case, alike, f"暂扣期限于{long_date(last)}届满。", actor=SYSTEM, at=at)
        return bool(items)


def _reinstate(case: Case, items: list[LicenceItem], reason: str, *, actor: Actor, at: datetime) -> list[LicenceItem]:
    effect = life.effect(case, items, "恢复有效", timezone.localtime(at).date(), ends=False)
    after = {pk: decision.number for pk, decision in decisions_of(items).items()}
    drafts = [
        life.draft(Document.Kind.REINSTATEMENT_NOTICE, item, None, reason=reason, after=after[item.pk], effect=effect)
        for item in items
    ]
    papers, parcels = documents.write(case, drafts, at=at)
    for item in items:
        item.reinstate()
        item.suspended_until = None
    return _finish(case, items, papers, parcels, act="reinstated", reason=reason, actor=actor, at=at)


def decisions_of(items: Sequence[LicenceItem]) -> dict[int, Document]:
    """The newest decision that suspended each item, by the item's key: of its case, or of the one from which it joined."""
    cases = {item.case_matter.case_id for item in items}
    joined = HeldPermit.objects.filter(case__in=cases, state=HeldPermit.State.MERGED, source__isnull=False)
    origins = {(case, matter): origin for case, matter, origin in joined.values_list("case", "matter", "source__case")}
    papers = Document.objects.filter(
        case__in=cases | set(origins.values()), kind=Document.Kind.SUSPENSION_DECISION
    ).order_by("pk")
    newest = {(paper.case_id, matter): paper for paper in papers for matter in paper.matters}
    found: dict[int, Document] = {}
    for item in items:
        here = (item.case_matter.case_id, item.matter)
        both = [newest.get(here), newest.get((origins[here], item.matter)) if here in origins else None]
        if known := [paper for paper in both if paper is not None]:
            found[item.pk] = max(known, key=lambda paper: paper.pk)
    return found


def _require(items: Sequence[LicenceItem], state: str, words: str) -> None:
    for item in items:
        if item.state != state:
            raise RuleViolation("other_state", words % {"name": item.name}, field="matters", rule="R2.33")


def _require_fit(items: Sequence[LicenceItem], until: date, today: date) -> None:
    """A suspension lasts at least this day, and no longer than what it suspends."""
    if until < today:
        raise RuleViolation("impossible_day", _("暂扣的最后一日不能早于今天"), field="until", rule="R2.33")
    for item in items:
        if item.valid_to is not None and until > item.valid_to:
            raise RuleViolation(
                "beyond_the_term",
                _("“%(name)s”有效期至 %(end)s，暂扣的最后一日不能晚于这一天")
                % {"name": item.name, "end": item.valid_to},
                field="until",
                rule="R2.33",
            )


def _finish(
    case: Case,
    items: list[LicenceItem],
    papers: Sequence[Document],
    parcels: list[documents.Parcel],
    *,
    act: str,
    reason: str,
    actor: Actor,
    at: datetime,
    handler: str = "",
) -> list[LicenceItem]:
    """The rows, the licence's next version, the log, the message."""
    update_rows(items, ["state", "suspended_until"])
    more = life.next_version(case, items, at=at, reason=act)
    told = {"matters": [item.matter for item in items], "reason": reason}
    until = {item.matter: str(item.suspended_until) for item in items if item.suspended_until}
    noted = told | {"decisions": [paper.number for paper in papers]} | ({"until": until} if until else {})
    noted |= {"handled_by": handler} if handler else {}
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted)
    if act == "suspended":
        parcels += service.after_writing(case, papers, actor=actor, at=at)
    update_rows([case], HEAD)
    said = told | {"until": max(until.values(), default="")}
    post.put_many([*parcels, *more, messages.told(case, act, at=at, **said)], at=at)
    return items
