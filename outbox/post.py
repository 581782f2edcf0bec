"""Writing parcels, in the act's own transaction: the effect is promised with the act, or neither of them is.

What happens after the commit is the setting OUTBOX_MODE: "thread" wakes this process's delivery thread, "inline" delivers
in the same call, "worker" leaves the parcels to `manage.py deliver --forever`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.rows import insert_new_rows
from outbox import delivery, worker
from outbox.models import Parcel

Draft = tuple[str, str, Mapping[str, Any]]
"""Kind, key, payload. The payload is small and JSON: ids and moments, not things."""


def put(kind: str, key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Write one parcel. A key that was used before is ignored: an effect happens once."""
    put_many([(kind, key, payload)], at=at)


def put_many(parcels: Iterable[Draft], *, at: datetime, due_at: datetime | None = None) -> None:
    """Write parcels in one statement; keys that were used before are ignored.

    `due_at`: not before this moment, when whoever looks through the outbox finds them; nobody is woken for them now.
    """
    rows = [
        Parcel(kind=kind, key=key, payload=dict(payload), created_at=at, due_at=due_at or at)
        for kind, key, payload in parcels
    ]
    if rows:
        insert_new_rows(rows)
    if rows and due_at is None:
        schedule([row.key for row in rows], at=at)


def schedule(keys: list[str], *, at: datetime) -> None:
    """Have the parcels delivered once the running transaction is committed."""
    if settings.OUTBOX_MODE == "thread":
        transaction.on_commit(worker.wake)
    elif settings.OUTBOX_MODE == "inline":
        transaction.on_commit(lambda: delivery.deliver_all(keys, at=at))
