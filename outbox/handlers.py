"""What the outbox does itself: it hands messages over to mail and SMS."""

from typing import Any

from django.utils import timezone

from outbox import sending
from outbox.delivery import handler
from outbox.letters import KIND


@handler(KIND, atomic=False)
def send_message(payload: dict[str, Any]) -> None:
    """Hand one message over to its channel."""
    sending.send(payload["message"], at=timezone.now())
