"""A calendar that changed moves the days by which bad reviews are answered, in the loading transaction (R3.7)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from audit.rows import update_rows
from calendars import services
from calendars.signals import calendar_changed
from permits.deadlines.limits import Moved
from permits.locking import holding
from permits.models import Case
from permits.recounting import recount_days
from workflows.models import Rating
from workflows.ratings import rules


@receiver(calendar_changed, dispatch_uid="workflows.recount_ratings")
def recount_ratings(days: Sequence[date], at: datetime, **_kwargs: Any) -> None:
    """One, five or fifteen working days after the review, counted anew, on or back; on the case's record."""
    services.forget()
    calendar = services.current()
    for seen in Rating.objects.filter(state__in=Rating.TO_ANSWER).order_by("case_id", "pk"):
        with holding(Case(pk=seen.case_id), savepoint=False) as case:
            rating = Rating.objects.get(pk=seen.pk)
            if rating.state not in Rating.TO_ANSWER or rating.answer_by is None:
                continue
            last = rules.answer_days(calendar, timezone.localtime(rating.at).date())
            before, after = rating.answer_by, last.difficult_by if rating.delay_reason else last.answer_by
            if (rating.contact_by, before) == (last.contact_by, after):
                continue
            rating.contact_by, rating.answer_by = last.contact_by, after
            update_rows([rating], ["contact_by", "answer_by"])
            recount_days.record(case, [Moved("", f"rating:{rating.body_id}", before, after)], days, at)
