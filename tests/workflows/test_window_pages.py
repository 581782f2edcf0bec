"""The counter's pages: the list, the one supplement notice and its answer, acceptance, non-acceptance."""

import html
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from permits.at_counter import channels
from permits.models import Case, Document, Supplement
from tests.workflows.conftest import MONDAY, Story
from workflows import steps


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def stamp_of(page: HttpResponse) -> str:
    return re.search(r'name="stamp" value="([^"]+)"', page.content.decode())[1]


def url(case: Case) -> str:
    return f"/window/{case.number}/"


@pytest.fixture
def window(story: Story, client: Client) -> Client:
    client.force_login(story.cast.clerk)
    return client


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands in the story, so that no intake period has passed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


def post(window: Client, case: Case, do: str, **data: str) -> HttpResponse:
    return window.post(url(case), {"do": do, "stamp": stamp_of(window.get(url(case)))} | data)


def test_the_tabs_hold_each_stage(story: Story, window: Client) -> None:
    story.accepted()
    story.submitted()
    page = text_of(window.get("/window/"))
    assert "待收件审查" in page
    assert "剩 5 个工作日" in page
    assert "审批中" in text_of(window.get("/window/?tab=under_way"))
    assert "没有窗口草稿" in text_of(window.get("/window/?tab=draft"))


def test_others_do_not_check_intake(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.officer("dept_mrb"))
    assert client.get(url(case)).status_code == 403
    client.force_login(story.cast.clerk)
    assert client.get("/window/12345/").status_code == 404


def test_r2_8_the_page_says_until_when_silence_is_no_acceptance(story: Story, window: Client) -> None:
    page = text_of(window.get(url(story.submitted())))
    assert "请最迟在 2026-03-09 受理或一次性告知补正" in page
    assert "自 2026-03-02 起即为受理" in page


def test_missing_materials_are_ticked_already_with_words(story: Story, window: Client) -> None:
    page = text_of(window.get(url(story.submitted())))
    assert "请提交“与食品经营相适应的主要设备设施布局、操作流程等文件”" in page
    assert "份应交材料没有提交" in page


def test_r2_9_one_notice_of_all_gaps_is_previewed_and_served(story: Story, window: Client) -> None:
    case = story.submitted()
    gaps = {
        "need_mat_food_layout": "on",
        "text_mat_food_layout": "请补交平面图",
        "need_f_name": "on",
        "text_f_name": "名称与执照不一致",
    }
    preview = post(window, case, "preview", **gaps)
    page = text_of(preview)
    assert preview.status_code == 200
    assert "请补交平面图" in page
    assert "2026年3月30日" in page
    assert not Supplement.objects.exists()
    served = post(window, case, "serve", **gaps)
    assert served.status_code == 302
    assert dict(Supplement.objects.get().items.values_list("subject", "text")) == {
        "f_name": "名称与执照不一致",
        "mat_food_layout": "请补交平面图",
    }


@pytest.mark.parametrize(
    ("gaps", "words"),
    [
        ({}, "请至少勾选一项"),
        ({"need_f_name": "on"}, "请写明"),
        ({"text_f_name": "名称不一致"}, "已写了补正要求"),
    ],
)
def test_a_notice_without_words_or_ticks_is_refused(
    story: Story, window: Client, gaps: dict[str, str], words: str
) -> None:
    answer = post(window, story.submitted(), "preview", **gaps)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_the_answer_is_recorded_at_the_window_and_only_the_same_points_can_be_asked_again(
    story: Story, window: Client
) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"f_name": "请更正名称"}, actor=story.window, at=MONDAY)
    place = f"/cases/{case.number}/supplement/"
    assert place not in window.get(url(case)).text, "not before the applicant agreed"
    channels.take_over(case, consent_by="王小店", how="present", actor=story.window, at=MONDAY)
    assert place in window.get(url(case)).text
    assert "登记已补正" in window.get(place).text
    answer = window.post(place, {"do": "send", "answer_1": "已更正"})
    assert answer.url == url(case)
    assert Supplement.objects.get().items.get().answer == "已更正"
    page = window.get(url(case)).content.decode()
    assert 'name="need_f_name"' in page
    assert 'name="need_mat_food_layout"' not in page


def test_accepting_with_gaps_asks_back_once(story: Story, window: Client) -> None:
    case = story.submitted()
    assert "材料没有交齐" in text_of(post(window, case, "accept"))
    assert Case.objects.get(pk=case.pk).state == Case.State.SUBMITTED
    assert post(window, case, "accept", confirmed="1").status_code == 302
    assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED


def test_two_clerks_accept_once(story: Story, window: Client) -> None:
    case = story.submitted()
    stamp = stamp_of(window.get(url(case)))
    data = {"do": "accept", "confirmed": "1", "stamp": stamp}
    assert [window.post(url(case), data).status_code for _ in range(2)] == [302, 409]
    assert Document.objects.filter(case=case, kind=Document.Kind.ACCEPTANCE_NOTICE).count() == 1


def test_a_stale_check_keeps_the_words_and_says_what_happened(story: Story, window: Client) -> None:
    case = story.submitted()
    stamp = stamp_of(window.get(url(case)))
    steps.accept(case, actor=story.window, at=MONDAY)
    gaps = {"need_f_name": "on", "text_f_name": "写了很久的补正要求"}
    answer = window.post(url(case), {"do": "serve", "stamp": stamp} | gaps)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "写了很久的补正要求" in page
    assert "李窗口 受理" in page


def test_r2_7_declining_needs_reasons_and_a_confirmation(story: Story, window: Client) -> None:
    case = story.submitted()
    for nothing in ("不行", "。" * 12):
        assert post(window, case, "decline", reason=nothing, ground="other").status_code == 422
    reason = "申请事项不属于本机关职权范围，应向市级机关申请。"
    assert post(window, case, "decline", reason=reason, ground="not_competent").status_code == 422
    said = {"reason": reason, "ground": "not_competent", "competent": "上海市静安区政务服务办公室"}
    assert "确认不予受理" in text_of(post(window, case, "decline", **said))
    assert Case.objects.get(pk=case.pk).state == Case.State.SUBMITTED
    assert post(window, case, "decline", **said, confirmed="1").status_code == 302
    assert Case.objects.get(pk=case.pk).state == Case.State.DECLINED


def test_nonsense_is_refused_plainly(story: Story, window: Client) -> None:
    case = story.submitted()
    assert window.post(url(case), {}).status_code == 400
    assert window.post(url(case), {"do": "accept"}).status_code == 409


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_the_same_for_one_and_for_many(
    story: Story, window: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        story.submitted()
    window.get("/window/")
    with django_assert_max_num_queries(9):
        window.get("/window/")


def test_r2_9_a_second_notice_names_more_on_a_ground(story: Story, window: Client) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"f_name": "请更正名称"}, actor=story.window, at=MONDAY)
    steps.answer_supplement(case, items={"f_name": "已更正"}, actor=story.applicant, at=MONDAY)
    page = window.get(f"{url(case)}?new=1").content.decode()
    assert 'name="need_mat_food_layout"' in page
    gaps = {"need_mat_food_layout": "on", "text_mat_food_layout": "布局已变更", "notice_ground": ""}
    assert post(window, case, "serve", **gaps).status_code == 422
    assert post(window, case, "serve", **gaps | {"notice_ground": "new_facts"}).status_code == 302
    assert Supplement.objects.order_by("pk").last().ground == "new_facts"
