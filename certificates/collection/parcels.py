"""The parcels that bring a version to the store: written in the transaction of the act that made it, none while no store is set."""

from typing import Any

from django.conf import settings

from certificates.models import LicenceVersion

KIND = "certificates.collect"


def is_on() -> bool:
    """Whether this installation has a store."""
    return bool(settings.ELICENCE_STORE)


def key_of(licence: int, version: int) -> str:
    """The parcel's key."""
    return f"collect:{licence}:{version}"


def of(version: LicenceVersion) -> list[tuple[str, str, dict[str, Any]]]:
    """What the outbox has to bring to the store because of this version."""
    if not is_on():
        return []
    return [(KIND, key_of(version.licence_id, version.version), {"version": version.pk})]
