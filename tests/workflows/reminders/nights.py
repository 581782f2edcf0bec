"""Nights, what was told in them, and bringing it to the people."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outbox import delivery
from outbox.models import Parcel
from permits.models import Case
from workflows import periodic
from workflows.models import Reminder
from workflows.reminders import digest, remind


def night(on: date) -> datetime:
    """Five past midnight of a day."""
    return timezone.make_aware(datetime.combine(on, time(0, 5)))


def nights(first: date, last: date) -> Iterator[datetime]:
    while first <= last:
        yield night(first)
        first += timedelta(1)


def told(kind: str = "", case: Case | None = None) -> list[tuple[str, str]]:
    """Rules that were told, with the day."""
    rows = Reminder.objects.exclude(levels=[]).order_by("at", "pk")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(case=case) if case else rows
    return [(row.rule, str(timezone.localtime(row.at).date())) for row in rows]


def brought(at: datetime) -> None:
    """Deliver everything that may be delivered by a moment."""
    while delivery.deliver_due(at, 1000).delivered:
        pass


def told_to_people(at: datetime) -> None:
    """Deliver the reminders alone: who is told is noted, and no paper is made on the way."""
    waiting = Parcel.objects.filter(kind=remind.PARCEL, status=Parcel.Status.WAITING)
    delivery.deliver_all(list(waiting.values_list("key", flat=True)), at=at)


def letters_of(at: datetime) -> None:
    """Everything that a run of this moment sends: first what is noted, then, after half an hour, the letters."""
    brought(at)
    brought(at + digest.GATHERING)


def statements_of(at: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert periodic.run_due(at).failed == []
    return len(captured)
