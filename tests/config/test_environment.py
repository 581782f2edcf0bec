"""The environment is read strictly: a value that means nothing stops the start and says what to write."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


def test_a_flag_is_true_or_false(monkeypatch):
    monkeypatch.setenv("DEBUG", "True")
    assert environment.flag("DEBUG", False) is True
    monkeypatch.setenv("DEBUG", "yes")
    with pytest.raises(ImproperlyConfigured, match="write True or False"):
        environment.flag("DEBUG", False)


def test_a_number_is_a_whole_number(monkeypatch):
    monkeypatch.setenv("PORT", "eight")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        environment.number("PORT", 8000)


def test_a_list_forgives_blanks(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example , ,b.example")
    assert environment.names("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_sqlite_takes_the_write_lock_at_once_and_lets_readers_go_on():
    made = environment.database("sqlite:////data/one.sqlite3")
    assert made["NAME"] == "/data/one.sqlite3"
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in made["OPTIONS"]["init_command"]


def test_a_postgres_address_may_name_a_socket_and_escape_its_password():
    made = environment.database("postgresql://us%40er:p%2Fw@/one?host=/run/postgresql")
    assert (made["USER"], made["PASSWORD"], made["NAME"], made["HOST"]) == ("us@er", "p/w", "one", "/run/postgresql")


def test_behind_a_pooler_nothing_is_kept_on_a_connection():
    made = environment.database("postgresql://u@h/one")
    assert (made["OPTIONS"]["prepare_threshold"], made["DISABLE_SERVER_SIDE_CURSORS"]) == (2, False)
    made = environment.database("postgresql://u@h/one?pooler=transaction")
    assert (made["OPTIONS"]["prepare_threshold"], made["DISABLE_SERVER_SIDE_CURSORS"]) == (None, True)
    with pytest.raises(ImproperlyConfigured, match="pooler is transaction"):
        environment.database("postgresql://u@h/one?pooler=yes")


def test_an_unknown_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="sqlite:///path or postgresql://"):
        environment.database("mysql://root@localhost/x")


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("  from the file\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.secret("SECRET_KEY", "default") == "from the file"
