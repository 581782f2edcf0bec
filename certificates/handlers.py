"""What the outbox asks of this room."""

from typing import Any

from django.utils.dateparse import parse_datetime

from certificates import paper
from certificates.models import LicenceVersion
from outbox.delivery import handler


@handler("certificates.paper", atomic=False)
def make_paper(payload: dict[str, Any]) -> None:
    """Make the paper of a licence version, unless it is there already."""
    version = LicenceVersion.objects.get(pk=payload["version"])
    if not version.rendered_at:
        paper.store(version, at=parse_datetime(payload["at"]) or version.at)
