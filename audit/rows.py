"""Rows written with statements that are written once, at the bottom of the ladder because the log itself writes so.

The ORM takes longer to write an INSERT or an UPDATE anew than the database takes to carry it out; an act sends the same
few every time (docs/decisions/0009). Values go through the fields as the ORM does it; signals are not sent.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Model

from audit import plans


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one table in one statement; each gets its key."""
    if not rows:
        return
    fields = _fields_without_key(type(rows[0]))
    with plans.cursor() as cursor:
        cursor.execute(_insert(type(rows[0]), len(rows), "RETURNING id"), _values(rows, fields))
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        _is_stored(row)


def insert_new_rows(rows: Sequence[Model]) -> None:
    """Insert those rows that break no unique constraint, leave the others out; none of them learns its key."""
    if rows:
        fields = _fields_without_key(type(rows[0]))
        with plans.cursor() as cursor:
            cursor.execute(_insert(type(rows[0]), len(rows), "ON CONFLICT DO NOTHING"), _values(rows, fields))


def update_rows(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these columns of stored rows of one table in one statement; the caller holds what keeps them there.

    Several rows are written as an insert that meets its own rows: Django's `bulk_update` builds a CASE … WHEN per column
    and takes ten times as long as the database does. Raises DatabaseError where a single row has gone.
    """
    if len(rows) > 1:
        model = type(rows[0])
        with plans.cursor() as cursor:
            cursor.execute(_meet(model, len(rows), tuple(columns)), _values(rows, model._meta.concrete_fields))
    elif rows:
        (row,) = rows
        fields = [row._meta.get_field(name) for name in columns]
        with plans.cursor() as cursor:
            cursor.execute(_update(type(row), tuple(columns)), [*_values(rows, fields), row.pk])
            if cursor.rowcount != 1:
                raise DatabaseError(f"{type(row).__name__} {row.pk} has gone: nothing was written")


def _fields_without_key(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _values(rows: Iterable[Model], fields: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]


def _is_stored(row: Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias


@cache
def _insert(model: type[Model], count: int, tail: str) -> str:
    return f"{_into(model, _fields_without_key(model), count)} {tail}"


@cache
def _meet(model: type[Model], count: int, columns: tuple[str, ...]) -> str:
    names = [_quoted(model._meta.get_field(name)) for name in columns]
    setting = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
    return f"{_into(model, model._meta.concrete_fields, count)} ON CONFLICT (id) DO UPDATE SET {setting}"


@cache
def _update(model: type[Model], columns: tuple[str, ...]) -> str:
    setting = ", ".join(f"{_quoted(model._meta.get_field(name))} = %s" for name in columns)
    # Only names of our own models go into these statements; values are parameters.
    return f"UPDATE {model._meta.db_table} SET {setting} WHERE id = %s"  # noqa: S608


def _into(model: type[Model], fields: Sequence[Any], count: int) -> str:
    row = f"({', '.join(['%s'] * len(fields))})"
    names = ", ".join(map(_quoted, fields))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES {', '.join([row] * count)}"  # noqa: S608 - see above


def _quoted(field: Any) -> str:
    return f'"{field.column}"'
