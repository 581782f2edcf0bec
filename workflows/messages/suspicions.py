"""What is told of a licence that is believed forged: reported, concluded, handed over, dealt with. It belongs to no case.

post.put_many([told(suspicion, REPORTED, at=at)], at=at)
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime

from accounts.models import User
from outbox import letters
from outbox.letters import Letter
from permits.documents import Parcel
from workflows.messages import kinds, recipients
from workflows.messages.compose import written_text
from workflows.messages.recipients import Recipient
from workflows.models import Suspicion

PARCEL = "workflows.suspicion"
REPORTED, CONCLUDED, HANDED_OVER, DEALT_WITH = (
    "suspicion_reported",
    "suspicion_concluded",
    "suspicion_handed_over",
    "suspicion_dealt_with",
)


def told(row: Suspicion, event: str, *, at: datetime) -> Parcel:
    """The parcel of an event, each of which a report has once."""
    key = f"suspicion:{row.pk}:{event}"
    return PARCEL, key, {"suspicion": row.pk, "event": event, "key": key, "at": at.isoformat()}


def compose(payload: Mapping[str, Any]) -> None:
    """Write the letters of a parcel's event; a second time writes nothing."""
    row = Suspicion.objects.select_related("scan__officer", "scan__body", "to_body").get(pk=payload["suspicion"])
    at = datetime.fromisoformat(payload["at"])
    written = [
        letter
        for audience, channels in kinds.KINDS[payload["event"]].items()
        for person in recipients.people(AUDIENCES[audience](row, at))
        for letter in _letters(person, row, payload["event"], channels)
    ]
    letters.write(payload["key"], written, at=at)


def _finder(row: Suspicion, at: datetime) -> QuerySet[User]:
    return recipients.with_substitutes([row.scan.officer_id], localtime(at).date())


def _office(_row: Suspicion, _at: datetime) -> QuerySet[User]:
    return User.objects.filter(role=User.Role.SERVICE_OFFICE, body_id=settings.SERVICE_OFFICE)


def _receivers(row: Suspicion, _at: datetime) -> QuerySet[User]:
    roles = (User.Role.OFFICER, User.Role.SUBDISTRICT)
    return User.objects.filter(role__in=roles, body_id=row.to_body_id or "")


AUDIENCES: Mapping[str, Callable[[Suspicion, datetime], QuerySet[User]]] = {
    kinds.FINDER: _finder,
    kinds.OFFICE: _office,
    kinds.RECEIVERS: _receivers,
}


def _letters(person: Recipient, row: Suspicion, kind: str, channels: Iterable[Any]) -> Iterable[Letter]:
    with translation.override(person.language):
        facts = {
            "where": row.where,
            "ground": str(row.get_ground_display()),
            "state": str(row.get_state_display()),
            "by": row.scan.body.short_name,
            "to": row.to_body.short_name if row.to_body else row.to_others,
        }
    subject, body = written_text(kind, person.language, facts)
    for channel in channels:
        if channel in letters.channels() and person.takes(channel):
            yield Letter(
                channel=channel,
                kind=kind,
                language=person.language,
                body=body,
                recipient=person.user,
                address=person.addresses[channel],
                subject=subject,
                link=reverse("workflows:suspicion", args=[row.pk]),
            )
