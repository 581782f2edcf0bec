"""How a permit ends: the decision where there is one, the record that always follows (注销), and what follows for its holder.

One transaction: item, matter, papers, the licence's next version, what was still to be checked, log, messages (R2.33).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from audit import chain
from audit.rows import insert_rows, update_rows
from certificates import life
from certificates.acts import applications
from certificates.models import ActProposal, LicenceItem, RegistrationDuty
from outbox import post
from permits import documents, messages, service
from permits.barring import bars
from permits.hearing import heard
from permits.intake import HEAD
from permits.law.bar_terms import Subject
from permits.models import Case, Document
from permits.papers import grounds
from permits.promises import breaches, post_checks

COMMITMENT_BROKEN, FRAUD = "commitment_broken", "fraud"
AFTER_OTHER_ACT, EXPIRED = "after_other_act", "expired"
REGISTER_WITHIN = timedelta(30)
"""Calendar days to have the registered scope of business changed, or the registration cancelled (R1.19)."""
NOT_PROTECTED = "你（单位）基于该项许可取得的利益不受保护。"
DAMAGES = "你（单位）的合法权益因此受到损害的，本机关依法给予赔偿。"


@dataclass(frozen=True, slots=True)
class End:
    """One way in which a permit ends: the act in the log, the paper it is told on (none: the record alone), its grounds,
    what it does to the item, the words for the licence's item and for the record, the ground of the record."""

    act: str
    kind: Document.Kind | None
    grounds: Mapping[str, grounds.Ground]
    apply: Callable[[LicenceItem], None]
    said: str
    done: str
    record: str = AFTER_OTHER_ACT


WITHDRAWAL = End(
    "grant_withdrawn",
    Document.Kind.WITHDRAWAL_DECISION,
    grounds.WITHDRAWALS,
    LicenceItem.withdraw_grant,
    "撤回",
    "该项许可已被撤回。",
)
REVOCATION = End(
    "revoked", Document.Kind.REVOCATION_DECISION, grounds.REVOCATIONS, LicenceItem.revoke, "失效", "该项许可已被撤销。"
)
PENALTY = End(
    "revoked_as_penalty",
    Document.Kind.PENALTY_REVOCATION,
    grounds.PENALTIES,
    LicenceItem.revoke_as_penalty,
    "吊销",
    "该项许可证件已被吊销。",
)
EXPIRY = End("permit_expired", None, {}, LicenceItem.expire, "有效期届满失效", "有效期届满，没有延续。", EXPIRED)
CANCELLATION = End("", None, grounds.CANCELLATIONS, LicenceItem.cancel, "注销", "")


def end(
    case: Case,
    how: End,
    items: list[LicenceItem],
    told: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    own: Mapping[int, Mapping[str, str]] | None = None,
    handler: str = "",
) -> list[Document]:
    """End these permits of a held case: the decision and the record of each, the licence's next version, the log, the
    message. Gives the records, in the order of the permits. `own`: what the decision on one matter alone says, by matter: the
    order to rectify or the hearing that went before; `handler`: who proposed it, where it takes two persons."""
    today = timezone.localtime(at).date()
    effect = life.effect(case, items, how.said, today, ends=True)
    known_on, before = service.known_on(case, at), own or {}
    drafts = [_decision(how, item, told, effect, before.get(item.case_matter_id, {}), known_on, at) for item in items]
    decisions, parcels = documents.write(case, [one for one in drafts if one], at=at) if how.kind else ([], [])
    numbers = [decision.number for decision in decisions]
    records, more = documents.write(case, _records(how, items, numbers, told, effect, known_on, at), at=at)
    _close(items, how, at)
    for item, decision in zip(items, decisions, strict=False):
        if told["ground"] == COMMITMENT_BROKEN:
            breaches.of_revocation(case, item.case_matter, decision, at=at)
        bars.arise(case, [(item.case_matter, decision)], told["ground"], actor=actor, at=at)
    version = life.next_version(case, items, at=at, reason=how.act or "cancelled")
    matters = [item.matter for item in items]
    noted = {"matters": matters, "ground": told["ground"], "reason": told["reason"]}
    noted |= {"handled_by": handler} if handler else {}
    if how.act:
        chain.append(case, act=how.act, actor=actor.label, at=at, facts=noted | {"decisions": numbers})
        noted = {"matters": matters, "ground": how.record}
    noted |= {"number": "、".join(one.number for one in records)}
    chain.append(case, act="cancellation_recorded", actor=actor.label, at=at, facts=noted)
    more += service.after_writing(case, [*decisions, *records], actor=actor, at=at)
    update_rows([case], HEAD)
    event = "revoked" if how is REVOCATION else "permit_ended"
    said = {"ground": told["ground"], "ended_by": how.act or "cancelled", "register_by": str(today + REGISTER_WITHIN)}
    message = messages.told(case, event, at=at, matters=matters, effect=effect, **said)
    post.put_many([*parcels, *more, *version, message], at=at)
    return records


def _close(items: Sequence[LicenceItem], how: End, at: datetime) -> None:
    """The items in their new state, their matters out of delivery and of licences to come, their checks over."""
    today = timezone.localtime(at).date()
    for item in items:
        how.apply(item)
        item.ended_on, item.case_matter.permit_ended_at = today, at
    rows = [item.case_matter for item in items]
    heard.end(rows)
    update_rows(items, ["state", "ended_on"])
    update_rows(rows, ["permit_ended_at"])
    post_checks.void(rows)
    applications.void(items, at)
    _lapse(items)
    by = today + REGISTER_WITHIN
    insert_rows([RegistrationDuty(item=item, due_on=by) for item in items if _has_to_register(how, item)])


def _lapse(items: Sequence[LicenceItem]) -> None:
    """What was proposed against permits that have ended is answered by nobody any more."""
    lapsed = list(ActProposal.objects.filter(item__in=list(items), state=ActProposal.State.PROPOSED))
    for proposal in lapsed:
        proposal.lapse()
    update_rows(lapsed, ["state"])


def _decision(
    how: End,
    item: LicenceItem,
    told: Mapping[str, Any],
    effect: str,
    own: Mapping[str, str],
    known_on: date | None,
    at: datetime,
) -> documents.Draft | None:
    if how.kind is None:
        return None
    barred = bars.told([item.case_matter], told["ground"], timezone.localtime(at).date())
    follows = f"{_follows(how, item, told['ground'], at)}{_barred(barred)}"
    said = {"order": ""} | dict(told) | barred | {"effect": f"{effect}{follows}"} | dict(own)
    return life.draft(how.kind, item, known_on, **said)


def _barred(told: Mapping[str, Any]) -> str:
    """Who may not apply for the permit again, until when (R2.27)."""
    who = {str(Subject.ENTERPRISE): "你（单位）", str(Subject.REPRESENTATIVE): "你单位的法定代表人（负责人）"}
    return "".join(
        f"依据{one['basis']}，{who[one['subject']]}在{one['until']}（含当日）以前不得再次申请该项许可。"
        for one in told.get("bars", ())
    )


def _follows(how: End, item: LicenceItem, ground: str, at: datetime) -> str:
    """What follows for the holder: the registered scope of business, damages or none."""
    by = timezone.localtime(at).date() + REGISTER_WITHIN
    words = f"应当自许可终止之日起30日内，即{by.year}年{by.month}月{by.day}日前，办理经营范围的变更登记或者注销登记。"
    if how is REVOCATION and ground == FRAUD:
        words += NOT_PROTECTED
    elif how is REVOCATION and ground != COMMITMENT_BROKEN:
        words += DAMAGES
    return words if _has_to_register(how, item) else ""


def _has_to_register(how: End, item: LicenceItem) -> bool:
    """Whether its end is told to the registration office: of a filing only a revocation (R1.19)."""
    return not item.case_matter.is_filing or how is REVOCATION


def _records(
    how: End,
    items: Sequence[LicenceItem],
    numbers: Sequence[str],
    told: Mapping[str, Any],
    effect: str,
    known_on: date | None,
    at: datetime,
) -> list[documents.Draft]:
    on = timezone.localtime(at).date().isoformat()
    follows = "" if numbers else {item.pk: _follows(how, item, told["ground"], at) for item in items}
    drafts = []
    for place, item in enumerate(items):
        said = {
            "ground": how.record if how.act else told["ground"],
            "reason": how.done or told["reason"],
            "cancelled_on": on,
            "effect": f"{effect}{follows[item.pk] if follows else ''}",
            "after": numbers[place] if numbers else "",
        }
        drafts.append(life.draft(Document.Kind.CANCELLATION_RECORD, item, known_on, **said))
    return drafts
