"""The cast and the ground that all tests share: who acts, on which calendar, under which catalogue, at what moment."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import calendars.services
from audit import triggers
from calendars import seed
from calendars.working_days import WorkingCalendar
from industries.models import CatalogueVersion
from tests import databases, template
from tests.catalogues import publish_bundled
from tests.effort import times
from tests.people import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A busy machine is slow, which says nothing of a test.
hypothesis_settings.register_profile(
    "house", deadline=None, max_examples=times(100), suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")
LONG_AGO = datetime(2019, 1, 1, tzinfo=SHANGHAI)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-tests",
        action="store_true",
        help="only what may come out differently on another database (tests/databases.py): the second run",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Picks the tests of the second run, and leaves PostgreSQL's own out of the first."""
    if config.getoption("--database-tests"):
        kept, left = [], []
        for item in items:
            (kept if databases.plays_on_each(item) else left).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        skip = pytest.mark.skip(reason="needs PostgreSQL: make test runs it there")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The SQLite file is a copy of one that has seen the migrations, and goes with the run's folder."""
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool) -> None:
    """Puts the copy where this process looks for its database; PostgreSQL copies its own template (tests/settings.py)."""
    if django_db_keepdb:
        template.copy_to(Path(connection.creation._get_test_db_name()))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests empty the tables behind them, the audit log's too: its fence (audit/triggers.py) stays down for them."""
    with django_db_blocker.unblock():
        triggers.remove(connection)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what tests measured (`record_property("measured", …)`), wherever they ran."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", ()):
            if name == "measured":
                terminalreporter.write_line(f"measured: {value}")


@pytest.fixture(autouse=True)
def _files_of_one_test(tmp_path: Any, settings: Any) -> None:
    """What a test stores as a file goes with it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PUBLISHED_DIR = tmp_path / "published"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps in memory of its database, and the language it spoke last, belong to the test before this one."""
    cache.clear()
    translation.deactivate()
    calendars.services.forget()


@pytest.fixture
def outbox_inline(settings: Any) -> None:
    """Side effects happen in the same call, right after the act's transaction."""
    settings.OUTBOX_MODE = "inline"


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """`at("2026-02-11 10:00")`: that moment in Shanghai; a day alone means ten in the morning."""

    def moment(text: str) -> datetime:
        stamp = text if " " in text else f"{text} 10:00"
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)

    return moment


@pytest.fixture
def on() -> Callable[[str], date]:
    """`on("2026-02-11")`: that day."""
    return date.fromisoformat


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the stories; each account is made when a test first names it."""
    return Cast()


@pytest.fixture
def calendar() -> WorkingCalendar:
    """The official days from 2019 on, as they come with the house; provisional ones after the last notice."""
    return WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)


@pytest.fixture
def catalogue(db: None) -> CatalogueVersion:
    """The bundled catalogue, published long before every story; its departments stand as bodies."""
    return publish_bundled(LONG_AGO)
