"""Names found by pinyin or initials: from the beginning by an index, in the midst where nothing begins so."""

import pytest
from django.db import connection
from django.db.models import Model, QuerySet

from accounts import name_search
from accounts.models import Enterprise
from accounts.pinyin import pinyin_of

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
NAMES = (
    "上海长宁示例便利店有限公司",
    "上海市长宁区示例书店",
    "长宁拾乐餐饮店",
    "上海示例食品有限公司",
    "上海便利大药房",
)


@pytest.fixture
def enterprises(db: None) -> QuerySet[Enterprise]:
    for place, name in enumerate(NAMES):
        pinyin, initials = pinyin_of(name)
        Enterprise.objects.create(uscc=f"91310105MA1FX{place:05}", name=name, pinyin=pinyin, initials=initials)
    return Enterprise.objects.all()


def plan(rows: QuerySet[Model]) -> str:
    """How the database finds the rows; of so few PostgreSQL would read all, so that it is told to avoid that."""
    sql, given = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{sql}", given)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("shcnsl", [0]),
        ("cnsl", [0, 2]),
        ("SL", [0, 1, 2, 3]),
        ("cnqslsd", [1]),
        ("shili", [0, 1, 3]),
        ("chang ning shi li", [0]),
        ("bldyx", [0]),
        ("bld", [4]),
        ("zzz", []),
    ],
)
def test_a_name_is_found_from_its_beginning_or_behind_the_places(
    enterprises: QuerySet[Enterprise], text: str, found: list[int]
) -> None:
    assert name_search.is_typed(text)
    names = name_search.by_pinyin(enterprises, text).values_list("name", flat=True)
    assert set(names) == {NAMES[place] for place in found}


@pytest.mark.parametrize("text", ["示例", "sl%", "", "cn_"])
def test_what_no_keyboard_types_for_pinyin_is_told_apart(text: str) -> None:
    assert not name_search.is_typed(text)


def test_an_index_answers_and_no_table_is_read_through(enterprises: QuerySet[Enterprise]) -> None:
    found = plan(enterprises.filter(name_search.begins_with("cnsl"))).lower()
    assert "index" in found
    assert "seq scan" not in found and "scan accounts_enterprise" not in found
    through = plan(enterprises.filter(initials__contains="cnsl")).lower()
    assert "seq scan" in through or "scan accounts_enterprise" in through, "the control"
