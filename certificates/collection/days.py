"""The daily increment: what a day produced is compared with the store by number and digest, and what differs goes out again (R1.25).

A night that was missed is made up. What nobody could deliver is tried anew each day, so that a store that was away for a week
has everything the day after.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from certificates.collection import parcels, sending, store
from certificates.collection.entries import ISSUED, REPLACES, SEQUENCES
from certificates.collection.store import Known, StoreFailed, tally_of
from certificates.models import CollectedEntry, CollectionDay, LicenceVersion
from outbox import post

KIND = "certificates.collection_day"
MOST = 31
"""Days that are made up."""


def put_due(at: datetime) -> int:
    """Have every day that is over be compared that was not, or that did not agree; once on each day. How many there are."""
    if not parcels.is_on():
        return 0
    today = timezone.localtime(at).date()
    last = CollectionDay.objects.aggregate(last=Max("day"))["last"] or today - timedelta(2)
    days = [last + timedelta(n) for n in range(1, (today - last).days)][-MOST:]
    recent = CollectionDay.objects.filter(day__gte=today - timedelta(MOST))
    days += [one.day for one in recent if not one.agreed and timezone.localtime(one.at).date() < today]
    drafts: list[tuple[str, str, dict[str, Any]]] = [
        (KIND, f"collection:{day}:{today}", {"day": day.isoformat()}) for day in days
    ]
    post.put_many(drafts, at=at)
    return len(drafts)


def compare(day: date, *, at: datetime) -> CollectionDay | None:
    """Send again what waits for a person, then compare this day; None where the store keeps no account of days."""
    if not parcels.is_on():
        return None
    sending.again(sending.uncollected(), at=at)
    asked = store.current()
    theirs = asked.tally(day)
    if theirs is None:
        return None
    mine = _acknowledged(day)
    ours = tally_of(mine)
    known = mine if theirs == ours else asked.entries(day)
    if theirs != tally_of(known):
        raise StoreFailed("the store's tally is not that of its entries")
    wrong = [place for place, sha256 in mine.items() if known.get(place) != sha256]
    told = {
        "at": at,
        "ours": ours.count,
        "theirs": theirs.count,
        "digest": ours.digest,
        "their_digest": theirs.digest,
        "again": _reopen(wrong, at),
        "unknown": len(set(known) - set(mine)),
    }
    return CollectionDay.objects.update_or_create(day=day, defaults=told)[0]


def _acknowledged(day: date) -> Known:
    """What the store has acknowledged of a day."""
    begin = datetime.combine(day, datetime.min.time(), timezone.get_default_timezone())
    rows = CollectedEntry.objects.filter(
        at__isnull=False, version__at__gte=begin, version__at__lt=begin + timedelta(days=1)
    ).values_list("step", "sha256", "version__facts__identifier", "version__facts__related_identifier")
    return {
        (identifier if step == ISSUED else before, SEQUENCES[step]): sha256 for step, sha256, identifier, before in rows
    }


def _reopen(wrong: list[tuple[str, int]], at: datetime) -> int:
    """What the store does not have as it said goes out again; behind a version also that it was replaced, so that its
    last state is told last."""
    issued = [identifier for identifier, sequence in wrong if sequence == SEQUENCES[ISSUED]]
    every = [identifier for identifier, _sequence in wrong]
    rows = CollectedEntry.objects.filter(
        Q(step=ISSUED, version__facts__identifier__in=issued)
        | Q(step=REPLACES, version__facts__related_identifier__in=every)
    )
    versions = list(rows.values_list("version", flat=True))
    rows.update(at=None)
    return sending.again(LicenceVersion.objects.filter(pk__in=versions), at=at)
