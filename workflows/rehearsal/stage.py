"""The throw-away database on which rehearsals are played: today's tables, with catalogue, calendar and demo accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings

from accounts import fences
from accounts.demo import make_demo_accounts
from audit import triggers
from certificates.signers import keys
from config.environment import database

OPENING = datetime(2019, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
"""Before every rehearsal, so that the newest catalogue is in force in all of them."""


@contextmanager
def throw_away_database() -> Iterator[Path]:
    """Put a fresh SQLite database, file store and key store in the place of the configured ones, then take them away."""
    own_settings, own_connection = connections.settings["default"], connections["default"]
    with TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        connections.settings["default"] = {**own_settings, **database(f"sqlite:///{folder / 'rehearsal.sqlite3'}")}
        connections["default"] = connections.create_connection("default")
        try:
            apart = {"MEDIA_ROOT": folder / "files", "KEYS_DIR": folder / "keys", "ELICENCE_STORE": ""}
            with override_settings(**apart, OUTBOX_MODE="worker"):
                make_tables()
                furnish()
                yield folder
        finally:
            connections["default"].close()
            connections.settings["default"] = own_settings
            connections["default"] = own_connection


def make_tables() -> None:
    """The tables as the models say and the fences beside them: to get there by all migrations takes ten times as long."""
    without = dict.fromkeys(app.label for app in apps.get_app_configs())
    with override_settings(MIGRATION_MODULES=without):
        call_command("migrate", run_syncdb=True, verbosity=0)
    for fence in (triggers, fences):
        fence.install(connections["default"])


def furnish() -> None:
    """Catalogue, calendar, accounts, a signing key of the stage's own: the real one vouches for no rehearsal."""
    unheard = StringIO()
    keys.ensure()
    call_command("load_catalogue", effective_from=OPENING.date(), stdout=unheard)
    call_command("calendar_load", all=True, stdout=unheard)
    make_demo_accounts(OPENING)
