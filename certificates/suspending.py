"""Suspension (暂扣) and reinstatement: a permit stays its holder's, and for a while nobody may trade on it (R2.33)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import life
from certificates.models import LicenceItem
from outbox import post
from permits import documents, messages, service
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Document
from permits.rules import require_reason


def suspend(
    case: Case,
    *,
    matters: Sequence[str],
    reason: str,
    statement: str,
    actor: Actor,
    at: datetime,
    evidence: str = "",
) -> list[LicenceItem]:
    """Suspend these permits. `statement`: how the party was heard before (行政处罚法 arts. 44, 45)."""
    reason, statement = require_reason(reason), require_reason(statement, "statement")
    with holding(case):
        today = timezone.localtime(at).date()
        items = life.permits_of(case, matters, actor=actor, today=today)
        life.require_permits(items)
        _require(items, LicenceItem.State.VALID, _("“%(name)s”已经暂扣"))
        effect = life.effect(case, items, "暂扣，暂扣期间不得以其从事经营活动", today, ends=False)
        said = {"reason": reason, "statement": statement, "evidence": evidence.strip(), "effect": effect}
        known_on = service.known_on(case, at)
        drafts = [life.draft(Document.Kind.SUSPENSION_DECISION, item, known_on, **said) for item in items]
        papers, parcels = documents.write(case, drafts, at=at)
        for item in items:
            item.suspend()
        return _finish(case, items, papers, parcels, act="suspended", reason=reason, actor=actor, at=at)


def reinstate(
    case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, reason: str = "暂扣的事由已经消除。"
) -> list[LicenceItem]:
    """End the suspension of these permits: they hold again, with the term that they had."""
    reason = require_reason(reason)
    with holding(case):
        today = timezone.localtime(at).date()
        items = life.permits_of(case, matters, actor=actor, today=today)
        _require(items, LicenceItem.State.SUSPENDED, _("“%(name)s”没有暂扣，不需要恢复"))
        effect = life.effect(case, items, "恢复有效", today, ends=False)
        before = Document.objects.filter(case=case, kind=Document.Kind.SUSPENSION_DECISION).order_by("pk")
        after = {matter: paper.number for paper in before for matter in paper.matters}
        drafts = [
            life.draft(
                Document.Kind.REINSTATEMENT_NOTICE, item, None, reason=reason, after=after[item.matter], effect=effect
            )
            for item in items
        ]
        papers, parcels = documents.write(case, drafts, at=at)
        for item in items:
            item.reinstate()
        return _finish(case, items, papers, parcels, act="reinstated", reason=reason, actor=actor, at=at)


def _require(items: Sequence[LicenceItem], state: str, words: str) -> None:
    for item in items:
        if item.state != state:
            raise RuleViolation("other_state", words % {"name": item.name}, field="matters", rule="R2.33")


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
) -> list[LicenceItem]:
    """The rows, the licence's next version, the log, the message."""
    update_rows(items, ["state"])
    more = life.next_version(case, items, at=at, reason=act)
    told = {"matters": [item.matter for item in items], "reason": reason}
    noted = told | {"decisions": [paper.number for paper in papers]}
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted)
    if act == "suspended":
        parcels += service.after_writing(case, papers, actor=actor, at=at)
    update_rows([case], HEAD)
    post.put_many([*parcels, *more, messages.told(case, act, at=at, **told)], at=at)
    return items
