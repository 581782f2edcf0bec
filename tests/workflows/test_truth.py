"""The page of truth says whose turn it is, what is left of each clock, what was asked and what can be done."""

from datetime import date, timedelta

import pytest

from permits.models import Case
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.shown.truth import Truth, cases_for, truth_of

TUESDAY = MONDAY + timedelta(days=1)
REASON = "与学校距离不足"


def look(story: Story, case: Case, today: str = "2026-03-03") -> Truth:
    """The page as the shopkeeper sees it on a day."""
    return truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=date.fromisoformat(today))


def test_r2_8_after_handing_in_it_is_the_windows_turn_for_five_working_days(story: Story) -> None:
    truth = look(story, story.submitted())
    assert (truth.turn.who, truth.turn.by, truth.turn.days_left) == ("window", date(2026, 3, 9), 4)
    assert {line.state for line in truth.matters} == {"等待受理"}
    assert truth.number.replace(" ", "") == truth.case.number


def test_after_acceptance_each_matter_shows_days_used_and_left(story: Story) -> None:
    truth = look(story, story.accepted(), "2026-03-04")
    assert truth.turn.who == "departments"
    food = next(line for line in truth.matters if line.row.matter == "m_food_license")
    assert (food.days_used, food.days_left, food.statutory_left) == (2, 3, 8)
    assert food.is_waiting
    assert food.decision is None


def test_an_overdue_matter_counts_below_zero(story: Story) -> None:
    truth = look(story, story.accepted(), "2026-03-11")
    assert truth.turn.days_left == -2


def test_r2_9_a_supplement_names_each_point_and_where_it_stands(story: Story) -> None:
    case = story.submitted()
    asked = {"mat_food_layout": "缺少尺寸", "f_rep_name": "与证件不符"}
    steps.request_supplement(case, items=asked, actor=story.window, at=TUESDAY)
    truth = look(story, case, "2026-03-04")
    assert truth.turn.who == "applicant"
    assert truth.open_supplement is not None
    plan, name = truth.open_supplement.points
    assert plan.is_material
    assert not name.is_material
    assert name.was
    assert not plan.is_saved
    assert (plan.item.position, name.item.position) == (1, 2)
    assert truth.open_supplement.waiting == [plan, name]
    assert plan.name != "mat_food_layout"


def test_an_answered_supplement_stays_readable(story: Story) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    later = TUESDAY + timedelta(days=1)
    steps.answer_supplement(case, items={"mat_food_layout": "已补"}, actor=story.applicant, at=later)
    truth = look(story, case, "2026-03-05")
    assert truth.open_supplement is None
    assert truth.asked[0].points[0].item.answer == "已补"
    # The clock of the intake check runs anew from the day of the answer (R2.9).
    assert truth.turn.by == date(2026, 3, 11)


def test_r2_35_a_refusal_shows_its_reason_and_that_departments_remedies(story: Story) -> None:
    case = story.consenting(story.accepted())
    steps.refuse(case, matters=["m_tobacco"], reason=REASON, actor=story.officer("dept_tobacco"), at=TUESDAY)
    assert steps.serve_papers(case, at=TUESDAY) is not None
    line = next(one for one in look(story, case).matters if one.row.matter == "m_tobacco")
    assert line.row.reason == REASON
    # Sixty calendar days end on Saturday 2 May, a holiday; the next working day is 6 May. Six months end on 3 September.
    assert (line.remedies["review_by"], line.remedies["suit_by"]) == (date(2026, 5, 6), date(2026, 9, 3))
    assert line.remedies["review_body"] != ""
    assert line.paper_url.endswith(".pdf")


def test_a_declined_case_shows_reason_and_remedies(story: Story) -> None:
    case = story.submitted()
    steps.decline(case, reason="不属于本区管辖", actor=story.window, at=TUESDAY, taken_by="王小店")
    truth = look(story, case)
    assert truth.turn.who == "nobody"
    assert truth.declined is not None
    assert truth.declined.reason == "不属于本区管辖"
    assert truth.declined.remedies["review_by"] == date(2026, 5, 6)
    assert {line.state for line in truth.matters} == {"没有办理"}


def test_once_all_is_decided_the_licence_is_made_and_then_stands_on_the_page(story: Story) -> None:
    case = story.decided()
    assert look(story, case).turn.who == "office"
    steps.issue(case, at=TUESDAY)
    truth = look(story, case, "2026-03-04")
    assert truth.licence is not None
    assert truth.licence.number
    assert truth.papers[-1].url.endswith(f"/licences/{truth.licence.code}.pdf?version=1")
    # Delivery within ten working days of the decision (R2.24).
    assert truth.turn.by == date(2026, 3, 17)


@pytest.mark.parametrize("reason", ["", "不开店了"])
def test_a_withdrawn_case_says_so_and_why(story: Story, reason: str) -> None:
    case = story.accepted()
    steps.withdraw(case, actor=story.applicant, at=TUESDAY, reason=reason)
    truth = look(story, case)
    assert truth.turn.who == "nobody"
    assert truth.events[0].title == "撤回申请"
    assert truth.events[0].text == reason


def test_the_timeline_speaks_in_words_names_bodies_and_no_persons(story: Story) -> None:
    case = story.accepted()
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    events = look(story, case).events
    assert [event.title for event in events] == ["作出准予决定", "受理申请", "提交申请"]
    assert events[0].by == "区市场监管局"
    assert "食品经营许可" in events[0].text
    said = " ".join(f"{event.by}{event.title}{event.text}" for event in events)
    assert not any(name in said for name in ("李窗口", "王小店", "mrb"))


def test_a_filing_is_shown_as_registered(story: Story) -> None:
    case = story.accepted()
    row = case.matters.get(matter="m_food_license")
    row.kind = "备案"
    row.save(update_fields=["kind"])
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    line = next(one for one in look(story, case).matters if one.row.matter == "m_food_license")
    assert line.state == "已备案"


def test_r1_38_a_matter_with_a_longer_promise_is_told_beside_the_cases_own(restaurant: Story) -> None:
    truth = look(restaurant, restaurant.accepted())
    longer = [line for line in truth.matters if line.is_longer]
    assert longer
    assert str(max(line.row.promised_by for line in longer)) in truth.turn.text


def test_r1_34_once_issued_each_granted_matter_tells_what_can_be_done_against_its_department(story: Story) -> None:
    before = look(story, story.accepted())
    assert not any(line.remedies for line in before.matters)
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    told = {line.row.matter: line.remedies for line in look(story, case).matters}
    assert told["m_tobacco"]["review_body"] == "上海市烟草专卖局(待核实)"
    assert told["m_food_license"]["review_body"].startswith("上海市长宁区人民政府")
    assert "review_by" not in told["m_food_license"]  # the holder has nothing in hand yet
    office = story.cast.actor(story.cast.service_office)
    steps.deliver(case, handing=Handing("window", "王小店"), actor=office, at=TUESDAY)
    told = {line.row.matter: line.remedies for line in look(story, case).matters}
    assert told["m_food_license"]["review_by"] == date(2026, 5, 6)


def test_what_is_withdrawn_counts_as_decided_nowhere(story: Story) -> None:
    case = story.accepted()
    steps.withdraw(case, matters=["m_signboard"], actor=story.applicant, at=TUESDAY)
    truth = look(story, case)
    assert (truth.decided, truth.to_decide) == (0, 2)
    assert "0/2" in truth.turn.text
