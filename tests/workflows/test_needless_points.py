"""What is asked for no more once its matter is withdrawn, and what is never asked for (R2.9, R2.11, R2.12)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits.completeness import gaps
from permits.models import Case, CompletenessReview, SupplementItem
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_withdrawing import FOOD, SIGN, TOBACCO, where
from workflows import steps
from workflows.audit import disagreements
from workflows.periodic import run_due

DRAWING, PLAN, NAME = "mat_sign_drawing", "mat_food_layout", "f_rep_name"
TUESDAY = MONDAY + timedelta(days=1)


def asked(story: Story, *subjects: str) -> Case:
    """Submitted, and corrections of these asked for on line."""
    case = story.consenting(story.submitted())
    texts = dict.fromkeys(subjects, "缺少尺寸")
    case = steps.request_supplement(case, items=texts, actor=story.window, at=TUESDAY).case
    steps.serve_papers(case, at=TUESDAY)
    return case


def test_r2_9_with_its_matter_the_only_point_goes_and_the_window_looks_again(story: Story) -> None:
    case = asked(story, DRAWING)
    steps.withdraw(case, matters=[SIGN], actor=story.applicant, at=TUESDAY)
    assert (case.state, where(case), case.complete_on) == (Case.State.SUBMITTED, "intake", TUESDAY.date())
    assert AuditEntry.objects.get(subject=case.audit_subject, act="supplemented").facts["needless"]
    assert list(disagreements()) == []
    run_due(TUESDAY + timedelta(days=60))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.acceptance) == (Case.State.ACCEPTED, "deemed"), "it was returned for a paper nobody needs"


def test_a_point_that_another_matter_requires_still_waits(story: Story, client: Client) -> None:
    case = asked(story, DRAWING, PLAN)
    steps.withdraw(case, matters=[SIGN], actor=story.applicant, at=TUESDAY)
    assert (case.state, where(case)) == (Case.State.SUPPLEMENT_REQUESTED, "supplement")
    client.force_login(story.cast.shopkeeper)
    page = client.get(reverse("workflows:answer_supplement", args=[case.number])).text
    assert "补正 1 项内容" in page
    assert 'name="answer_2"' in page
    assert 'name="answer_1"' not in page, "what only the withdrawn matter required is asked for no more"
    assert "事项已撤回，不用补正" in client.get(case.get_absolute_url()).text
    steps.answer_supplement(case, actor=story.applicant, at=TUESDAY)
    assert set(SupplementItem.objects.values_list("state", flat=True)) == {"answered"}


def test_what_all_matters_require_waits_and_a_notice_that_is_over_is_not_brought_back(story: Story) -> None:
    case = asked(story, NAME)
    steps.withdraw(case, matters=[SIGN], actor=story.applicant, at=TUESDAY)
    assert case.state == Case.State.SUPPLEMENT_REQUESTED
    other = asked(story, DRAWING)
    late = MONDAY + timedelta(days=60)
    steps.withdraw(other, matters=[SIGN], actor=story.applicant, at=late)
    assert other.state == Case.State.SUPPLEMENT_REQUESTED
    assert steps.return_unanswered(other, at=late)


def test_a_department_without_a_matter_is_asked_no_longer(story: Story) -> None:
    case = story.submitted()
    both = ["dept_tobacco", "dept_mrb"]
    gaps.open_reviews(case, departments=both, actor=story.window, at=TUESDAY)
    steps.withdraw(case, matters=[TOBACCO], actor=story.applicant, at=TUESDAY)
    assert [one.body_id for one in CompletenessReview.objects.waiting()] == ["dept_mrb"]
    gaps.review(case, items={PLAN: "缺少尺寸"}, actor=story.officer("dept_mrb"), at=TUESDAY)
    asking = steps.request_supplement(case, items={PLAN: "缺少尺寸", NAME: "有误"}, actor=story.window, at=TUESDAY)
    steps.withdraw(asking.case, matters=[FOOD], actor=story.applicant, at=TUESDAY)
    steps.answer_supplement(asking.case, actor=story.applicant, at=TUESDAY)
    assert not CompletenessReview.objects.waiting().exists(), "nobody judges for a matter that is gone"


def test_after_acceptance_nobody_is_said_to_check_an_answered_point(story: Story, client: Client) -> None:
    case = asked(story, PLAN)
    steps.answer_supplement(case, actor=story.applicant, at=TUESDAY)
    client.force_login(story.cast.shopkeeper)
    assert "已补正，待核对" in client.get(case.get_absolute_url()).text
    steps.accept(case, actor=story.window, at=TUESDAY)
    assert "待核对" not in client.get(case.get_absolute_url()).text


def test_r2_12_nobody_can_propose_to_ask_for_what_the_city_holds(story: Story, client: Client) -> None:
    case, officer = story.submitted(), story.cast.officer("dept_mrb")
    gaps.open_reviews(case, departments=["dept_mrb"], actor=story.window, at=TUESDAY)
    for who, page in ((officer, "workflows:review"), (story.cast.clerk, "workflows:intake")):
        client.force_login(who)
        text = client.get(reverse(page, args=[case.number])).text
        assert f'name="need_{PLAN}"' in text
        assert 'name="need_mat_biz_licence"' not in text, page
    with pytest.raises(RuleViolation, match="营业执照"):
        gaps.review(case, items={"mat_biz_licence": "请提交"}, actor=story.officer("dept_mrb"), at=TUESDAY)
