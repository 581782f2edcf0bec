"""A calendar that changed moves the days of visits that are still to be made, in the loading transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.dispatch import receiver

from audit.rows import update_rows
from calendars import services
from calendars.signals import calendar_changed
from outbox import post
from permits import messages
from permits.deadlines.limits import Moved
from permits.locking import holding
from permits.models import Case
from permits.recounting import recount_days
from workflows.models import Visit
from workflows.visits import VISIT_DAYS


@receiver(calendar_changed, dispatch_uid="workflows.recount_visits")
def recount_visits(days: Sequence[date], at: datetime, **_kwargs: Any) -> None:
    """Two working days after issue, counted anew (R1.33); on the case's record, and the sub-district is told."""
    services.forget()
    calendar = services.current()
    waiting = Visit.objects.filter(done_on=None).order_by("case_id").select_related("licence")
    for seen in waiting:
        with holding(Case(pk=seen.case_id), savepoint=False) as case:
            visit = Visit.objects.select_related("licence").get(pk=seen.pk)
            before, after = visit.due_on, calendar.add(visit.licence.issued_on, VISIT_DAYS).date
            if visit.done_on is not None or before == after:
                continue
            visit.due_on = after
            update_rows([visit], ["due_on"])
            recount_days.record(case, [Moved("", "visit_by", before, after)], days, at)
            post.put_many([messages.told(case, "visit_moved", at=at, before=str(before), after=str(after))], at=at)
