"""Bringing versions to the store: of each licence the older ones first, one delivery at a time, nothing twice that was acknowledged.

What has been collected is derived: a version is, once the store has acknowledged it and that it takes the place of the one before.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from certificates import paper
from certificates.collection import entries, parcels, store
from certificates.collection.entries import ISSUED, REPLACES
from certificates.collection.store import StoreFailed
from certificates.models import CollectedEntry, Licence, LicenceVersion
from outbox import delivery, post

TURN = timedelta(minutes=5)
"""As long as the outbox's lease of a parcel: whoever died on the way is no longer waited for."""
MOST_SECONDS = 200
"""For one delivery; it stays below the lease. What is left goes with the next attempt."""


def collect(version: LicenceVersion, *, at: datetime) -> None:
    """Bring everything of this licence up to this version that the store has not acknowledged. Raises StoreFailed."""
    if not parcels.is_on():
        return
    with _turn(version.licence_id, at):
        begun = time.monotonic()
        for one, step in pending(version):
            if time.monotonic() - begun > MOST_SECONDS:
                raise StoreFailed("the store is slow: the rest goes with the next attempt")
            pdf = paper.pdf_of(one, at=at) if step == ISSUED else b""
            entry = entries.make(one, step, pdf=pdf)
            _acknowledge(one, step, entry, receipt=store.current().put(entry), at=at)


@contextmanager
def _turn(licence: int, at: datetime) -> Iterator[None]:
    """Nobody else brings versions of the same licence meanwhile: an older one could arrive after a newer one."""
    mine, rows = at + TURN, Licence.objects.filter(pk=licence)
    if not rows.filter(Q(collected_until=None) | Q(collected_until__lte=at)).update(collected_until=mine):
        raise StoreFailed("another delivery is out with a version of this licence")
    try:
        yield
    finally:
        rows.filter(collected_until=mine).update(collected_until=None)


def pending(version: LicenceVersion) -> list[tuple[LicenceVersion, str]]:
    """What is to be sent up to this version, in order: a version, then that the one before it holds no longer."""
    done = set(
        CollectedEntry.objects.filter(version__licence=version.licence_id, at__isnull=False).values_list(
            "version", "step"
        )
    )
    rows = LicenceVersion.objects.filter(licence=version.licence_id, version__lte=version.version)
    found = rows.select_related("licence__enterprise").order_by("version")
    every = [(one, step) for one in found for step in ((ISSUED, REPLACES) if one.version > 1 else (ISSUED,))]
    return [(one, step) for one, step in every if (one.pk, str(step)) not in done]


def _acknowledge(version: LicenceVersion, step: str, entry: entries.Entry, *, receipt: str, at: datetime) -> None:
    told = {"sha256": entry.sha256, "receipt": receipt, "at": at}
    CollectedEntry.objects.update_or_create(version=version, step=step, defaults=told)


def uncollected() -> QuerySet[LicenceVersion]:
    """The versions that the store has not, or of which it does not know that they take the place of another."""
    acknowledged = CollectedEntry.objects.filter(version=OuterRef("pk"), at__isnull=False)
    has_both = Exists(acknowledged.filter(step=ISSUED)) & (Q(version=1) | Exists(acknowledged.filter(step=REPLACES)))
    return LicenceVersion.objects.exclude(has_both).order_by("at", "pk")


def again(versions: QuerySet[LicenceVersion], *, at: datetime, also_waiting: bool = False) -> int:
    """Have these versions sent, whatever became of their parcels; how many there are.

    `also_waiting`: at once also where an attempt is planned for later.
    """
    drafts = [parcel for version in versions.only("pk", "licence_id", "version") for parcel in parcels.of(version)]
    post.put_many(drafts, at=at)
    keys = [key for _kind, key, _payload in drafts]
    delivery.revive(keys, at=at, also_waiting=also_waiting)
    post.schedule(keys, at=at)
    return len(keys)
