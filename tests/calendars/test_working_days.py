"""R2.1, R2.2, R2.5, R2.6: working-day arithmetic against the notice of 2026 and against counting day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import Deadline, WorkingCalendar, YearNotLoaded

CALENDAR = WorkingCalendar.from_rows(row for days in seed.rows().values() for row in days)
LAST_OFFICIAL = date(2026, 12, 31)
DAYS = st.dates(date(2019, 1, 1), date(2026, 6, 30))
STEPS = st.integers(0, 120)


def brute_add(day: date, n: int) -> date:
    """The n-th working day after the day, one day at a time."""
    if n == 0:
        while not CALENDAR.is_working(day):
            day += timedelta(1)
        return day
    while n:
        day += timedelta(1)
        n -= CALENDAR.is_working(day)
    return day


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-02-11", 5, "2026-02-25"),
        ("2026-02-11", 20, "2026-03-17"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-16", 5, "2026-02-28"),
        ("2026-04-28", 5, "2026-05-08"),
        ("2026-09-17", 10, "2026-10-08"),
        ("2026-09-30", 2, "2026-10-09"),
    ],
)
def test_r2_5_vectors_of_2026(start: str, n: int, end: str) -> None:
    expected = Deadline(date.fromisoformat(end), provisional=False)
    assert CALENDAR.add(date.fromisoformat(start), n) == expected
    assert CALENDAR.count(date.fromisoformat(start), expected.date) == n


def test_r2_5_a_year_has_248_working_days() -> None:
    assert CALENDAR.count(date(2025, 12, 31), LAST_OFFICIAL) == 248


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_r2_1_a_make_up_weekend_counts(day: str) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-02", "2026-02-20", "2026-05-05", "2026-06-19", "2026-10-07"])
def test_r2_1_a_weekday_turned_into_a_holiday_does_not(day: str) -> None:
    assert not CALENDAR.is_working(date.fromisoformat(day))


@given(DAYS, STEPS)
def test_adding_is_counting_day_by_day(day: date, n: int) -> None:
    assert CALENDAR.add(day, n).date == brute_add(day, n)


@given(DAYS, STEPS)
def test_counting_is_counting_day_by_day(first: date, length: int) -> None:
    days = [first + timedelta(step) for step in range(1, length + 1)]
    assert CALENDAR.count(first, first + timedelta(length)) == sum(map(CALENDAR.is_working, days))


@given(DAYS, st.integers(1, 60), st.integers(1, 60))
def test_adding_is_additive(day: date, a: int, b: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, a).date, b) == CALENDAR.add(day, a + b)


@given(DAYS, DAYS, STEPS)
def test_a_later_start_never_ends_earlier(one: date, other: date, n: int) -> None:
    first, last = sorted((one, other))
    assert CALENDAR.add(first, n).date <= CALENDAR.add(last, n).date


@given(DAYS, STEPS)
def test_a_last_day_is_a_working_day_after_the_start(day: date, n: int) -> None:
    end = CALENDAR.add(day, n).date
    assert CALENDAR.is_working(end)
    assert end > day if n else end >= day


@given(DAYS, st.integers(1, 120))
def test_counting_takes_adding_back(day: date, n: int) -> None:
    assert CALENDAR.count(day, CALENDAR.add(day, n).date) == n


@given(DAYS, STEPS)
def test_r2_2_a_calendar_day_limit_moves_on_from_a_day_off(day: date, n: int) -> None:
    end = CALENDAR.add_calendar_days(day, n)
    assert end == CALENDAR.add(day + timedelta(n), 0)


def test_r2_2_a_calendar_day_limit_that_ends_in_the_spring_festival() -> None:
    assert CALENDAR.add_calendar_days(date(2026, 2, 6), 10) == Deadline(date(2026, 2, 24), provisional=False)


def test_counting_backwards_finds_nothing() -> None:
    assert CALENDAR.count(date(2026, 3, 2), date(2026, 2, 2)) == 0


@pytest.mark.parametrize("act", ["add", "add_calendar_days"])
def test_a_negative_number_is_an_error(act: str) -> None:
    with pytest.raises(ValueError):
        getattr(CALENDAR, act)(date(2026, 2, 2), -1)


def test_next_working_day() -> None:
    assert CALENDAR.next_working_day(date(2026, 2, 13)).date == date(2026, 2, 14)


class TestYearsWithoutNotice:
    """R2.6: a provisional day marks every date that rests on it; a year without rows gives no date at all."""

    OFFICIAL = WorkingCalendar.from_rows(seed.rows()[2026])

    def test_r2_6_a_date_within_the_official_year_is_certain(self) -> None:
        assert not CALENDAR.add(date(2026, 12, 30), 1).provisional

    def test_r2_6_a_date_through_a_provisional_day_says_so(self) -> None:
        assert CALENDAR.add(date(2026, 12, 30), 2).provisional
        assert CALENDAR.add_calendar_days(date(2026, 12, 30), 10).provisional
        assert CALENDAR.is_provisional(date(2027, 3, 1))

    def test_r2_6_the_start_itself_is_not_touched(self) -> None:
        rows = [(date(2026, 1, 1), "holiday", "provisional"), *seed.rows()[2026][1:]]
        assert not WorkingCalendar.from_rows(rows).add(date(2026, 1, 1), 3).provisional

    @pytest.mark.parametrize("n", [0, 1, 5, 400])
    def test_r2_6_nothing_is_computed_past_the_last_year(self, n: int) -> None:
        with pytest.raises(YearNotLoaded) as missing:
            self.OFFICIAL.add(date(2027, 1, 4) if n == 0 else LAST_OFFICIAL, n)
        assert missing.value.year == 2027
        assert "2027" in str(missing.value)

    def test_r2_6_nothing_is_computed_before_the_first_year(self) -> None:
        with pytest.raises(YearNotLoaded):
            self.OFFICIAL.count(date(2025, 12, 1), date(2026, 1, 9))

    def test_r2_6_a_year_missing_in_between_is_found(self) -> None:
        gap = WorkingCalendar.from_rows((*seed.rows()[2024], *seed.rows()[2026]))
        for compute in (lambda: gap.add(date(2024, 12, 31), 3), lambda: gap.count(date(2024, 5, 1), date(2026, 5, 1))):
            with pytest.raises(YearNotLoaded) as missing:
                compute()
            assert missing.value.year == 2025

    def test_a_missing_day_counts_by_its_weekday_provisionally(self) -> None:
        holed = WorkingCalendar.from_rows(row for row in seed.rows()[2026] if row[0] != date(2026, 3, 4))
        assert holed.add(date(2026, 3, 3), 1) == Deadline(date(2026, 3, 4), provisional=True)
