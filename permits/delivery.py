"""Delivery (送达): the licence or the single permit reaches its holder, within ten working days of the decision."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import agents, messages
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Delivery
from permits.rules import require_role, require_state

DELIVERY_DAYS = 10
"""Working days from the decision in which it must be delivered (Licensing Law art. 44, R1.32)."""


def deliver(case: Case, *, way: str, receiver: str, actor: Actor, at: datetime, on: date | None = None) -> Delivery:
    """Record the delivery: way, receiver and day (`on`, the day of `at` when left out). A case is delivered once."""
    require_role(actor, User.Role.SERVICE_OFFICE, User.Role.WINDOW)
    with holding(case):
        _require_undelivered(case)
        require_state(case, Case.State.ISSUED, Case.State.CLOSED_SINGLE)
        today = timezone.localtime(at).date()
        day = on or today
        _check(case, way, receiver, day, today)
        agents.require_receiver(case, receiver, day)
        record = Delivery.objects.create(
            case=case, way=way, receiver=receiver.strip(), on=day, by_id=actor.user_id, at=at
        )
        facts = {"way": way, "receiver": record.receiver, "on": str(day)}
        chain.append(case, act="delivered", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        post.put_many([messages.told(case, "delivered", at=at, on=str(day))], at=at)
        return record


def _require_undelivered(case: Case) -> None:
    before = Delivery.objects.filter(case=case).select_related("by").first()
    if before is not None:
        raise RuleViolation(
            "already_delivered",
            _("%(by)s 已于 %(on)s 登记送达（%(way)s），不能重复登记")
            % {"by": before.by or _("系统"), "on": before.on, "way": before.get_way_display()},
            rule="R1.32",
        )


def _check(case: Case, way: str, receiver: str, day: date, today: date) -> None:
    if way not in Delivery.Way.values:
        raise RuleViolation("unknown_way", _("请选择送达方式"), field="way")
    if not receiver.strip():
        raise RuleViolation("receiver_missing", _("请写明签收人"), field="receiver")
    closed = timezone.localtime(case.closed_at).date() if case.closed_at else None
    if day > today or (closed and day < closed):
        raise RuleViolation("impossible_day", _("送达日期应在办结当日或之后，且不晚于今天"), field="on")
