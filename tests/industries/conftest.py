"""A published catalogue, and a visitor."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from industries.models import CatalogueVersion
from tests.catalogues import publish_bundled

PUBLISHED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def version(db: None) -> CatalogueVersion:
    """The bundled catalogue, published on 5 January 2026."""
    return publish_bundled(PUBLISHED_AT)
