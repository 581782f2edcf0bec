"""R6.9-R6.11: which papers may come later, and by when, against a plain count of days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import WorkingCalendar
from industries.late_papers import days_for
from industries.notice import compile_notice
from industries.publishing import bundled
from industries.results import NoticeMaterial
from permits.law.tolerance import Ground, due_on, judge, needs
from tests.permits.conftest import MONDAY, STORE

OFFICIAL = WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)
ASKED = {one.id: one for one in compile_notice(bundled(), ["convenience_store"], STORE, MONDAY.date()).materials}
SECONDARY, MAIN = ASKED["mat_sign_drawing"], ASKED["mat_food_layout"]


@given(promised=st.integers(0, 60))
def test_r6_10_a_paper_has_twenty_days_at_most_and_two_less_than_the_promise(promised: int) -> None:
    fitting = [days for days in range(1, 21) if days <= promised - 2]
    assert days_for(promised) == max(fitting, default=0)


@given(accepted_on=st.dates(date(2020, 1, 1), date(2026, 9, 1)), promised=st.integers(3, 40))
def test_r6_10_the_last_day_is_a_working_day_two_before_the_promise(accepted_on: date, promised: int) -> None:
    due, day, counted = due_on(OFFICIAL, accepted_on, promised).date, accepted_on, 0
    while counted < days_for(promised):
        day += timedelta(days=1)
        counted += OFFICIAL.is_working(day)
    assert due == day > accepted_on
    promise = OFFICIAL.add(accepted_on, promised).date
    assert OFFICIAL.count(due, promise) >= 2
    assert OFFICIAL.count(accepted_on, due) <= 20


@pytest.mark.parametrize("promised", [0, 1, 2])
def test_r6_10_a_short_promise_leaves_no_day(promised: int) -> None:
    assert judge("m", SECONDARY, promised_days=promised, breaches=0).ground is Ground.NO_TIME
    with pytest.raises(ValueError, match="leaves no day"):
        due_on(OFFICIAL, date(2026, 3, 2), promised)


def with_flags(*, tolerable: bool, status: str) -> NoticeMaterial:
    return replace(SECONDARY, material=replace(SECONDARY.material, tolerable=tolerable), status=status)


@given(
    tolerable=st.booleans(),
    status=st.sampled_from(["submit", "exempt", "generated", "commitment"]),
    promised=st.integers(0, 30),
    breaches=st.integers(0, 2),
)
def test_r6_9_only_a_secondary_paper_that_is_to_be_handed_in_may_wait(
    tolerable: bool, status: str, promised: int, breaches: int
) -> None:
    verdict = judge("m", with_flags(tolerable=tolerable, status=status), promised_days=promised, breaches=breaches)
    assert verdict.allowed is (tolerable and status == "submit" and promised >= 3 and not breaches)


def test_r6_9_the_first_thing_that_stands_against_it_is_named() -> None:
    assert judge("m", MAIN, promised_days=5, breaches=0).ground is Ground.MAIN
    assert judge("m", None, promised_days=5, breaches=0).ground is Ground.NOT_ASKED
    assert judge("m", MAIN, promised_days=1, breaches=1).ground is Ground.BREACH


def test_r6_10_the_matters_that_need_a_paper_are_those_of_the_notice() -> None:
    assert needs(ASKED.values(), SECONDARY.id) == {"m_signboard"}
    assert not needs(ASKED.values(), "mat_of_nobody")
