"""R2.31: each permit has its own days for its renewal; beyond the calendar nobody is turned away by a guess."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.working_days import WorkingCalendar
from certificates.acts import windows
from certificates.acts.windows import Term, Window, term_of, window

END = date(2026, 9, 30)


@pytest.mark.parametrize("matter", ["m_tobacco", "m_health", "m_of_nobody"])
def test_r2_30_thirty_days_before_the_end_is_the_last_day_where_nothing_else_is_ruled(
    matter: str, calendar: WorkingCalendar
) -> None:
    found = window(term_of(matter), END, calendar)
    assert (found.closes_on, found.provisional) == (date(2026, 8, 31), False)
    assert not found.is_late(date(2026, 8, 31))
    assert found.is_late(date(2026, 9, 1))


def test_r2_31_food_and_devices_count_working_days(calendar: WorkingCalendar) -> None:
    assert window(term_of("m_food_license"), END, calendar).closes_on == date(2026, 9, 9)
    assert window(term_of("m_device3"), END, calendar).closes_on < date(2026, 9, 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 40), st.integers(0, 40))
def test_r2_31_so_many_working_days_lie_behind_the_last_day(
    calendar: WorkingCalendar, end: date, closes: int, more: int
) -> None:
    found = window(Term(closes + more, closes, "working", ""), end, calendar)
    for day, wanted in ((found.closes_on, closes), (found.opens_on, closes + more)):
        if day.year < 2026:
            continue
        behind = [day + timedelta(n) for n in range(1, (end - day).days + 1)]
        assert sum(map(calendar.is_working, behind)) == wanted
        assert sum(map(calendar.is_working, behind[1:])) < wanted or not calendar.is_working(behind[0])


def test_r2_6_a_year_without_calendar_gives_a_provisional_window(calendar: WorkingCalendar) -> None:
    found = window(term_of("m_food_license"), date(2091, 3, 2), calendar)
    assert found == Window(date(2090, 10, 29), date(2091, 2, 11), provisional=True)


def test_no_window_closes_earlier_than_is_looked_for(calendar: WorkingCalendar) -> None:
    terms = [Term(**windows._data()["general"]), *(term_of(matter) for matter in windows._data()["matters"])]
    ends = [date(2026, 3, 1) + timedelta(n) for n in range(300)]
    assert max(end - window(term, end, calendar).closes_on for term in terms for end in ends) <= windows.LATEST_BEFORE
