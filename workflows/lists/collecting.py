"""What the city's store of licences has not got, and why: the service office's view of the collection (R1.25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from certificates.collection import parcels, sending
from certificates.models import CollectionDay, LicenceVersion
from outbox.models import Parcel

DAYS = 14
"""How many days that were compared are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """A version that the store has not acknowledged, and what its parcel met with."""

    version: LicenceVersion
    parcel: Parcel | None

    @property
    def is_dead(self) -> bool:
        """Nobody tries it any more, or nobody ever did."""
        return self.parcel is None or self.parcel.status == Parcel.Status.DEAD

    @property
    def next_at(self) -> datetime | None:
        """When it is tried again, where it was tried and will be."""
        waits = self.parcel is not None and self.parcel.attempts and not self.is_dead
        return self.parcel.due_at if self.parcel and waits else None


def uncollected() -> QuerySet[LicenceVersion]:
    """The versions, the oldest first."""
    return sending.uncollected().select_related("licence__case__enterprise").defer("payload")


def rows_of(page: Iterable[LicenceVersion]) -> list[Row]:
    """Lines for a page of versions; one query for the parcels of all of them."""
    versions = list(page)
    keys = {one.pk: parcels.key_of(one.licence_id, one.version) for one in versions}
    found = {parcel.key: parcel for parcel in Parcel.objects.filter(key__in=keys.values())}
    return [Row(one, found.get(keys[one.pk])) for one in versions]


def recent() -> list[CollectionDay]:
    """The last days that were compared."""
    return list(CollectionDay.objects.all()[:DAYS])


def again(version: str, *, at: datetime) -> int:
    """Have one version sent now, or, named by nothing, all that are missing; how many."""
    missing = sending.uncollected()
    if version:
        missing = missing.filter(pk=version) if version.isdecimal() else missing.none()
    return sending.again(missing, at=at, also_waiting=True)
