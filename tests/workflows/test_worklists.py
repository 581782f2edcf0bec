"""The departments' lists: what each tab holds, filters, search, order, and what it costs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Enterprise
from calendars.working_days import WorkingCalendar
from permits.models import Case, Section
from tests.workflows.conftest import MONDAY, Story
from workflows import claims, steps
from workflows.lists import worklists
from workflows.lists.worklists import Desk, RowMatter, View

pytestmark = pytest.mark.each_database

TODAY = date(2026, 3, 4)
MRB = "dept_mrb"


def numbers(story: Story, calendar: WorkingCalendar, today: date = TODAY, **view: Any) -> list[str]:
    """The numbers that a view lists, in order."""
    rows = worklists.sections(Desk(story.cast.officer(MRB)), View(**{"tab": "all"} | view), calendar, today)
    return [section.case.number for section in rows]


def test_the_tabs_hold_mine_free_all_and_done(story: Story, calendar: WorkingCalendar) -> None:
    mine, other, free, done, foreign = (story.accepted() for _ in range(5))
    story.submitted()
    claims.claim(mine, actor=story.officer(MRB), at=MONDAY)
    claims.claim(other, actor=story.cast.actor(story.cast.second_officer(MRB)), at=MONDAY)
    steps.grant(done, matters=story.parts(done)[MRB], actor=story.officer(MRB), at=MONDAY)
    steps.withdraw(foreign, actor=story.applicant, at=MONDAY)
    assert numbers(story, calendar, tab="mine") == [mine.number]
    assert numbers(story, calendar, tab="free") == [free.number]
    assert set(numbers(story, calendar, tab="all")) == {mine.number, other.number, free.number}
    assert set(numbers(story, calendar, tab="done")) == {done.number, foreign.number}
    counts = worklists.tab_counts(Desk(story.cast.officer(MRB)), View(), calendar, TODAY)
    assert counts == {"mine": 1, "approve": 0, "free": 1, "all": 3, "done": 2}


def test_filters_narrow_and_their_counts_follow(story: Story, restaurant: Story, calendar: WorkingCalendar) -> None:
    store, eatery = story.accepted(), restaurant.accepted()
    claims.claim(store, actor=story.officer(MRB), at=MONDAY)
    assert numbers(story, calendar, industry="restaurant") == [eatery.number]
    assert numbers(story, calendar, holder=str(story.cast.officer(MRB).pk)) == [store.number]
    assert numbers(story, calendar, holder=worklists.NOBODY) == [eatery.number]
    matter = story.parts(store)[MRB][0]
    assert set(numbers(story, calendar, matter=matter)) == {store.number, eatery.number}
    assert numbers(story, calendar, matter="no_such") == []
    counts = worklists.tab_counts(Desk(story.cast.officer(MRB)), View(industry="restaurant"), calendar, TODAY)
    assert counts["all"] == 1


@pytest.mark.parametrize(
    ("days_before", "state"), [(0, "normal"), (2, "soon"), (3, "soon"), (4, "today"), (5, "overdue")]
)
def test_the_clock_filter_has_the_borders_of_the_mark(
    story: Story, calendar: WorkingCalendar, days_before: int, state: str
) -> None:
    case = story.accepted()
    last = case.sections.get(body_id=MRB).promised_by
    today = {
        "overdue": last + timedelta(days=1),
        "today": last,
        "normal": date(2026, 3, 2),
    }.get(state, last - timedelta(days=4 - days_before))
    left = worklists.limit(calendar, today, last).left
    assert {"overdue": left < 0, "today": left == 0, "soon": 0 < left <= 2, "normal": left > 2}[state]
    listed = {name for name in ("overdue", "today", "soon", "normal") if numbers(story, calendar, today, clock=name)}
    assert listed == {state}


@pytest.mark.parametrize(
    "text",
    ["示例便利", "slbld", "SLBLD", "shanghaishili", "91310105MA1FW00290", "１３８０００００００１", "示例 slbld"],
)
def test_search_finds_by_name_pinyin_initials_code_and_phone(
    story: Story, calendar: WorkingCalendar, text: str
) -> None:
    case = story.accepted()
    Enterprise.objects.update(pinyin="shanghaishilibianlidian", initials="shslbld", phone="13800000001")
    assert numbers(story, calendar, text=text) == [case.number]
    assert numbers(story, calendar, text=f"{text} 没有这家") == []


def test_search_finds_by_number_however_it_is_grouped(story: Story, calendar: WorkingCalendar) -> None:
    case = story.accepted()
    assert numbers(story, calendar, text=case.number) == [case.number]
    assert numbers(story, calendar, text=case.number[-6:]) == [case.number]


def test_the_most_urgent_comes_first(story: Story, calendar: WorkingCalendar) -> None:
    late, soon = story.accepted(MONDAY + timedelta(days=7)), story.accepted(MONDAY)
    assert numbers(story, calendar) == [soon.number, late.number]
    assert numbers(story, calendar, sort="newest") == [late.number, soon.number]


def test_r2_26_the_first_accepted_comes_first_whatever_was_begun_first(story: Story, calendar: WorkingCalendar) -> None:
    begun_first = story.submitted()
    accepted_first = story.accepted(MONDAY)
    steps.accept(begun_first, actor=story.window, at=MONDAY + timedelta(days=1))
    assert numbers(story, calendar, sort="first") == [accepted_first.number, begun_first.number]
    same_day = story.accepted(MONDAY + timedelta(hours=1))
    assert numbers(story, calendar, sort="first") == [accepted_first.number, same_day.number, begun_first.number]


def test_a_limit_beyond_the_calendar_is_unknown_never_green(calendar: WorkingCalendar) -> None:
    assert worklists.limit(calendar, TODAY, date(2060, 1, 4)).left is None


def test_other_departments_and_bodyless_people_see_nothing(story: Story) -> None:
    story.accepted()
    assert not worklists.of_department(story.cast.officer("dept_sports")).exists()
    assert not worklists.of_department(story.cast.administrator).exists()


@pytest.mark.parametrize("waiting", [1, 50])
def test_a_list_costs_the_same_for_one_and_for_fifty(
    story: Story, client: Client, waiting: int, django_assert_max_num_queries: Any
) -> None:
    case = story.accepted()
    multiply(case, waiting - 1)
    client.force_login(story.cast.officer(MRB))
    client.get("/work/?tab=all")
    with django_assert_max_num_queries(15):
        page = client.get("/work/?tab=all")
    assert page.content.decode().count('data-label="经办人"') == waiting


def multiply(case: Case, times: int) -> None:
    """More cases like this one, as the list sees them: made in bulk, since only their number matters."""
    columns = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    for column in ("id", "key", "code", "number"):
        columns.pop(column)
    made = Case.objects.bulk_create(
        Case(**columns, key=f"key-{n}", code=f"code-{n}", number=f"{case.number}-{n}") for n in range(times)
    )
    section = case.sections.get(body_id=MRB)
    sections = Section.objects.bulk_create(
        Section(case=one, body_id=MRB, promised_by=section.promised_by, statutory_by=section.statutory_by)
        for one in made
    )
    matter = section.matters.first()
    values = {f.attname: getattr(matter, f.attname) for f in matter._meta.concrete_fields if f.attname != "id"}
    type(matter).objects.bulk_create(
        type(matter)(**values | {"case_id": one.case_id, "section_id": one.pk}) for one in sections
    )


def test_r6_3_what_goes_by_commitment_stands_first(story: Story, calendar: WorkingCalendar) -> None:
    """Also before what is overdue: it is decided on the spot or in one working day."""
    overdue = story.accepted(MONDAY - timedelta(days=14))
    story.answers |= {"makes_food": False, "sells_food": True, "prepackaged_only": False}
    story.answers |= {"choose_commitment": True, "first_class_credit": True}
    promised = story.promised(MONDAY)
    assert numbers(story, calendar) == [promised.number, overdue.number]
    row = worklists.rows_of(
        worklists.sections(Desk(story.cast.officer(MRB)), View(tab="all"), calendar, TODAY),
        Desk(story.cast.officer(MRB)),
        calendar,
        TODAY,
    )[0]
    assert row.matters == (RowMatter("食品经营许可", "待决定", is_open=True, by_commitment=True),)
