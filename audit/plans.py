"""Statements that are written once and sent often: PostgreSQL keeps their plans, Django lends its models.

Django binds parameters on the client, where nothing can be prepared, so PostgreSQL plans the same dozen statements anew for
each act: a seventh of the time of a whole case. What is sent from here binds on the server, and is prepared there from the
third time on. Behind a pooler that changes the connection with each transaction nothing may be prepared:
`config.environment.database` then leaves `prepare_threshold` out, and the statements go as they are.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import Model
from django.db.models.query import RawQuerySet
from django.db.models.sql.query import RawQuery

M = TypeVar("M", bound=Model)


def cursor() -> CursorWrapper:
    """A cursor of the default database for a statement that comes again; logged and counted like any other."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 - needs psycopg

    connection.ensure_connection()
    binding: Any = cast("Any", ServerBindingCursor)(connection.connection)
    return _Told(binding, connection) if connection.queries_logged else connection.make_cursor(binding)


def rows(model: type[M], sql: str, parameters: Sequence[object]) -> "RawQuerySet[M]":
    """What `model.objects.raw` gives, by way of `cursor`."""
    query: Any = _Kept(sql, connection.alias, tuple(parameters))
    return RawQuerySet(sql, model=model, query=query, params=tuple(parameters), using=connection.alias)


class _Told(CursorDebugWrapper):
    """Django's cursor that logs, for a statement whose values never were part of it."""

    @contextmanager
    def debug_sql(self, sql: Any = None, params: Any = None, *_asked: Any, many: bool = False, **_more: Any) -> Any:
        with super().debug_sql(sql, params, use_last_executed_query=False, many=many):
            yield


class _Kept(RawQuery):
    """Django's raw query, but for the cursor."""

    def _execute_query(self) -> None:
        self.cursor = cursor()
        self.cursor.execute(self.sql, self.params)
