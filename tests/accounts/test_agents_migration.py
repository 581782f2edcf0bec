"""Agents once stood among the representatives: the migration makes authorities of them and loses nobody."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.each_database
BEFORE = [("accounts", "0003_authority")]
SCHEMA = "of_old"


@pytest.fixture
def _an_empty_database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """A place without tables, where the first migrations alone are made: going back from the newest takes long."""
    with django_db_blocker.unblock():
        usual, empty = connections["default"], connections["default"].copy()
        empty.settings_dict = dict(usual.settings_dict)
        if usual.vendor == "postgresql":
            with usual.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            usual_options = empty.settings_dict["OPTIONS"]
            options = f"{usual_options['options']} -c search_path={SCHEMA}"
            empty.settings_dict |= {"OPTIONS": usual_options | {"options": options}}
        else:
            empty.settings_dict |= {"NAME": tmp_path / "empty.sqlite3"}
        connections["default"] = empty
        yield
        empty.close()
        connections["default"] = usual
        if usual.vendor == "postgresql":
            with usual.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.mark.usefixtures("_an_empty_database")
def test_r2_16_agents_become_authorities_and_back() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    user = old.get_model("accounts", "User").objects.create(
        username="agent", display_name="陈代办", phone="13812345678"
    )
    owner = old.get_model("accounts", "User").objects.create(username="shop", display_name="王小店")
    shop = old.get_model("accounts", "Enterprise").objects.create(uscc="91310105MA1FW00290", name="示例")
    representations = old.get_model("accounts", "Representation").objects
    representations.create(user=owner, enterprise=shop, since=date(2024, 1, 1))
    representations.create(user=user, enterprise=shop, since=date(2025, 1, 1), capacity="agent")
    representations.create(user=user, enterprise=shop, since=date(2023, 1, 1), until=date(2023, 5, 1), capacity="agent")

    executor = MigrationExecutor(connection)
    after = [("accounts", "0005_representatives_only")]
    executor.migrate(after)
    new = executor.loader.project_state(after).apps
    assert list(new.get_model("accounts", "Representation").objects.values_list("user__username", flat=True)) == [
        "shop"
    ]
    rows = list(new.get_model("accounts", "Authority").objects.order_by("since"))
    assert [(row.agent_name, row.agent_phone, row.since, row.proof) for row in rows] == [
        ("陈代办", "13812345678", date(2023, 1, 1), "recorded"),
        ("陈代办", "13812345678", date(2025, 1, 1), "recorded"),
    ]
    assert (rows[0].until, rows[1].until) == (date(2023, 5, 1), date.today() + timedelta(days=365))

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    again = executor.loader.project_state(BEFORE).apps.get_model("accounts", "Representation").objects.order_by("since")
    assert [(row.capacity, row.until) for row in again] == [
        ("agent", date(2023, 5, 1)),
        ("legal_representative", None),
        ("agent", None),
    ]
