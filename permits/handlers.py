"""What the outbox asks of this room: the paper of a document that an act has written."""

from typing import Any

from django.utils import timezone

from outbox.delivery import handler
from permits import rendering


@handler("permits.document", atomic=False)
def make_paper(payload: dict[str, Any]) -> None:
    """Make the PDF of a document; doing it twice makes one file."""
    rendering.ensure(rendering.documents().get(pk=payload["document"]), at=timezone.now())
