"""A published catalogue, and a visitor."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import SYSTEM
from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, publish

PUBLISHED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def version(db: None) -> CatalogueVersion:
    """The bundled catalogue, published on 5 January 2026."""
    return publish(document=BUNDLED.read_text(encoding="utf-8"), actor=SYSTEM, at=PUBLISHED_AT)
