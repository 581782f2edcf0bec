"""A calendar that changed moves the days by which those who left the counter without an answer get one (R6.17)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts.actors import SYSTEM
from audit import chain
from calendars import services
from calendars.signals import calendar_changed
from permits.at_counter.drop_ins import ANSWER_DAYS
from permits.models import DropIn


@receiver(calendar_changed, dispatch_uid="permits.recount_drop_ins")
@transaction.atomic
def recount_drop_ins(at: datetime, **_kwargs: Any) -> None:
    """Five working days after they came, counted anew, on or back; each on its own record."""
    services.forget()
    calendar = services.current()
    waiting = DropIn.objects.select_for_update().filter(state=DropIn.State.WAITING)
    for one in waiting.order_by("pk"):
        before, after = one.due_on, calendar.add(timezone.localtime(one.at).date(), ANSWER_DAYS).date
        if before == after:
            continue
        one.due_on = after
        facts = {"before": str(before), "after": str(after)}
        chain.append(one, act="drop_in_recounted", actor=SYSTEM.label, at=at, facts=facts)
        one.save(update_fields=["due_on", "audit_length", "audit_head"])
