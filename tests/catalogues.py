"""Publishing the bundled catalogue cheaply: its file is read and parsed once per test process."""

from datetime import datetime
from functools import cache
from unittest import mock

from accounts.actors import SYSTEM
from industries import publishing
from industries.models import CatalogueVersion


@cache
def bundled_text() -> str:
    """The bundled catalogue's exact text."""
    return publishing.BUNDLED.read_text(encoding="utf-8")


def publish_bundled(at: datetime) -> CatalogueVersion:
    """The bundled catalogue, published at this moment by the system; parsing it costs more than the rest of most tests."""
    parsed = publishing.bundled()
    with mock.patch.object(publishing, "parse_text", return_value=parsed):
        return publishing.publish(document=bundled_text(), actor=SYSTEM, at=at)
