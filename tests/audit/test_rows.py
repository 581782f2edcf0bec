"""Rows written with prepared statements are the rows that the ORM would have written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError

from audit.rows import insert_new_rows, insert_rows, update_rows
from outbox.models import Parcel

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def parcel(key: str, **values: Any) -> Parcel:
    return Parcel(kind="test", key=key, payload={"姓名": "王小店", "n": [1, None]}, created_at=AT, due_at=AT, **values)


def facts(row: Parcel) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_inserted_rows_read_back_as_they_were_and_know_their_keys() -> None:
    rows = [parcel("a", attempts=3), parcel("b", last_error='it\'s 100% "late"', leased_until=AT)]
    insert_rows(rows)
    assert [facts(row) for row in rows] == [facts(row) for row in Parcel.objects.order_by("key")]
    assert not rows[0]._state.adding
    rows[0].save()
    assert Parcel.objects.count() == 2


def test_an_insert_that_meets_a_constraint_is_refused_whole() -> None:
    insert_rows([parcel("a")])
    with pytest.raises(IntegrityError):
        insert_rows([parcel("b"), parcel("a")])


def test_rows_that_are_there_already_are_left_alone() -> None:
    insert_rows([parcel("a", attempts=1)])
    insert_new_rows([parcel("a", attempts=9), parcel("b")])
    assert dict(Parcel.objects.values_list("key", "attempts")) == {"a": 1, "b": 0}


@pytest.mark.parametrize("count", [1, 3])
def test_only_the_named_columns_change(count: int) -> None:
    rows = [parcel(str(n)) for n in range(count)]
    insert_rows(rows)
    for row in rows:
        row.attempts, row.last_error = 7, "not to be written"
    update_rows(rows, ["attempts"])
    assert {(row.attempts, row.last_error) for row in Parcel.objects.all()} == {(7, "")}
    assert Parcel.objects.count() == count


def test_a_row_that_has_gone_is_not_written_silently() -> None:
    row = parcel("a")
    insert_rows([row])
    Parcel.objects.all().delete()
    with pytest.raises(DatabaseError, match="has gone"):
        update_rows([row], ["attempts"])


def test_nothing_is_written_for_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert_rows([])
        insert_new_rows([])
        update_rows([], ["attempts"])
