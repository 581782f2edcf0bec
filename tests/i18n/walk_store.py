"""The part of the walk that leads through the collection: what the store did not take, and days that did and did not agree."""

from collections.abc import Iterator
from datetime import timedelta

from django.test import override_settings

from accounts.models import User
from certificates.collection import parcels
from certificates.models import CollectionDay, LicenceVersion
from outbox.models import Parcel
from tests.workflows.conftest import MONDAY, Story


def store_pages(story: Story) -> Iterator[tuple[User, str]]:
    """Without a store; with one that is away: a dead parcel, one that waits, one that never was."""
    office, page = story.cast.service_office, "/office/collection/"
    yield office, page
    furnish()
    with override_settings(ELICENCE_STORE="certificates.collection.store.Console"):
        yield office, page
        yield office, "/office/"


def furnish() -> None:
    """One of each kind of line."""
    for nth, version in enumerate(LicenceVersion.objects.all()[:2]):
        Parcel.objects.create(
            kind=parcels.KIND,
            key=parcels.key_of(version.licence_id, version.version),
            payload={"version": version.pk},
            status=(Parcel.Status.DEAD, Parcel.Status.WAITING)[nth],
            attempts=(10, 1)[nth],
            last_error="StoreFailed: HTTP 503",
            created_at=MONDAY,
            due_at=MONDAY,
        )
    for back, their_count in ((1, 1), (2, 2)):
        CollectionDay.objects.create(
            day=MONDAY.date() - timedelta(back),
            at=MONDAY,
            ours=2,
            theirs=their_count,
            digest="a",
            their_digest="a" if their_count == 2 else "b",
            again=2 - their_count,
            unknown=2 - their_count,
        )
