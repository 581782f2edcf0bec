"""What others ask of this room: the outbox the paper of a document that an act has written, a migration the wording."""

from typing import Any

from django.db import connections
from django.utils import timezone

from outbox.delivery import handler
from permits import rendering
from permits.models import Wording
from permits.papers import wordings


@handler("permits.document", atomic=False)
def make_paper(payload: dict[str, Any]) -> None:
    """Make the PDF of a document; doing it twice makes one file."""
    rendering.ensure(rendering.documents().get(pk=payload["document"]), at=timezone.now())


def install_wording(*, using: str, **_sent: Any) -> None:
    """Install or renew the house's wording once its table is there; a migration may have gone back behind it."""
    if Wording._meta.db_table in connections[using].introspection.table_names():
        wordings.install(at=timezone.now())
