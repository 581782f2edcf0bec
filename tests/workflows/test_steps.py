"""A case on its whole way, step by step: record and flow move together."""

from datetime import timedelta

import pytest

from audit.verify import verify
from audit.violations import RuleViolation
from certificates.models import Licence, LicenceItem
from outbox import delivery
from permits.decisions import Outcome
from permits.models import Case, CaseMatter, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.models import CaseProcess

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def where(case: Case) -> str:
    return steps.waiting_at(CaseProcess.objects.get(case=case))


def test_submitting_numbers_the_case_and_waits_at_the_intake_check(story: Story) -> None:
    case = story.submitted()
    assert case.state == Case.State.SUBMITTED
    assert case.number and case.number.startswith("310105" + "2026")
    assert where(case) == "intake"
    assert [paper.kind for paper in case.documents.all()] == [Document.Kind.FILING_RECEIPT]
    assert {section.body_id for section in case.sections.all()} == {"dept_mrb", "dept_tobacco", "dept_subdistrict"}


def test_r1_36_acceptance_starts_every_clock(story: Story) -> None:
    case = story.accepted()
    assert where(case) == "sections"
    assert str(case.promised_by) == "2026-03-09"
    food = case.matters.get(matter="m_food_license")
    assert (str(food.promised_by), str(food.statutory_by)) == ("2026-03-09", "2026-03-16")
    section = case.sections.get(body="dept_mrb")
    assert section.promised_by == food.promised_by
    assert section.opened_at is not None


def test_r1_9_the_last_decision_of_all_makes_the_licence(story: Story) -> None:
    case = story.decided()
    assert case.state == Case.State.DECIDING
    assert where(case) == "issue"
    assert delivery.deliver(f"all_decided:{case.pk}")
    case = Case.objects.get(pk=case.pk)
    assert case.state == Case.State.ISSUED
    assert where(case) == "deliver"
    licence = Licence.objects.get(case=case)
    assert [item.matter for item in licence.items.all()] == list(case.matters.values_list("matter", flat=True))
    assert verify() is None


def test_issuing_twice_gives_the_same_licence(story: Story) -> None:
    case = story.decided()
    first = steps.issue(case, at=TUESDAY)
    assert steps.issue(Case.objects.get(pk=case.pk), at=WEDNESDAY) == first
    assert Licence.objects.count() == 1


def test_r1_9_one_granted_matter_gets_its_own_permit_and_no_licence(story: Story) -> None:
    case = story.accepted()
    officers = {name: story.officer(name) for name in story.parts(case)}
    steps.grant(case, matters=["m_food_license"], actor=officers["dept_mrb"], at=TUESDAY)
    steps.refuse(case, matters=["m_tobacco"], reason="布局", actor=officers["dept_tobacco"], at=TUESDAY)
    outcome = steps.refuse(case, matters=["m_signboard"], reason="遮挡", actor=officers["dept_subdistrict"], at=TUESDAY)
    assert outcome is Outcome.SINGLE
    assert case.state == Case.State.CLOSED_SINGLE
    assert where(case) == "deliver"
    item = LicenceItem.objects.get()
    assert item.licence is None and item.matter == "m_food_license"


def test_nothing_granted_ends_the_flow(story: Story) -> None:
    case = story.accepted()
    for department, matters in story.parts(case).items():
        steps.refuse(case, matters=matters, reason="不符合条件", actor=story.officer(department), at=TUESDAY)
    assert case.state == Case.State.CLOSED_REFUSED
    assert where(case) == ""


def test_r2_25_a_refusal_bears_the_remedies_of_its_department(story: Story) -> None:
    case = story.accepted()
    steps.refuse(case, matters=["m_tobacco"], reason="不符合布局", actor=story.officer("dept_tobacco"), at=TUESDAY)
    paper = case.documents.get(kind=Document.Kind.REFUSAL_DECISION)
    assert paper.facts["remedies"]["review_days"] == 60
    assert paper.facts["reason"] == "不符合布局"


def test_the_supplement_goes_to_the_applicant_and_comes_back(story: Story) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    assert (case.state, where(case)) == (Case.State.SUPPLEMENT_REQUESTED, "supplement")
    steps.answer_supplement(case, actor=story.applicant, at=WEDNESDAY, items={"mat_food_layout": "已补"})
    assert (case.state, where(case)) == (Case.State.SUBMITTED, "intake")


def test_withdrawing_cancels_what_waits(story: Story) -> None:
    case = story.accepted()
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    assert (case.state, where(case)) == (Case.State.WITHDRAWN, "")
    assert set(case.matters.values_list("state", flat=True)) == {CaseMatter.State.WITHDRAWN}


def test_a_step_that_is_refused_changes_nothing(story: Story) -> None:
    case = story.accepted()
    before = Case.objects.values().get(pk=case.pk), case.documents.count()
    with pytest.raises(RuleViolation):
        steps.grant(case, matters=["m_tobacco"], actor=story.officer("dept_mrb"), at=TUESDAY)
    assert (Case.objects.values().get(pk=case.pk), case.documents.count()) == before


@pytest.mark.parametrize("cases", [1, 4])
def test_a_decision_costs_the_same_however_many_cases_there_are(
    story: Story, cases: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(cases):
        case = story.accepted()
    actor = story.officer("dept_mrb")
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        steps.grant(case, matters=["m_food_license"], actor=actor, at=TUESDAY)
