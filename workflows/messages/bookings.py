"""What is told of a booked time at the counter: booked, moved, called off, and the day before. It belongs to no case.

    post.put_many([told(appointment, BOOKED, at=at)], at=at)

An SMS holds the day and the time, and an address of this site: nothing of who comes for what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from outbox import letters
from outbox.letters import Letter
from outbox.models import Channel
from permits.documents import Parcel
from workflows.messages import recipients
from workflows.messages.compose import booking_sms, written_text
from workflows.messages.kinds import BOOKER, KINDS
from workflows.messages.recipients import Recipient
from workflows.models import Appointment, Slot

PARCEL = "workflows.appointment"
BOOKED, MOVED, CANCELLED, REMINDER = (
    "appointment_booked",
    "appointment_moved",
    "appointment_cancelled",
    "appointment_reminder",
)


def when(slot: Slot) -> str:
    """The day and the time: `2026-03-02 13:00–13:30`."""
    return f"{slot.on} {slot.begins:%H:%M}–{slot.ends:%H:%M}"


def told(row: Appointment, event: str, *, at: datetime, **facts: Any) -> Parcel:
    """The parcel of an event; it carries the time as it was then."""
    key = f"appointment:{row.pk}:{event}:{at.timestamp():.6f}"
    payload = {"appointment": row.pk, "event": event, "key": key, "at": at.isoformat(), "when": when(row.slot)}
    return PARCEL, key, payload | facts


def compose(payload: Mapping[str, Any]) -> None:
    """Write the letters of a parcel's event; a second time writes nothing."""
    row = Appointment.objects.get(pk=payload["appointment"])
    written = [letter for person in _booker(row) for letter in _letters(person, row, payload)]
    letters.write(payload["key"], written, at=datetime.fromisoformat(payload["at"]))


def _booker(row: Appointment) -> Iterable[Recipient]:
    """Whoever booked; the SMS goes to the telephone of the booking where it can take one, else to the account's."""
    for person in recipients.people(User.objects.filter(pk=row.user_id)):
        mobile = next(iter(recipients.mobiles([row.phone])), "")
        takes_sms = recipients.wishes(person.user).sms if person.user else False
        yield (
            replace(person, addresses=person.addresses | {Channel.SMS.value: mobile})
            if mobile and takes_sms
            else person
        )


def _letters(person: Recipient, row: Appointment, payload: Mapping[str, Any]) -> Iterable[Letter]:
    kind, link = payload["event"], reverse("workflows:appointments")
    subject, body = written_text(kind, person.language, {**payload, "who": row.who, "what": row.what})
    for channel in KINDS[kind][BOOKER]:
        if channel not in letters.channels() or not person.takes(channel):
            continue
        is_sms = channel == Channel.SMS
        yield Letter(
            channel=channel,
            kind=kind,
            language=person.language,
            body=booking_sms(kind, person.language, payload["when"], f"{settings.SITE_URL}{link}") if is_sms else body,
            recipient=person.user,
            address=person.addresses[channel],
            subject="" if is_sms else subject,
            link=link,
        )
