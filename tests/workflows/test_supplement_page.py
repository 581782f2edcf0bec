"""Answering a supplement notice: each point by itself, saved as one goes, handed in once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.files.sample_files import sample_pdf
from permits.merged_form.form import notice_of
from permits.models import Case, Supplement, SupplementItem
from tests.permits.test_agent_pages import authority_of
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

TUESDAY = MONDAY + timedelta(days=1)
PLAN, NAME, STRANGE = "mat_food_layout", "f_rep_name", "mat_floor_plan"


@pytest.fixture
def asked(story: Story) -> Case:
    """A material, a field of the form, and a material that this case does not ask for."""
    case = story.submitted()
    items = {PLAN: "缺少尺寸", NAME: "与证件不符", STRANGE: "缺少"}
    return steps.request_supplement(case, items=items, actor=story.window, at=TUESDAY).case


@pytest.fixture
def shop(story: Story, client: Client) -> Client:
    client.force_login(story.cast.shopkeeper)
    return client


def page_of(case: Case) -> str:
    return reverse("workflows:answer_supplement", args=[case.number])


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("布局图.pdf", sample_pdf("mat", "布局图").content, "application/pdf")


def point(subject: str) -> SupplementItem:
    return SupplementItem.objects.get(subject=subject)


def test_each_point_says_what_is_wrong_and_has_its_own_controls(asked: Case, shop: Client) -> None:
    text = shop.get(page_of(asked)).text
    assert all(words in text for words in ("缺少尺寸", "与证件不符", "需补正", "原来填写的"))
    assert all(f'name="{name}"' in text for name in ("answer_1", "answer_2", "answer_3", "file_1", NAME))
    assert 'name="file_3"' not in text, "what the case does not ask for is not taken (R2.11)"
    assert 'name="f_name"' not in text, "what the notice does not name is not changed (R2.9)"
    assert "还有 3 项没有内容" in text


def test_a_point_is_saved_without_handing_anything_in(story: Story, asked: Case, shop: Client) -> None:
    answer = shop.post(page_of(asked), {"save": "1", "answer_1": "已重新绘制", "file_1": pdf()}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{page_of(asked)}#point-1"
    assert all(words in answer.text for words in ("已填写，未提交", "布局图.pdf", "已重新绘制", "还有 2 项没有内容"))
    assert point(PLAN).answered_at is None
    assert Case.objects.get(pk=asked.pk).state == Case.State.SUPPLEMENT_REQUESTED
    steps.answer_supplement(asked, actor=story.applicant, at=TUESDAY + timedelta(days=1))
    assert point(PLAN).answer == "已重新绘制", "what was saved is what is handed in"


def test_a_field_is_mended_where_its_point_stands(asked: Case, shop: Client) -> None:
    typed = {f"shown-{NAME}": "", NAME: "李小店", f"contest-{NAME}": "刚变更"}
    text = shop.post(page_of(asked), {"save": "2"} | typed, follow=True).text
    assert "李小店" in text
    assert asked.entries.get(field=NAME).value == "李小店"
    assert point(NAME).before != "李小店"


def test_what_cannot_be_used_is_kept_and_said_at_its_field(asked: Case, shop: Client) -> None:
    answer = shop.post(page_of(asked), {"save": "2", f"shown-{NAME}": "", NAME: ""})
    assert answer.status_code == 422
    assert f'href="#id_{NAME}"' in answer.text


def test_a_file_that_is_none_is_refused_at_its_point_and_the_rest_is_kept(asked: Case, shop: Client) -> None:
    wrong = SimpleUploadedFile("布局图.pdf", b"no pdf", "application/pdf")
    answer = shop.post(page_of(asked), {"save": "1", "answer_1": "已重新绘制", "file_1": wrong})
    assert answer.status_code == 422
    assert 'href="#id_file_1"' in answer.text
    assert point(PLAN).answer == "已重新绘制"


def test_a_file_is_taken_out_again(asked: Case, shop: Client) -> None:
    shop.post(page_of(asked), {"save": "1", "file_1": pdf()})
    file = asked.materials.get(material=PLAN, removed_at=None)
    assert "布局图.pdf" not in shop.post(page_of(asked), {"save": "1", "remove": str(file.pk)}, follow=True).text


def test_more_rows_of_a_table_are_saved_first(story: Story, shop: Client) -> None:
    case = story.submitted()
    table = next(line for line in case.own_catalogue.fields.values() if line.type == "table" and _asks(case, line.id))
    steps.request_supplement(case, items={table.id: "缺少一行"}, actor=story.window, at=TUESDAY)
    answer = shop.post(page_of(case), {"add": table.id})
    assert answer.url == f"{page_of(case)}?more={table.id}#id_{table.id}"
    assert f'name="{table.id}-rows"' in shop.get(answer.url).text


def test_handing_in_says_at_each_point_what_is_still_open(asked: Case, shop: Client) -> None:
    answer = shop.post(page_of(asked), {"do": "send", "answer_1": "已重新上传"})
    assert answer.status_code == 422
    assert {"answer_2", "answer_3"} == set(answer.context["form"].errors)
    assert 'href="#id_answer_2"' in answer.text
    assert point(PLAN).answer == "已重新上传"


@pytest.mark.each_database
def test_the_answer_makes_it_the_windows_turn(asked: Case, shop: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY + timedelta(hours=1))
    given = {"do": "send", "answer_1": "已补", "answer_2": "已改", "answer_3": "没有"}
    answer = shop.post(page_of(asked), given, follow=True)
    assert "已提交 3 项补正" in answer.text
    assert Case.objects.get(pk=asked.pk).state == Case.State.SUBMITTED
    assert set(SupplementItem.objects.values_list("state", flat=True)) == {"answered"}
    again = shop.post(page_of(asked), {"do": "send", "answer_1": "再补"})
    assert again.status_code == 409
    assert "目前没有需要您补正的内容" in again.text
    assert shop.get(page_of(asked)).url == f"{asked.get_absolute_url()}#supplement"


def test_too_long_an_answer_says_how_long_it_may_be_and_stays(asked: Case, shop: Client) -> None:
    answer = shop.post(page_of(asked), {"save": "1", "answer_1": "长" * 1500, "answer_2": "已改"})
    assert "最多 1000 个字，现有 1500 个" in answer.text
    assert "长" * 1500 in answer.text
    assert point(NAME).answer == "已改"


def test_two_open_pages_do_not_undo_each_other(asked: Case, shop: Client) -> None:
    old = _shown(shop.get(page_of(asked)).context["rows"])
    shop.post(page_of(asked), old | {"save": "1", "answer_1": "先写的"})
    shop.post(page_of(asked), old | {"save": "2", "answer_1": "", "answer_2": "后写的"})
    assert (point(PLAN).answer, point(NAME).answer) == ("先写的", "后写的")


def test_what_was_typed_when_the_session_ended_stands_there_again(story: Story, asked: Case) -> None:
    browser = Client()
    assert browser.post(page_of(asked), {"do": "send", "answer_1": "已重新绘制并标注尺寸"}).status_code == 302
    browser.force_login(story.cast.shopkeeper)
    assert "已重新绘制并标注尺寸" in browser.get(page_of(asked)).text
    assert Case.objects.get(pk=asked.pk).state == Case.State.SUPPLEMENT_REQUESTED
    assert "已重新绘制并标注尺寸" not in browser.get(page_of(asked)).text, "shown once"


def test_an_agent_without_this_act_is_led_to_the_case(story: Story, asked: Case, client: Client) -> None:
    client.force_login(story.cast.stranger)
    authority_of(story, story.cast.stranger, "receive")
    assert client.get(page_of(asked)).url == f"{asked.get_absolute_url()}#supplement"
    assert client.post(page_of(asked), {"save": "1", "answer_1": "我来写"}).status_code in (409, 422)
    assert point(PLAN).answer == ""


def test_the_case_shows_where_each_point_stands(asked: Case, shop: Client) -> None:
    text = shop.get(asked.get_absolute_url()).text
    assert text.count("需补正") >= 3
    assert page_of(asked) in text


def test_the_page_takes_the_same_statements_for_many_points(
    story: Story, shop: Client, django_assert_max_num_queries: Any
) -> None:
    case = story.submitted()
    materials = [entry.id for entry in notice_of(case).materials if entry.status == "submit"]
    steps.request_supplement(case, items=dict.fromkeys(materials, "请重新提交"), actor=story.window, at=TUESDAY)
    assert Supplement.objects.get().items.count() > 3
    shop.get(page_of(case))
    with django_assert_max_num_queries(22):
        shop.get(page_of(case))


def _shown(rows: list[Any]) -> dict[str, str]:
    return {f"was-{row.text.html_name}": row.was for row in rows}


def _asks(case: Case, field: str) -> bool:
    return any(one.id == field for one in notice_of(case).fields)
