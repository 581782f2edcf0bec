"""R6.12: numbers without gaps, also when several draw at once."""

import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from accounts.models import NumberSeries
from accounts.numbers import draw, draw_many


@pytest.mark.django_db
def test_r6_12_numbers_follow_one_another() -> None:
    assert [draw("dept_mrb", "grant", 2026), draw("dept_mrb", "grant", 2026, count=3)] == [[1], [2, 3, 4]]


@pytest.mark.django_db
def test_r6_12_each_body_kind_and_year_counts_for_itself(django_assert_num_queries) -> None:
    wanted = [("b", "grant", 2026), ("a", "grant", 2026), ("a", "grant", 2026), ("a", "grant", 2027)]
    with django_assert_num_queries(1):
        drawn = draw_many(wanted)
    assert drawn == {("a", "grant", 2026): [1, 2], ("a", "grant", 2027): [1], ("b", "grant", 2026): [1]}
    assert draw_many([]) == {}


@pytest.mark.django_db
def test_r6_12_a_number_goes_back_with_its_act() -> None:
    def fail() -> None:
        with transaction.atomic():
            draw("a", "grant", 2026)
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert draw("a", "grant", 2026) == [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_r6_12_no_gap_and_no_double_among_many_at_once() -> None:
    drawn: list[int] = []

    def work(fails: bool) -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    numbers = draw_many([("b", "x", 2026), ("a", "x", 2026)] * 2)
                    if fails:
                        transaction.set_rollback(True)
                    else:
                        drawn.extend(numbers["a", "x", 2026])
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place % 4 == 0,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(drawn) == Counter(range(1, 6 * 10 * 2 + 1))
    assert set(NumberSeries.objects.values_list("last", flat=True)) == {120}
