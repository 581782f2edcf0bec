"""The completeness check with the departments: what each sees and may say, and what the window makes of it."""

from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits import materials
from permits.completeness import gaps
from permits.models import Case, Gap, SupplementItem
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_window_pages import post, stamp_of, text_of, url
from workflows import steps

pytestmark = pytest.mark.usefixtures("_a_day_in_the_story")


@pytest.fixture
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


def asked(story: Story, *departments: str) -> Case:
    case = story.submitted()
    gaps.open_reviews(case, departments=departments or ("dept_mrb",), actor=story.window, at=MONDAY)
    return case


def answer(client: Client, case: Case, do: str, **data: str) -> Any:
    page = f"/work/{case.number}/review/"
    return client.post(page, {"do": do, "stamp": stamp_of(client.get(page))} | data)


def test_r2_8_the_list_shows_the_limit_of_the_intake_check(story: Story, client: Client) -> None:
    case = asked(story)
    client.force_login(story.cast.officer("dept_mrb"))
    page = text_of(client.get("/work/reviews/"))
    assert case.number in page
    assert "食品经营许可" in page
    assert "烟草" not in page
    assert "2026-03-09" in page
    assert "材料会审" in text_of(client.get("/work/"))


@pytest.mark.each_database
def test_r6_22_a_department_sees_a_submitted_case_only_while_it_is_asked(story: Story, client: Client) -> None:
    case = asked(story)
    papers = f"/work/{case.number}/review/"
    for department, status in (("dept_mrb", 200), ("dept_tobacco", 404)):
        client.force_login(story.cast.officer(department))
        assert client.get(papers).status_code == status
    client.force_login(story.cast.officer("dept_mrb"))
    assert client.get(f"/work/{case.number}/").url == papers
    answer(client, case, "complete")
    assert client.get(papers).status_code == 404
    assert not Case.objects.visible_to(story.cast.officer("dept_mrb")).exists()


def test_it_reads_its_own_part_alone(story: Story, client: Client) -> None:
    case = asked(story, "dept_tobacco")
    client.force_login(story.cast.officer("dept_tobacco"))
    page = text_of(client.get(f"/work/{case.number}/review/"))
    assert 'name="need_mat_tob_photo"' in page
    assert "mat_food_layout" not in page


@pytest.mark.parametrize("person", ["clerk", "service_office", "shopkeeper"])
def test_others_have_no_reviews(story: Story, client: Client, person: str) -> None:
    case = asked(story)
    client.force_login(getattr(story.cast, person))
    assert client.get("/work/reviews/").status_code == 403
    assert client.get(f"/work/{case.number}/review/").status_code == 403


def test_r2_9_what_departments_find_stands_merged_in_the_window(story: Story, client: Client) -> None:
    case = asked(story, "dept_mrb", "dept_tobacco")
    for department, text in (("dept_mrb", "面积与平面图不符"), ("dept_tobacco", "面积与平面图不符。")):
        client.force_login(story.cast.officer(department))
        assert answer(client, case, "report", need_f_area="on", text_f_area=text).status_code == 302
    client.force_login(story.cast.clerk)
    page = text_of(client.get(url(case)))
    assert "区市场监管局、区烟草专卖局 提出" in page
    given = {"need_f_area": "on", "text_f_area": "面积与平面图不符"}
    assert "区市场监管局、区烟草专卖局 提出" in text_of(post(client, case, "preview", **given))
    assert post(client, case, "serve", **given).status_code == 302
    item = SupplementItem.objects.get()
    assert (item.position, item.raised_by) == (1, ["区市场监管局", "区烟草专卖局"])
    assert set(Gap.objects.values_list("state", flat=True)) == {"taken"}


def test_what_the_notice_leaves_out_is_said_before_and_dropped(story: Story, client: Client) -> None:
    case = asked(story)
    gaps.review(case, items={"f_area": "面积不符"}, actor=story.officer("dept_mrb"), at=MONDAY)
    client.force_login(story.cast.clerk)
    given = {"need_mat_food_layout": "on", "text_mat_food_layout": "请提交布局图"}
    preview = text_of(post(client, case, "preview", **given))
    assert "以下部门意见没有写入" in preview
    assert "面积不符" in preview
    post(client, case, "serve", **given)
    assert Gap.objects.get().state == "dropped"


def test_accepting_over_a_department_asks_back(story: Story, client: Client) -> None:
    case = story.draft()
    materials.hand_in_samples(case, materials.notice_of(case), actor=story.applicant, at=MONDAY)
    steps.submit(case, actor=story.applicant, at=MONDAY)
    gaps.open_reviews(case, departments=["dept_mrb", "dept_tobacco"], actor=story.window, at=MONDAY)
    gaps.review(case, items={"f_area": "面积不符"}, actor=story.officer("dept_mrb"), at=MONDAY)
    client.force_login(story.cast.clerk)
    page = text_of(post(client, case, "accept"))
    assert "面积不符" in page
    assert "区烟草专卖局" in page
    assert post(client, case, "accept", confirmed="1").status_code == 302


def test_the_window_asks_keeps_notes_and_sees_who_answered(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.clerk)
    assert post(client, case, "ask").status_code == 422
    assert post(client, case, "ask", departments="dept_health").status_code == 422
    assert post(client, case, "ask", departments="dept_mrb").status_code == 302
    assert "等待答复" in text_of(client.get(url(case)))
    assert post(client, case, "note", need_f_name="on", text_f_name="名称不一致").status_code == 302
    page = client.get(url(case)).content.decode()
    assert "名称不一致" in page
    assert Case.objects.get(pk=case.pk).state == "submitted"
    assert post(client, case, "note", need_f_area="on", text_f_area="面积不符").status_code == 302
    assert list(Gap.objects.filter(state="proposed").values_list("subject", flat=True)) == ["f_area"]
    gaps.review(case, items={}, actor=story.officer("dept_mrb"), at=MONDAY)
    assert "没有补正意见" in text_of(client.get(url(case)))


def test_a_department_that_answers_meanwhile_is_not_overlooked(story: Story, client: Client) -> None:
    case = asked(story)
    client.force_login(story.cast.clerk)
    stamp = stamp_of(client.get(url(case)))
    gaps.review(case, items={"f_area": "面积不符"}, actor=story.officer("dept_mrb"), at=MONDAY)
    given = {"need_f_name": "on", "text_f_name": "名称不一致"}
    answered = client.post(url(case), {"do": "serve", "stamp": stamp} | given)
    assert answered.status_code == 409
    assert "面积不符" in text_of(answered)


@pytest.mark.parametrize(
    ("do", "data", "words"),
    [
        ("report", {}, "请至少勾选一项"),
        ("report", {"need_f_area": "on"}, "请写明"),
        ("complete", {"need_f_area": "on", "text_f_area": "面积不符"}, "已勾选"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(
    story: Story, client: Client, do: str, data: dict[str, str], words: str
) -> None:
    case = asked(story)
    client.force_login(story.cast.officer("dept_mrb"))
    # What is plainly missing is ticked already; a browser would send the tick.
    given = answer(client, case, do, **data)
    assert given.status_code == 422
    assert words in text_of(given)


def test_who_found_what_is_on_record_and_no_business_of_the_applicant(story: Story, client: Client) -> None:
    case = asked(story)
    gaps.review(case, items={"f_area": "面积不符"}, actor=story.officer("dept_mrb"), at=MONDAY)
    acts = list(AuditEntry.objects.filter(subject=case.audit_subject).order_by("seq").values_list("act", flat=True))
    assert acts[-2:] == ["reviews_opened", "reviewed"]
    client.force_login(story.cast.shopkeeper)
    assert "面积不符" not in text_of(client.get(case.get_absolute_url()))


def test_the_pages_take_the_same_statements_for_many(
    story: Story, client: Client, django_assert_max_num_queries: Any
) -> None:
    asked(story)
    client.force_login(story.cast.officer("dept_mrb"))
    client.get("/work/reviews/")
    with django_assert_max_num_queries(7):
        client.get("/work/reviews/")
    asked(story)
    with django_assert_max_num_queries(7):
        client.get("/work/reviews/")


def test_r2_9_a_sign_that_cannot_be_printed_is_refused_when_it_is_typed(story: Story, client: Client) -> None:
    case = asked(story)
    client.force_login(story.cast.officer("dept_mrb"))
    wrong = {"need_mat_food_layout": "on", "text_mat_food_layout": "请标明面积\ue000"}
    page = answer(client, case, "report", **wrong)
    assert page.status_code == 422
    assert "U+E000" in text_of(page)
    assert 'href="#id_text_mat_food_layout"' in text_of(page)
    with pytest.raises(RuleViolation, match=r"布局.*U\+E000"):
        gaps.review(case, items={"mat_food_layout": "\ue000面积"}, actor=story.officer("dept_mrb"), at=MONDAY)
    assert not Gap.objects.exists()
