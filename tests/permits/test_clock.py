"""The clock of a matter against the law's vectors and a day-by-day count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.working_days import WorkingCalendar
from permits import clock

DAYS = st.dates(date(2020, 1, 1), date(2026, 9, 1))


@pytest.fixture(scope="module")
def official() -> WorkingCalendar:
    from calendars import seed

    return WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)


def counted_out(calendar: WorkingCalendar, start: date, days: int) -> date:
    """The n-th working day after the start, found by walking; with 0 the start or the next working day."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working(day)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("start", "days", "end"),
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
def test_r2_5_vectors(official: WorkingCalendar, start: str, days: int, end: str) -> None:
    found = clock.last_day(official, date.fromisoformat(start), days, clock.DayType.WORKING)
    assert (found.date.isoformat(), found.provisional) == (end, False)


@given(start=DAYS, days=st.integers(0, 60))
def test_r2_1_working_days_are_counted_one_by_one(official: WorkingCalendar, start: date, days: int) -> None:
    assert clock.last_day(official, start, days, "working").date == counted_out(official, start, days)


@given(start=DAYS, days=st.integers(0, 90))
def test_r2_2_calendar_days_end_on_a_working_day(official: WorkingCalendar, start: date, days: int) -> None:
    found = clock.last_day(official, start, days, "calendar").date
    assert found == counted_out(official, start + timedelta(days=days), 0)


@given(
    start=DAYS,
    statutory=st.integers(1, 60),
    promised=st.integers(0, 60),
    day_type=st.sampled_from(["working", "calendar"]),
)
def test_r1_37_the_promise_never_ends_after_the_statute(
    official: WorkingCalendar, start: date, statutory: int, promised: int, day_type: str
) -> None:
    dates = clock.dates(official, start, clock.Limits(statutory, day_type, promised))
    assert dates.promised_by <= dates.statutory_by


@given(start=DAYS, promised=st.integers(0, 10))
def test_without_a_statutory_number_the_promise_is_the_limit(
    official: WorkingCalendar, start: date, promised: int
) -> None:
    dates = clock.dates(official, start, clock.Limits(0, "working", promised))
    assert dates.promised_by == dates.statutory_by == counted_out(official, start, promised)


@given(start=DAYS, more=st.integers(0, 120))
def test_days_used_grow_by_working_days_only(official: WorkingCalendar, start: date, more: int) -> None:
    until = start + timedelta(days=more)
    used = clock.days_used(official, start, until)
    assert used == sum(official.is_working(start + timedelta(days=n)) for n in range(1, more + 1))


@given(start=DAYS, days=st.integers(0, 40))
def test_days_left_is_zero_on_the_last_day_and_negative_after_it(
    official: WorkingCalendar, start: date, days: int
) -> None:
    limit = clock.last_day(official, start, days, "working").date
    assert clock.days_left(official, limit, limit) == 0
    assert clock.days_left(official, limit + timedelta(days=1), limit) < 0
    assert clock.days_left(official, limit - timedelta(days=1), limit) >= 0


@given(received=DAYS, later=st.integers(0, 30))
def test_r2_8_silence_accepts_once_the_fifth_working_day_has_passed(
    official: WorkingCalendar, received: date, later: int
) -> None:
    today = received + timedelta(days=later)
    last = counted_out(official, received, 5)
    assert clock.deemed_accepted_on(official, received, today) == (received if today > last else None)


@given(received=DAYS, told_after=st.none() | st.integers(0, 30), later=st.integers(0, 30))
def test_r2_8_a_notice_has_to_reach_the_applicant_by_the_fifth_working_day(
    official: WorkingCalendar, received: date, told_after: int | None, later: int
) -> None:
    today, last = received + timedelta(days=later), counted_out(official, received, 5)
    told_on = None if told_after is None else received + timedelta(days=told_after)
    is_late = told_on > last if told_on else today > counted_out(official, received, 6)
    assert clock.untold_from(official, received, told_on, today) == (received if is_late else None)


def test_a_limit_in_a_year_without_a_notice_is_provisional(official: WorkingCalendar) -> None:
    dates = clock.dates(official, date(2026, 12, 20), clock.Limits(20, "working", 5))
    assert dates.provisional
