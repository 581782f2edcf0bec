"""Where the days of a case went: on the page of truth, in words and figures that add up."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from permits.deadlines import stops
from permits.law.day_account import Part
from permits.models import Case
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.shown.days import Days
from workflows.shown.truth import cases_for, truth_of

FOOD, TOBACCO, SIGN = "m_food_license", "m_tobacco", "m_signboard"


def look(story: Story, case: Case, today: str) -> Days:
    days = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=date.fromisoformat(today)).days
    assert days is not None
    return days


def shares(days: Days) -> list[tuple[str, int, int]]:
    return [(str(share.part), share.days, share.working_days) for share in days.whole.shares]


def stopped_alone(story: Story) -> Case:
    """Received on 2 March, supplement from 3 to 5 March; food stands from 9 to 19 March, the others end on 10 March."""
    case = story.submitted()
    asked: dict[str, Any] = {"items": {"mat_food_layout": "缺少尺寸"}, "taken_by": "王小店"}
    steps.request_supplement(case, actor=story.window, at=MONDAY + timedelta(days=1), **asked)
    steps.answer_supplement(case, actor=story.applicant, at=MONDAY + timedelta(days=3))
    steps.accept(case, actor=story.window, at=MONDAY + timedelta(days=4))
    mrb = story.officer("dept_mrb")
    stops.stop_clock(
        case, matters=[FOOD], ground="testing", needed_days=8, reason="送检", actor=mrb, at=MONDAY + timedelta(days=7)
    )
    for department, matters in story.parts(case).items():
        if department != "dept_mrb":
            steps.grant(case, matters=matters, actor=story.officer(department), at=MONDAY + timedelta(days=8))
    stops.resume_clock(case, matters=[FOOD], actor=mrb, at=MONDAY + timedelta(days=17))
    return case


def test_r2_21_the_parts_of_a_case_add_up(story: Story) -> None:
    case = stopped_alone(story)
    days = look(story, case, "2026-03-23")
    assert (days.since, days.until, days.is_over) == (date(2026, 3, 2), date(2026, 3, 23), False)
    assert shares(days) == [
        # Acceptance after a supplement counts from the day of the answer (R2.9).
        ("window", 1, 1),
        ("applicant", 2, 2),
        ("working", 5 + 4, 3 + 2),
        ("stopped", 9, 7),
    ]
    assert (days.whole.days, days.whole.working_days) == (21, 15)
    assert days.grounds == "检测"


def test_a_matter_ends_with_its_own_decision(story: Story) -> None:
    days = look(story, stopped_alone(story), "2026-03-23")
    own = {line.row.matter: (line.days, line.working_days) for line in days.matters}
    assert own == {FOOD: (21, 15), TOBACCO: (8, 6), SIGN: (8, 6)}
    for line in days.matters:
        assert sum(share.days for share, _words in line.cells) == line.days
        assert sum(share.working_days for share, _words in line.cells) == line.working_days


def test_r2_24_making_lasts_until_delivery_and_then_the_count_stands(story: Story) -> None:
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    assert shares(look(story, case, "2026-03-05")) == [("working", 1, 1), ("making", 2, 2)]
    clerk = story.cast.actor(story.cast.service_office)
    steps.deliver(
        case, handing=Handing("door", "王小店", deliverer="周审批"), actor=clerk, at=MONDAY + timedelta(days=4)
    )
    days = look(story, case, "2026-06-01")
    assert (days.until, days.is_over) == (date(2026, 3, 6), True)
    assert shares(days) == [("working", 1, 1), ("making", 3, 3)]


def test_a_withdrawn_case_ends_with_the_withdrawal(story: Story) -> None:
    case = story.submitted()
    steps.withdraw(case, actor=story.applicant, at=MONDAY + timedelta(days=2))
    days = look(story, case, "2026-06-01")
    assert (shares(days), days.is_over) == ([("window", 2, 2)], True)


def test_a_draft_has_no_days(story: Story) -> None:
    truth = truth_of(cases_for(story.cast.shopkeeper).get(pk=story.draft().pk), today=date(2026, 3, 3))
    assert truth.days is None


def test_a_year_without_a_calendar_is_not_guessed(story: Story) -> None:
    case = story.accepted()
    truth = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=date(2055, 3, 3))
    assert truth.days is None


def at_page(client: Client, case: Case, user: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    moment = MONDAY + timedelta(days=21)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    client.force_login(user)
    answer = client.get(case.get_absolute_url())
    return answer.status_code, html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("who", "status"),
    [("shopkeeper", 200), ("clerk", 200), ("service_office", 200), ("administrator", 200), ("stranger", 404)],
)
def test_the_page_tells_the_days_to_whoever_may_read_the_case(
    story: Story, client: Client, monkeypatch: pytest.MonkeyPatch, who: str, status: int
) -> None:
    case = stopped_alone(story)
    code, page = at_page(client, case, getattr(story.cast, who), monkeypatch)
    assert code == status
    words = ("时间用在哪里", "依法停止计时（检测）", "第四十五条", "共 21 天，其中工作日 15 天", "ol-day-bar__stopped")
    assert [word for word in words if (word in page) != (status == 200)] == []


def test_the_counter_reads_it_in_english(story: Story, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stopped_alone(story)
    client.cookies["django_language"] = "en"
    code, page = at_page(client, case, story.cast.clerk, monkeypatch)
    assert code == 200
    assert "Where the time went" in page
    assert "Lawful stop (Testing)" in page


def test_the_bar_covers_the_whole_without_a_gap(story: Story) -> None:
    days = look(story, stopped_alone(story), "2026-03-23")
    at = 0
    for _part, first, length in days.segments:
        assert first == at
        at += length
    assert at == days.whole.days
    assert {part for part, _first, _length in days.segments} == {
        Part.WINDOW,
        Part.APPLICANT,
        Part.WORKING,
        Part.STOPPED,
    }
