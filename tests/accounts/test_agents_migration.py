"""Agents once stood among the representatives: the migration makes authorities of them and loses nobody."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("accounts", "0003_authority")]


@pytest.fixture
def _back_to_today(transactional_db: None) -> object:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.usefixtures("_back_to_today")
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
