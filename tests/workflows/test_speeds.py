"""The median of tallies against the median of what they stand for."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from workflows.reports.speeds import median

TALLIES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), min_size=1, max_size=20)


@given(tallies=TALLIES)
def test_the_median_of_tallies_is_the_median_of_all_values(tallies: list[tuple[int, int]]) -> None:
    values = [value for value, count in tallies for _time in range(count)]
    assert median(tallies) == statistics.median(values)
