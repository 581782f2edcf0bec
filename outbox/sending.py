"""Handing messages over to their channels, with the delivery log.

The effect lies outside the database: a process that dies between handing over and noting it hands over again, with the
same identity, by which the receiving side knows a repetition.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from outbox import sms
from outbox.models import Channel, DeliveryAttempt, Message


def send(key: str, *, at: datetime) -> None:
    """Hand a message over, unless it has been. Whatever stops it is written into the log and raised."""
    message = Message.objects.get(key=key)
    if message.sent_at:
        return
    try:
        receipt = CHANNELS[message.channel](message)
    except Exception as error:
        first_line = next(iter(str(error).splitlines()), "")
        note(message, at, succeeded=False, detail=f"{type(error).__name__}: {first_line}")
        raise
    with transaction.atomic():
        note(message, at, succeeded=True, detail=receipt)
        Message.objects.filter(pk=message.pk).update(sent_at=at)


def note(message: Message, at: datetime, *, succeeded: bool, detail: str) -> None:
    """A line in the delivery log."""
    DeliveryAttempt.objects.create(message=message, at=at, succeeded=succeeded, detail=detail[:200])


def _email(message: Message) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    identity = f"<{message.public_id}@{host}>"
    mail = EmailMessage(
        # A line break would begin another header.
        subject=" ".join(message.subject.split()),
        body=f"{message.body}\n\n{settings.SITE_URL}{message.link}\n",
        to=[message.address],
        headers={"Message-ID": identity, "Auto-Submitted": "auto-generated"},
    )
    mail.send()
    return identity


def _sms(message: Message) -> str:
    return sms.gateway().send(message.address, message.body, id=message.public_id)


CHANNELS: dict[str, Callable[[Message], str]] = {Channel.EMAIL: _email, Channel.SMS: _sms}
"""How each channel is served; the answer is its receipt."""
