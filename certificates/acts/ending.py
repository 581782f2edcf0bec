"""The ends of a permit: withdrawal (撤回), revocation (撤销), revocation as penalty (吊销), expiry, cancellation (注销).

Each is an act of its own, with its grounds, its paper, its remedies and what follows (R2.33). The first four are always
followed by a record of cancellation, in the same transaction; the item keeps the name of the act that ended it. Its
department may complete the cancellation later (`cancel`): then it is cancelled, and no second record is written.

What takes two persons is told of that by `life.ByTwo`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import life
from certificates.acts import closing, renewing
from certificates.acts.closing import (
    AFTER_OTHER_ACT,
    CANCELLATION,
    COMMITMENT_BROKEN,
    EXPIRED,
    EXPIRY,
    PENALTY,
    REVOCATION,
    WITHDRAWAL,
    End,
)
from certificates.models import LicenceItem
from certificates.status import ItemState
from outbox import post
from permits.hearing.heard import penalty_heard
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.papers import grounds
from permits.promises import post_checks
from permits.rules import require_reason

ORDERED = "本机关在责令限期整改时已告知你（单位）拟撤销该项许可的事实、理由和依据，以及依法享有的陈述、申辩权利。"


def withdraw_grant(
    case: Case,
    *,
    matters: Sequence[str],
    ground: str,
    reason: str,
    statement: str,
    actor: Actor,
    at: datetime,
    evidence: str = "",
    compensation: str = "",
    **two: Unpack[life.ByTwo],
) -> list[LicenceItem]:
    """Withdraw lawful grants in the public interest, from now on; their holder is compensated (art. 8).

    `statement`: how the party was heard; `compensation`: what is paid or how it is asked for, where more is known than that.
    """
    told = _told(WITHDRAWAL, ground, reason, statement, evidence) | {"compensation": compensation.strip()}
    with holding(case):
        items = life.permits_of(case, matters, actor=actor, today=timezone.localtime(at).date())
        life.require_permits(items)
        if not two.get("check_only"):
            handler = life.require_one_person(items, two)
            closing.end(case, WITHDRAWAL, items, told, actor=actor, at=at, handler=handler)
        return items


def revoke(
    case: Case,
    *,
    matters: Sequence[str],
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
    statement: str = "",
    evidence: str = "",
    **two: Unpack[life.ByTwo],
) -> list[LicenceItem]:
    """Revoke grants that should not have been made (art. 69): for a fault of the administration, for fraud, or because what
    was promised is still not so after the period of the order (R6.6), which puts the breach on the record (R6.4).

    `statement`: how the party was heard before; a broken commitment was held against them in the order.
    """
    by_promise = ground == COMMITMENT_BROKEN
    told = _told(REVOCATION, ground, reason, ORDERED if by_promise else statement, evidence)
    with holding(case):
        today = timezone.localtime(at).date()
        checks = post_checks.revocable(case, matters, actor=actor, today=today) if by_promise else []
        items = life.permits_of(case, matters, actor=actor, today=today)
        if not two.get("check_only"):
            handler = life.require_one_person(items, two)
            orders = {one.case_matter_id: {"order": one.order.number} for one in checks if one.order}
            post_checks.close_revoked(checks, findings=told["reason"], actor=actor, today=today)
            closing.end(case, REVOCATION, items, told, actor=actor, at=at, own=orders, handler=handler)
        return items


def revoke_as_penalty(
    case: Case,
    *,
    matters: Sequence[str],
    ground: str,
    reason: str,
    statement: str,
    actor: Actor,
    at: datetime,
    evidence: str = "",
    **two: Unpack[life.ByTwo],
) -> list[LicenceItem]:
    """Revoke permits as the penalty for what their holder did (吊销). The right to a hearing is on record for each of them, and
    it was used, given up, or its five working days are over (行政处罚法 arts. 63, 64): the paper says so from the record.
    `statement`: what the party said."""
    told = _told(PENALTY, ground, reason, statement, evidence)
    with holding(case):
        today = timezone.localtime(at).date()
        items = life.permits_of(case, matters, actor=actor, today=today)
        life.require_permits(items)
        heard = penalty_heard([item.case_matter for item in items], today)
        if not two.get("check_only"):
            handler = life.require_one_person(items, two)
            own = {pk: facts | {"statement": f"{told['statement']}{facts['statement']}"} for pk, facts in heard.items()}
            closing.end(case, PENALTY, items, told, actor=actor, at=at, own=own, handler=handler)
        return items


def cancel(
    case: Case, *, matters: Sequence[str], ground: str, actor: Actor, at: datetime, reason: str = ""
) -> list[LicenceItem]:
    """Cancel permits (art. 70): at their holder's request, because the holder has ended or the activity has become
    impossible. Of what expired or was ended by another act, whose record stands, the cancellation is completed."""
    if ground not in grounds.CANCELLATIONS:
        raise RuleViolation("no_such_ground", _("请选择注销的法定事由"), field="ground", rule="R2.33")
    with holding(case):
        today = timezone.localtime(at).date()
        if ground in (EXPIRED, AFTER_OTHER_ACT):
            return _complete(case, matters, ground, actor=actor, at=at)
        items = life.permits_of(case, matters, actor=actor, today=today)
        told = {"ground": ground, "reason": require_reason(reason or f"{grounds.CANCELLATIONS[ground].name}。")}
        closing.end(case, CANCELLATION, items, told, actor=actor, at=at)
        return items


def _complete(case: Case, matters: Sequence[str], ground: str, *, actor: Actor, at: datetime) -> list[LicenceItem]:
    """Complete the cancellation of what has ended (the paper is taken back, the end made public)."""
    expire(case, at=at)
    items = life.own(case, matters, actor=actor)
    for item in items:
        ended_so = item.state not in (ItemState.VALID, ItemState.SUSPENDED, ItemState.CANCELLED)
        if not ended_so or (item.state == ItemState.EXPIRED) != (ground == EXPIRED):
            raise RuleViolation(
                "not_ended_so",
                _("“%(name)s”目前为“%(state)s”，不能以“%(ground)s”注销")
                % {
                    "name": item.name,
                    "state": item.get_state_display(),
                    "ground": grounds.CANCELLATIONS[ground].name,
                },
                field="ground",
                rule="R2.33",
            )
        item.cancel()
    update_rows(items, ["state"])
    parcels = life.next_version(case, items, at=at, reason="cancelled")
    told = {"matters": [item.matter for item in items], "ground": ground}
    chain.append(case, act="cancellation_completed", actor=actor.label, at=at, facts=told)
    update_rows([case], HEAD)
    post.put_many(parcels, at=at)
    return items


def over(today: date) -> QuerySet[Case]:
    """The cases with a permit whose term is over."""
    return Case.objects.filter(matters__item__ended_on=None, matters__item__valid_to__lt=today).distinct()


def expire(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """End what has run out, each with its record (R1.15, R2.33); says whether anything had. What nobody decided
    in time was renewed by that (R2.30)."""
    with holding(case):
        renewing.renew_by_silence(case, at=at)
        today = timezone.localtime(at).date()
        items = list(life.locked_items(case).filter(ended_on=None, valid_to__lt=today).order_by("position"))
        if items:
            closing.end(case, EXPIRY, items, {"ground": EXPIRED, "reason": EXPIRY.done}, actor=actor, at=at)
        return bool(items)


def _told(how: End, ground: str, reason: str, statement: str, evidence: str) -> dict[str, Any]:
    """What the paper of an adverse act says, checked."""
    if ground not in how.grounds:
        raise RuleViolation("no_such_ground", _("请选择法定的事由"), field="ground", rule="R2.33")
    return {
        "ground": ground,
        "reason": require_reason(reason),
        "statement": require_reason(statement, "statement"),
        "evidence": evidence.strip(),
    }
