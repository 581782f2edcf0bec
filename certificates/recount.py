"""A calendar that changed moves the days by which applications about permits are decided, in the loading transaction (art. 42)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from audit.rows import update_rows
from calendars import services
from calendars.signals import calendar_changed
from certificates.acts.applications import DECIDE_WITHIN
from certificates.models import ApplicationPart, HolderApplication
from outbox import post
from permits import messages
from permits.deadlines.limits import Moved
from permits.locking import holding
from permits.models import Case
from permits.recounting import recount_days


def _waiting() -> QuerySet[ApplicationPart]:
    """What is decided within working days; a renewal is decided by the permit's own last day (R2.30)."""
    parts = ApplicationPart.objects.filter(state=ApplicationPart.State.PENDING)
    return parts.exclude(application__kind=HolderApplication.Kind.RENEWAL)


@receiver(calendar_changed, dispatch_uid="certificates.recount")
def recount_applications(days: Sequence[date], at: datetime, **_kwargs: Any) -> None:
    """Counted anew from the day of filing; on the case's record, and both sides are told."""
    services.forget()
    calendar = services.current()
    for pk in sorted(set(_waiting().values_list("application__case_id", flat=True))):
        with holding(Case(pk=pk), savepoint=False) as case:
            found = _waiting().filter(application__case=case).select_related("application", "item")
            moved, changed = [], []
            for part in found.order_by("pk"):
                after = calendar.add(part.application.filed_on, DECIDE_WITHIN).date
                if after != part.due_on:
                    moved.append(Moved(part.item.matter, "application_by", part.due_on, after))
                    part.due_on = after
                    changed.append(part)
            if not moved:
                continue
            update_rows(changed, ["due_on"])
            recount_days.record(case, moved, days, at)
            moves = [move.as_facts() for move in moved]
            post.put_many([messages.told(case, "application_moved", at=at, moves=moves)], at=at)
