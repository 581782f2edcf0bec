"""Writing messages: one row per event, recipient and channel, and a parcel for each that has to leave the house.

    letters.write("message:12:7:accepted", [Letter(…), …], at=at)

The event's key and the recipient make each row's key: composing an event twice writes nothing the second time.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from audit.rows import insert_new_rows
from outbox import post
from outbox.models import Channel, Message

KIND = "outbox.message"
"""The kind of the parcels that bring messages out of the house."""
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be written. An inbox needs its user, the other channels an address."""

    channel: str
    kind: str
    language: str
    body: str
    recipient: User | None = None
    address: str = ""
    subject: str = ""
    link: str = ""
    about: str = ""

    @property
    def to(self) -> str:
        """Who it is for, within a key: the account, else a mark of the address, which tells nothing."""
        if self.recipient is not None:
            return f"u{self.recipient.pk}"
        return hashlib.sha256(self.address.encode()).hexdigest()[:12]


def channels() -> frozenset[str]:
    """The channels that this installation has; the inbox is always there."""
    out = {Channel.INBOX.value}
    if settings.EMAIL_BACKEND != NO_MAIL:
        out.add(Channel.EMAIL.value)
    if settings.SMS_BACKEND:
        out.add(Channel.SMS.value)
    return frozenset(out)


def write(event: str, letters: Iterable[Letter], *, at: datetime) -> None:
    """Write what is not there yet, in two statements; what was composed before stays as it was."""
    rows = [
        Message(
            key=f"{event}:{letter.to}:{letter.channel}",
            recipient=letter.recipient,
            address=letter.address,
            channel=letter.channel,
            kind=letter.kind,
            about=letter.about,
            language=letter.language,
            subject=letter.subject,
            body=letter.body,
            link=letter.link,
            created_at=at,
            sent_at=at if letter.channel == Channel.INBOX else None,
        )
        for letter in letters
    ]
    insert_new_rows(rows)
    leaving = [row for row in rows if row.channel != Channel.INBOX]
    post.put_many([(KIND, f"send:{row.key}", {"message": row.key}) for row in leaving], at=at)
