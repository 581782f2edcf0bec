"""Judging what came for a supplement notice, point by point: by the window, by the departments that raised it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actors import Actor
from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits.completeness import gaps, settling
from permits.models import Case, CompletenessReview, Gap, SupplementItem
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_review_pages import answer
from tests.workflows.test_window_pages import post, text_of, url
from workflows import steps

PLAN, AREA, SIGN = "mat_food_layout", "f_area", "mat_sign_drawing"


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


@pytest.fixture
def answered(story: Story) -> Case:
    """Two departments raised points, the window added one; the applicant has answered all."""
    case = story.submitted()
    gaps.open_reviews(case, departments=["dept_mrb", "dept_tobacco"], actor=story.window, at=MONDAY)
    gaps.review(case, items={PLAN: "缺少尺寸"}, actor=story.officer("dept_mrb"), at=MONDAY)
    gaps.review(case, items={AREA: "面积不符"}, actor=story.officer("dept_tobacco"), at=MONDAY)
    items = {PLAN: "缺少尺寸", AREA: "面积不符", SIGN: "缺少效果图"}
    steps.request_supplement(case, items=items, actor=story.window, at=MONDAY)
    steps.answer_supplement(case, items={PLAN: "已重画"}, actor=story.applicant, at=MONDAY + timedelta(hours=2))
    return case


def point(subject: str) -> SupplementItem:
    return SupplementItem.objects.filter(subject=subject).order_by("-pk")[0]


def settle(case: Case, actor: Actor, **items: str) -> None:
    settling.settle(case, items=items, actor=actor, at=MONDAY + timedelta(hours=3))


def test_who_settled_it_and_when_is_kept(story: Story, answered: Case) -> None:
    settle(answered, story.window, **{SIGN: ""})
    item = point(SIGN)
    assert (item.state, item.judged_by, item.judged_at) == ("settled", story.cast.clerk, MONDAY + timedelta(hours=3))
    entry = AuditEntry.objects.filter(subject=answered.audit_subject).latest("seq")
    assert (entry.act, entry.facts["settled"]) == ("points_judged", [SIGN])


def test_the_departments_that_raised_points_are_asked_to_look_again(answered: Case) -> None:
    waiting = CompletenessReview.objects.waiting().filter(case=answered)
    assert set(waiting.values_list("body_id", flat=True)) == {"dept_mrb", "dept_tobacco"}
    assert {str(one.due_on) for one in waiting} == {"2026-03-09"}


def test_r6_22_a_department_judges_what_it_raised_alone(story: Story, answered: Case) -> None:
    with pytest.raises(RuleViolation, match="本部门提出"):
        settle(answered, story.officer("dept_mrb"), **{AREA: ""})
    settle(answered, story.officer("dept_tobacco"), **{AREA: ""})
    with pytest.raises(RuleViolation, match="该部门修改"):
        settle(answered, story.window, **{AREA: "还是不对"})
    assert point(AREA).state == "settled"


def test_a_department_has_the_last_word_on_its_point(story: Story, answered: Case) -> None:
    settle(answered, story.window, **{PLAN: ""})
    settle(answered, story.officer("dept_mrb"), **{PLAN: "仍缺少层高"})
    assert (point(PLAN).state, point(PLAN).remark) == ("wrong", "仍缺少层高")
    assert Gap.objects.get(state="proposed").text == "仍缺少层高"
    settle(answered, story.officer("dept_mrb"), **{PLAN: ""})
    assert not Gap.objects.filter(state="proposed").exists()


@pytest.mark.parametrize("who", ["applicant", "service"])
def test_others_judge_nothing(story: Story, answered: Case, who: str) -> None:
    actor = story.applicant if who == "applicant" else story.cast.actor(story.cast.service_office)
    with pytest.raises(RuleViolation, match="不由您的岗位"):
        settle(answered, actor, **{PLAN: ""})


@pytest.mark.parametrize("items", [{"mat_biz_licence": ""}, {}, {PLAN: " "}])
def test_only_points_of_the_notice_are_judged_and_wrong_has_words(
    story: Story, answered: Case, items: dict[str, str]
) -> None:
    with pytest.raises(RuleViolation):
        settle(answered, story.window, **items)


def test_nothing_is_judged_before_it_was_answered(story: Story) -> None:
    case = story.submitted()
    with pytest.raises(RuleViolation, match="没有这一项"):
        settle(case, story.window, **{PLAN: ""})
    steps.request_supplement(case, items={PLAN: "缺少尺寸"}, actor=story.window, at=MONDAY)
    with pytest.raises(RuleViolation, match="补正"):
        settle(case, story.window, **{PLAN: ""})


def test_r2_9_a_settled_point_is_not_asked_again_but_a_wrong_one_is(story: Story, answered: Case) -> None:
    settle(answered, story.window, **{SIGN: "", PLAN: "仍缺少层高"})
    with pytest.raises(RuleViolation, match="已核对通过"):
        steps.request_supplement(answered, items={SIGN: "换一张"}, actor=story.window, at=MONDAY)
    notice = steps.request_supplement(answered, items={PLAN: "仍缺少层高"}, actor=story.window, at=MONDAY)
    assert (notice.ground, point(PLAN).state) == ("", "open")


def test_r2_9_new_facts_open_a_settled_point(story: Story, answered: Case) -> None:
    settle(answered, story.window, **{SIGN: ""})
    notice = steps.request_supplement(
        answered, items={SIGN: "招牌位置已变"}, ground="new_facts", actor=story.window, at=MONDAY
    )
    assert notice.ground == "new_facts"


def test_what_a_field_said_before_and_after_is_frozen(story: Story, answered: Case) -> None:
    entry = answered.entries.get(field=AREA)
    before, entry.value = entry.value, 81
    entry.save()
    assert (point(AREA).before, point(AREA).after) == (before, before)


def test_the_window_sees_old_and_new_and_settles_point_by_point(story: Story, answered: Case, client: Client) -> None:
    client.force_login(story.cast.clerk)
    page = text_of(client.get(url(answered)))
    assert all(words in page for words in ("补正前", "补正后", "已重画", "区市场监管局 提出"))
    assert post(client, answered, "settle", point=str(point(SIGN).pk)).status_code == 302
    assert "3 项中 1 项核对通过" in text_of(client.get(url(answered)))
    wrong = {f"point{point(PLAN).pk}-remark": "", "point": str(point(PLAN).pk)}
    refused = post(client, answered, "wrong", **wrong)
    assert refused.status_code == 422
    assert "请写明哪里仍有问题" in text_of(refused)
    said = {f"point{point(PLAN).pk}-remark": "仍缺少层高", "point": str(point(PLAN).pk)}
    assert post(client, answered, "wrong", **said).status_code == 302
    page = client.get(url(answered)).content.decode()
    assert f'name="need_{PLAN}" id="id_need_{PLAN}" checked' in page
    assert f'name="need_{SIGN}"' not in page
    assert "补正后仍有问题" in text_of(post(client, answered, "accept"))


def test_a_point_of_an_older_notice_is_refused_plainly(story: Story, answered: Case, client: Client) -> None:
    client.force_login(story.cast.clerk)
    assert post(client, answered, "settle", point="1234567").status_code == 409


def test_a_department_settles_on_its_own_page(story: Story, answered: Case, client: Client) -> None:
    client.force_login(story.cast.officer("dept_mrb"))
    page = f"/work/{answered.number}/review/"
    text = text_of(client.get(page))
    assert "本部门提出的补正内容" in text
    assert "面积不符" not in text
    assert answer(client, answered, "wrong", point=str(point(PLAN).pk)).status_code == 422
    assert answer(client, answered, "settle", point=str(point(AREA).pk)).status_code == 409
    assert answer(client, answered, "settle", point=str(point(PLAN).pk)).status_code == 302
    assert point(PLAN).judged_body_id == "dept_mrb"
    client.force_login(story.cast.clerk)
    assert f'value="{point(PLAN).pk}"' not in client.get(url(answered)).content.decode(), "theirs to judge again"


def test_the_applicant_sees_which_are_settled(story: Story, answered: Case, client: Client) -> None:
    settle(answered, story.window, **{SIGN: "", PLAN: "仍缺少层高"})
    client.force_login(story.cast.shopkeeper)
    page = text_of(client.get(answered.get_absolute_url()))
    assert all(words in page for words in ("已核对通过", "仍有问题", "仍缺少层高", "3 项中已有 1 项核对通过"))
    assert story.cast.clerk.display_name not in page


def test_the_intake_page_takes_the_same_statements_for_many_points(
    story: Story, client: Client, django_assert_max_num_queries: Any
) -> None:
    case = story.submitted()
    items = dict.fromkeys([PLAN, SIGN, AREA, "f_name", "f_rep_name", "mat_tob_photo"], "请改正")
    steps.request_supplement(case, items=items, actor=story.window, at=MONDAY)
    steps.answer_supplement(case, actor=story.applicant, at=MONDAY)
    client.force_login(story.cast.clerk)
    client.get(url(case))
    with django_assert_max_num_queries(24):
        client.get(url(case))
