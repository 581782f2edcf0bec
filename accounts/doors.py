"""Doors that close for some minutes when somebody keeps trying the wrong key."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import SignInFailures

MOST_FAILURES = 5
CLOSED_FOR = timedelta(minutes=10)


def door_of(*parts: str) -> str:
    """The door's name: whom somebody claims to be, and from where. Hashed, since people type passwords anywhere."""
    return hashlib.sha256("\n".join(part.strip().lower() for part in parts).encode()).hexdigest()


def minutes_closed(door: str, at: datetime) -> int:
    """For how many more minutes the door is closed, rounded up; 0 where it is open."""
    row = SignInFailures.objects.filter(door=door, count__gte=MOST_FAILURES).first()
    left = row.last_at + CLOSED_FOR - at if row else timedelta(0)
    return max(0, -(-int(left.total_seconds()) // 60))


@transaction.atomic
def note_failure(door: str, at: datetime) -> None:
    """One more wrong key; after a pause as long as the door would be closed the count starts anew."""
    SignInFailures.objects.get_or_create(door=door, defaults={"last_at": at})
    row = SignInFailures.objects.select_for_update().get(door=door)
    row.count = 1 if at - row.last_at > CLOSED_FOR else row.count + 1
    row.last_at = at
    row.save(update_fields=["count", "last_at"])


def forget(door: str) -> None:
    """The right key: the count is gone."""
    SignInFailures.objects.filter(door=door).delete()
