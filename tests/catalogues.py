"""Publishing the newest bundled catalogue cheaply: its files are read and parsed once per test process."""

from datetime import datetime
from functools import cache
from unittest import mock

from accounts.actors import SYSTEM
from industries import publishing
from industries.amendments import Whole, whole
from industries.models import CatalogueVersion


@cache
def bundled_whole() -> Whole:
    """The newest bundled catalogue in full, where only bundled versions are known."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in publishing.BUNDLED}
    return whole(texts[publishing.BUNDLED[-1].stem], texts.get)


@cache
def bundled_text() -> str:
    """Its exact text, as it is published."""
    return bundled_whole().text


def publish_bundled(at: datetime) -> CatalogueVersion:
    """The newest bundled catalogue, published at this moment by the system; parsing costs more than the rest of most tests."""
    ready = mock.Mock(text=bundled_text(), parsed=publishing.bundled)
    with mock.patch.object(publishing, "in_full", return_value=ready):
        return publishing.publish(document=bundled_text(), actor=SYSTEM, at=at)
