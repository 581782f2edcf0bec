"""`/healthz` says that the process answers, `/readyz` whether work can be done: each check fails alone, with what to do."""

from datetime import datetime

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from calendars.models import CalendarDay
from calendars.services import forget
from certificates.models import SigningKey
from certificates.signers import keys, seals
from config import health
from outbox.models import Parcel


@pytest.fixture
def ready(catalogue: object, settings, tmp_path) -> None:
    """A site on which everything is in place."""
    settings.KEYS_DIR = tmp_path / "keys"
    keys.make("ES256", actor="test", at=timezone.now())
    seals.make(actor="test", at=timezone.now())


def answer() -> tuple[int, dict[str, dict[str, object]]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()["checks"]


def failed() -> set[str]:
    """The names of the checks that say no."""
    status, checks = answer()
    bad = {name for name, check in checks.items() if not check["ok"]}
    assert status == (503 if bad else 200)
    return bad


def parcel(due_at: datetime, status: str = Parcel.Status.WAITING) -> None:
    Parcel.objects.create(kind="test", key=f"{status} {due_at}", created_at=due_at, due_at=due_at, status=status)


def test_the_process_answers_without_a_database() -> None:
    """No database fixture: a query would fail here."""
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("ready")
def test_a_site_in_order_is_ready() -> None:
    assert failed() == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("settings")
def test_a_site_without_catalogue_is_not_ready(tmp_path, settings) -> None:
    settings.KEYS_DIR = tmp_path
    assert failed() == {"catalogue", "signing_key", "seal"}


@pytest.mark.usefixtures("ready")
def test_a_key_whose_private_half_is_elsewhere_does_not_count(settings, tmp_path) -> None:
    settings.KEYS_DIR = tmp_path / "elsewhere"
    assert SigningKey.objects.exists()
    assert failed() == {"signing_key", "seal"}


@pytest.mark.usefixtures("ready")
def test_a_year_without_notice_is_not_ready() -> None:
    today = timezone.localdate()
    CalendarDay.objects.create(date=today, kind="workday", status="provisional", source="test")
    forget()
    assert failed() == {"calendar"}


@pytest.mark.usefixtures("ready")
def test_parcels_that_nobody_delivers_are_stuck() -> None:
    parcel(timezone.now() - health.PATIENCE / 2)
    assert failed() == set()
    parcel(timezone.now() - 2 * health.PATIENCE)
    assert failed() == {"outbox"}


@pytest.mark.usefixtures("ready")
def test_a_failed_parcel_is_told_but_stops_nobody() -> None:
    parcel(timezone.now() - 2 * health.PATIENCE, Parcel.Status.DEAD)
    _status, checks = answer()
    assert checks["outbox"] == {"ok": True, "detail": "1 failed: mend the cause, then manage.py deliver --retry-dead"}


@pytest.mark.usefixtures("ready")
def test_a_missing_migration_is_told(monkeypatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_args: [("a", False)])
    assert failed() == {"migrations"}


@pytest.mark.django_db
def test_tables_that_are_not_there_are_told(monkeypatch) -> None:
    def without_tables(_at: datetime) -> health.Finding:
        raise DatabaseError("no such table")

    monkeypatch.setitem(health.CHECKS, "outbox", without_tables)
    found = health.look(timezone.now())["outbox"]
    assert (found.good, found.detail) == (False, "its tables are missing: run manage.py migrate")


def test_a_database_that_is_away_is_told_once(monkeypatch) -> None:
    def away() -> None:
        raise DatabaseError("secret host refused")

    monkeypatch.setattr(health.connection, "cursor", away, raising=False)
    status, checks = answer()
    assert status == 503
    assert {name for name, check in checks.items() if not check["ok"]} == {"database", *health.CHECKS}
    assert "secret" not in str(checks)
