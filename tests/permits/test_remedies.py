"""Remedies: to whom, how, and until which day (R2.34 to R2.37)."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import WorkingCalendar
from industries import publishing
from permits.law import remedies

TOLD: dict[str, Any] = {"review_body": "区政府", "review_days": 60, "court": "法院", "suit_months": 6}
CALENDAR = WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)
days = st.dates(date(2019, 1, 1), date(2025, 12, 31))


def next_working(day: date) -> date:
    """The day itself or the first working day after it, one by one."""
    while CALENDAR.count(day - timedelta(1), day) == 0:
        day += timedelta(1)
    return day


@given(days)
def test_r2_34_last_days_are_those_of_a_hand_on_the_calendar(known_on: date) -> None:
    told = remedies.with_last_days(TOLD, known_on, CALENDAR)
    assert date.fromisoformat(told["review_by"]) == next_working(known_on + timedelta(60))
    year, month = (
        (known_on.year, known_on.month + 6) if known_on.month <= 6 else (known_on.year + 1, known_on.month - 6)
    )
    sixth = date(year, month, min(known_on.day, monthrange(year, month)[1]))
    assert date.fromisoformat(told["suit_by"]) == next_working(sixth)
    assert (told["known_on"], told["provisional"]) == (str(known_on), False)


def printed(**told: Any) -> str:
    on = date(2026, 3, 3)
    words = remedies.with_last_days({**TOLD, **told}, on, CALENDAR)
    last = {name: date.fromisoformat(words[name]) for name in ("review_by", "suit_by")}
    context = {"remedies": words | last, "channel": "区里的网址", "body_name": "某局", "dated": "2026年3月3日"}
    return render_to_string("paper/parts/remedies.html", context)


def test_r2_35_a_vertical_organ_names_the_authority_above_it() -> None:
    assert "向本机关的上一级主管部门某市局申请行政复议" in printed(leadership="vertical", review_body="某市局")
    assert "上一级" not in printed(leadership="local")
    assert "上一级" not in printed()


def test_r2_36_the_respondent_is_the_deciding_body() -> None:
    assert "被申请人（被告）为某局" in printed()


def test_r2_37_the_online_way_is_the_departments_own_or_the_districts() -> None:
    assert "在线申请行政复议：区里的网址" in printed()
    assert "在线申请行政复议：局里的网址" in printed(online="局里的网址")


def test_what_nobody_has_confirmed_is_said_so() -> None:
    assert "尚待核实" in printed(to_confirm=True)
    assert "尚待核实" not in printed(to_confirm=False)


def test_without_remedies_the_block_is_empty() -> None:
    assert render_to_string("paper/parts/remedies.html", {"remedies": {}}).strip() == ""


@pytest.mark.parametrize("department", ["dept_tobacco", "dept_fire"])
def test_r2_35_organs_under_other_leadership_are_not_simply_sent_to_the_district(department: str) -> None:
    told = publishing.bundled().departments[department].remedies
    assert told.review_body != publishing.bundled().departments["dept_mrb"].remedies.review_body
    assert told.to_confirm


def test_every_department_names_its_remedies() -> None:
    for department in publishing.bundled().departments.values():
        told = department.remedies
        assert (told.review_days, told.suit_months) == (60, 6)
        assert told.review_body
        assert told.court
        assert told.leadership in ("local", "vertical")
