"""Refusing to take a filing in (不予收件): recorded by the window, looked at again by the service office (R2.14)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.violations import RuleViolation
from permits.models import TakingRefusal
from permits.rules import require_reason, require_role


@transaction.atomic
def refuse_to_take(
    *, who: str, what: str, ground: str, reason: str, actor: Actor, at: datetime, phone: str = ""
) -> TakingRefusal:
    """Record that a filing was not taken in. Without a legal ground and a reason in words it has to be taken."""
    require_role(actor, User.Role.WINDOW)
    if ground not in TakingRefusal.Ground.values:
        raise RuleViolation("ground_missing", _("没有法定事由不得拒绝收件"), field="ground", rule="R2.14")
    made = TakingRefusal.objects.create(
        who=require_reason(who, "who"),
        phone=phone.strip(),
        what=require_reason(what, "what"),
        ground=ground,
        reason=require_reason(reason),
        by_id=actor.user_id,
        at=at,
    )
    facts = {"who": made.who, "what": made.what, "ground": ground, "reason": made.reason}
    chain.append(made, act="taking_refused", actor=actor.label, at=at, facts=facts)
    made.save(update_fields=["audit_length", "audit_head"])
    return made


@transaction.atomic
def review_refusal(pk: int, *, stands: bool, finding: str, actor: Actor, at: datetime) -> TakingRefusal:
    """The service office says, once and in words, whether the filing was rightly not taken in."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    refusal = TakingRefusal.objects.select_for_update().get(pk=pk)
    if refusal.state != TakingRefusal.State.RECORDED:
        raise RuleViolation("already_reviewed", _("这条记录已经复核"))
    refusal.finding, refusal.reviewed_by_id, refusal.reviewed_at = require_reason(finding, "finding"), actor.user_id, at
    if stands:
        refusal.uphold()
    else:
        refusal.overturn()
    facts = {"state": str(refusal.state), "finding": refusal.finding}
    chain.append(refusal, act="taking_refusal_reviewed", actor=actor.label, at=at, facts=facts)
    refusal.save()
    return refusal
