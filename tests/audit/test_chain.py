"""The chain finds one changed byte, one entry less, two swapped, one slipped in; the database refuses before that."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models.query import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import chain, journal, triggers, verify
from audit.models import AuditEntry, Journal
from audit.violations import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
NOW = datetime(2026, 2, 11, 2, 0, 0, 123456, tzinfo=UTC)
LENGTH = 5


@pytest.fixture
def log() -> str:
    """Two journals of five entries; the first one's subject."""
    for step in range(LENGTH):
        for name in ("keys", "register"):
            journal.record(
                name, act=f"act-{step}", actor="某人", at=NOW + timedelta(step), facts={"第": step, "kind": "x"}
            )
    return Journal.objects.get(name="keys").audit_subject


def rows(subject: str) -> QuerySet[AuditEntry]:
    """The entries as somebody with the database's password sees them: without the model's refusals."""
    return QuerySet(AuditEntry).filter(subject=subject)


def found() -> tuple[str, int] | None:
    fault = verify.verify()
    return fault and (fault.subject, fault.seq)


def test_an_untouched_log_is_whole(log: str) -> None:
    assert found() is None


def test_an_empty_log_is_whole() -> None:
    assert found() is None


@pytest.mark.parametrize("place", range(1, LENGTH + 1))
@pytest.mark.parametrize(
    "change",
    [
        {"at": NOW + timedelta(microseconds=1)},
        {"actor": "某入"},
        {"act": "act-9"},
        {"facts": {"第": 9, "kind": "x"}},
        {"facts": {}},
        {"previous": "0" * 64},
        {"digest": "0" * 64},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_change_in_any_column_is_found_in_its_place(log: str, place: int, change: dict[str, object]) -> None:
    rows(log).filter(seq=place).update(**change)
    assert found() == (log, place)


@pytest.mark.parametrize("place", range(1, LENGTH + 1))
def test_a_removed_entry_is_found(log: str, place: int) -> None:
    rows(log).filter(seq=place).delete()
    assert found() == (log, place)


@pytest.mark.parametrize("kept", range(LENGTH))
def test_a_cut_off_tail_is_found(log: str, kept: int) -> None:
    rows(log).filter(seq__gt=kept).delete()
    assert found() == (log, kept + 1)


def test_two_swapped_entries_are_found(log: str) -> None:
    rows(log).filter(seq=2).update(seq=99)
    rows(log).filter(seq=3).update(seq=2)
    rows(log).filter(seq=99).update(seq=3)
    assert found() == (log, 2)


def test_an_entry_moved_to_another_chain_is_found(log: str) -> None:
    other = Journal.objects.get(name="register").audit_subject
    rows(log).filter(seq=LENGTH).update(subject=other, seq=LENGTH + 1)
    assert {fault.subject: fault.seq for fault in verify.faults()} == {log: LENGTH, other: LENGTH + 1}


@pytest.mark.parametrize("subject", ["permits.case:99999", "audit.journal:x", "nothing"])
def test_an_alien_entry_is_found(log: str, subject: str) -> None:
    AuditEntry.objects.create(subject=subject, seq=1, at=NOW, actor="x", act="x", digest="0" * 64)
    assert found() == (subject, 1)


def test_a_chain_rewritten_with_right_digests_differs_from_its_head(log: str) -> None:
    rows(log).filter(seq=LENGTH).delete()
    thing = Journal(pk=Journal.objects.get(name="keys").pk, audit_length=LENGTH - 1)
    thing.audit_head = rows(log).get(seq=LENGTH - 1).digest

    chain.append(thing, act="forged", actor="x", at=NOW)
    assert found() == (log, LENGTH)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(1, LENGTH), column=st.sampled_from(["actor", "act", "previous", "digest"]), data=st.data())
def test_any_changed_sign_is_found(log: str, place: int, column: str, data: st.DataObject) -> None:
    with transaction.atomic():
        text = getattr(rows(log).get(seq=place), column) or "0"
        at = data.draw(st.integers(0, len(text) - 1))
        sign = data.draw(st.characters(codec="utf-8", exclude_characters=text[at] + "\0"))
        rows(log).filter(seq=place).update(**{column: (text[:at] + sign + text[at + 1 :])[:60]})
        assert found() == (log, place)
        transaction.set_rollback(True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's columns take no such values")
@pytest.mark.parametrize("moment", ["no moment", "2026-99-99 00:00:00", b"\xff\xfe"])
def test_a_row_that_cannot_be_read_is_named(log: str, moment: object) -> None:
    with connection.cursor() as cursor:
        triggers_of = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditentry'"
        cursor.execute(triggers_of)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE audit_auditentry SET at = %s WHERE subject = %s AND seq = 3", [moment, log])
    assert found() == (log, 3)


def test_entries_written_meanwhile_are_no_fault(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = verify.known_heads()
    journal.record("keys", act="late", actor="x", at=NOW)
    monkeypatch.setattr(verify, "known_heads", lambda: before)
    assert found() is None


class TestCommand:
    def test_it_says_whole(self, log: str) -> None:
        out = StringIO()
        call_command("audit", verify=True, json=True, stdout=out)
        assert json.loads(out.getvalue()) == {"whole": True, "entries": 2 * LENGTH, "fault": None}

    def test_it_names_the_first_fault(self, log: str) -> None:
        rows(log).filter(seq=3).update(act="x")
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("audit", verify=True, stdout=out)
        assert ended.value.code == 1
        assert out.getvalue().startswith(f"{log} entry 3: changed")

    def test_it_wants_to_know_what_to_do(self) -> None:
        with pytest.raises(CommandError) as refused:
            call_command("audit")
        assert refused.value.returncode == 2


class TestAppendOnly:
    def test_the_model_refuses(self, log: str) -> None:
        entry = AuditEntry.objects.filter(subject=log).first()
        for act in (
            entry.save,
            entry.delete,
            AuditEntry.objects.all().delete,
            lambda: AuditEntry.objects.update(act="x"),
            lambda: AuditEntry.objects.bulk_update([entry], ["act"]),
        ):
            with pytest.raises(RuleViolation):
                act()

    @pytest.fixture
    def fence(self) -> Iterator[None]:
        triggers.install(connection)
        yield
        triggers.remove(connection)

    @pytest.mark.parametrize("act", ["UPDATE audit_auditentry SET act = 'x'", "DELETE FROM audit_auditentry"])
    def test_the_database_refuses(self, log: str, fence: None, act: str) -> None:
        with (
            pytest.raises(DatabaseError, match=triggers.REFUSAL),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)
        journal.record("keys", act="goes on", actor="x", at=NOW)
        assert found() is None

    def test_the_fence_comes_with_the_migrations(self) -> None:
        assert "0002_append_only" in {name for app, name in migrations_applied() if app == "audit"}


def migrations_applied() -> set[tuple[str, str]]:
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())


def test_every_audited_thing_is_known() -> None:
    assert Journal in verify.audited_models()
    assert all(issubclass(model, models.Model) for model in verify.audited_models())
