"""R2.23: the periods of a hearing against counting every day, and when a decision may come."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import WorkingCalendar
from permits.law.hearing_rules import Right, Standing, ask_by, first_day, hold_by, may_decide, standing

CALENDAR = WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)
DAYS = st.dates(date(2026, 1, 1), date(2026, 10, 31))


def counted(calendar: WorkingCalendar, start: date, days: int) -> date:
    """The day on which so many working days have passed, the first not counted; day by day."""
    day = start
    while days:
        day += timedelta(1)
        days -= calendar.is_working(day)
    return day


@given(start=DAYS)
def test_r2_23_five_seven_and_twenty_working_days(start: date) -> None:
    assert ask_by(CALENDAR, start) == counted(CALENDAR, start, 5)
    assert first_day(CALENDAR, start) == counted(CALENDAR, start, 7)
    assert hold_by(CALENDAR, start) == counted(CALENDAR, start, 20)


@given(told=DAYS, asked=st.none() | st.integers(0, 9), later=st.integers(0, 60), held=st.none() | st.integers(0, 40))
def test_r2_23_nothing_is_decided_while_a_hearing_can_be_asked_for_or_is_due(
    told: date, asked: int | None, later: int, held: int | None
) -> None:
    today = told + timedelta(later)
    asked_on = told + timedelta(asked) if asked is not None else None
    held_on = asked_on + timedelta(held) if asked_on and held is not None else None
    may = may_decide(CALENDAR, Right(told, asked_on=asked_on, held_on=held_on), today)
    assert may == (held_on is not None or (asked_on is None and today > counted(CALENDAR, told, 5)))


@pytest.mark.parametrize(
    ("right", "today", "is_"),
    [
        (Right(date(2026, 3, 3)), date(2026, 3, 10), Standing.OPEN),  # the fifth working day itself
        (Right(date(2026, 3, 3)), date(2026, 3, 11), Standing.OVER),
        (Right(date(2026, 3, 3), waived_on=date(2026, 3, 4)), date(2026, 3, 4), Standing.WAIVED),
        (Right(date(2026, 3, 3), asked_on=date(2026, 3, 4)), date(2026, 5, 4), Standing.DUE),
    ],
)
def test_r2_23_standings(right: Right, today: date, is_: Standing) -> None:
    assert standing(CALENDAR, right, today) is is_
