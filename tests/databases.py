"""Which tests play on PostgreSQL too: those whose answer may depend on the database.

All tests play on SQLite. On PostgreSQL play

- what was written for it (`postgres`) and what needs real transactions: locks, races, kills;
- what meets a refusal of the database itself, or speaks SQL: seen by the words of `DIFFERS` in the test;
- files and tests marked `each_database`: raw SQL, triggers, searches, sums and orders that the database makes, JSON, migrations;
  scenarios of every verb, so that each act's statements are sent; a walk over the pages, so that theirs are; and for each statement
  with a subquery, a CASE, a sum, a text pattern or a date function that none of these sends, a test that does.

Whatever else touches tables asks for what Django promises to be the same.
"""

import inspect
import re

import pytest

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
REAL_TRANSACTIONS = {"transactional_db", "django_db_serialized_rollback"}
DIFFERS = re.compile(r"\b(IntegrityError|DatabaseError|OperationalError|DataError|on_postgres|cursor\(|\.raw\()")
"""Names that a test uses which meets the database itself."""


def plays_on_each(item: pytest.Item) -> bool:
    """Whether the second run, on another database, takes the test."""
    if item.get_closest_marker("browser"):
        return False
    marks = [item.get_closest_marker(name) for name in ("postgres", "each_database")]
    database = item.get_closest_marker("django_db")
    real = database is not None and bool(database.kwargs.get("transaction"))
    fixtures = set(getattr(item, "fixturenames", ()))
    real = real or bool(fixtures & REAL_TRANSACTIONS)
    return any(marks) or real or (asks_the_database(item) and meets_the_database(item))


def asks_the_database(item: pytest.Item) -> bool:
    """Whether the test reads or writes tables."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


def meets_the_database(item: pytest.Item) -> bool:
    """Whether the test's own text names one of `DIFFERS`."""
    function = getattr(item, "function", None)
    return function is not None and DIFFERS.search(inspect.getsource(function)) is not None
