"""What the outbox asks of this room."""

from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.actors import SYSTEM
from certificates import early, paper
from certificates.collection import days, parcels, sending
from certificates.models import LicenceVersion
from outbox.delivery import handler
from permits.locking import holding
from permits.models import Case


@handler("permits.granted_late")
def add_granted(payload: dict[str, Any]) -> None:
    """Make the next version of a licence that went out early; doing it twice makes one version."""
    with holding(Case(pk=payload["case"]), savepoint=False) as case:
        early.add_granted(case, actor=SYSTEM, at=datetime.fromisoformat(payload["at"]))


@handler(parcels.KIND, atomic=False, told_when=True)
def collect(payload: dict[str, Any], at: datetime) -> None:
    """Bring a version to the city's store, behind the older ones of its licence."""
    sending.collect(LicenceVersion.objects.get(pk=payload["version"]), at=at)


@handler(days.KIND, atomic=False, told_when=True)
def compare_day(payload: dict[str, Any], at: datetime) -> None:
    """Compare a day with what the store has of it."""
    days.compare(date.fromisoformat(payload["day"]), at=at)


@handler("certificates.paper", atomic=False)
def make_paper(payload: dict[str, Any]) -> None:
    """Make the paper of a licence version, unless it is there already."""
    version = LicenceVersion.objects.get(pk=payload["version"])
    if not version.rendered_at:
        paper.store(version, at=parse_datetime(payload["at"]) or version.at)
