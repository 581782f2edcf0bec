"""The pages on which the service office keeps the official wording."""

import html
from typing import Any

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client

from permits.models import Wording, WordingDraft
from permits.papers import wordings
from permits.papers.forms import FORMS
from tests.workflows.conftest import MONDAY, Story

KEY = "refusal_decision"
URL = f"/wordings/{KEY}/"


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


@pytest.fixture
def office(story: Story, client: Client) -> Client:
    client.force_login(story.cast.service_office)
    return client


def typed(**changed: str) -> dict[str, str]:
    """The form as the page sends it, with other words."""
    in_use = wordings.in_use(KEY)
    draft = WordingDraft.objects.filter(form=KEY).first()
    seen = {"base": str(in_use.version), "seen": draft.mark if draft else "", "reason": ""}
    return (draft or in_use).texts | seen | changed


def test_the_list_names_every_form_with_its_version(office: Client) -> None:
    page = text_of(office.get("/wordings/"))
    assert [form.name for form in FORMS.values() if form.name not in page] == []
    assert "系统自带" in page


@pytest.mark.parametrize("key", FORMS)
def test_every_form_shows_its_text_its_placeholders_and_a_sample(office: Client, key: str) -> None:
    page = text_of(office.get(f"/wordings/{key}/"))
    assert all("{{" + name + "}}" in page for name in FORMS[key].placeholders)
    assert "上海长宁示例便利店有限公司" in page or "你（单位）" in page
    assert "有错误" not in page


def test_a_draft_is_saved_shown_and_published_after_a_confirmation(office: Client) -> None:
    assert office.post(URL, typed(do="save", title="不予许可决定书")).status_code == 302
    page = text_of(office.get(URL))
    assert "草稿的样子" in page
    assert page.count("不予许可决定书") >= 2
    assert wordings.in_use(KEY).version == 1
    confirm = office.post(URL, typed(do="publish", reason="依司法局意见"))
    assert "<del>行政</del>" in text_of(confirm)
    assert wordings.in_use(KEY).version == 1
    answer = office.post(URL, typed(do="publish", reason="依司法局意见", confirmed="1"), follow=True)
    assert "已发布第 2 版" in text_of(answer)
    assert wordings.in_use(KEY).title == "不予许可决定书"
    history = text_of(office.get(f"{URL}history/"))
    assert "依司法局意见" in history
    assert "<del>行政</del>" in history


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(office: Client) -> None:
    broken = typed(do="publish", reason="试", body="没有救济{{法官}}")
    answer = office.post(URL, broken)
    page = text_of(answer)
    assert answer.status_code == 422
    for said in ("没有占位符 {{法官}}", "缺少必须有的占位符 {{救济途径}}", 'href="#id_body"', "没有救济{{法官}}"):
        assert said in page
    assert "没有救济{{法官}}" in text_of(office.get(URL))
    assert office.get(f"{URL}preview.pdf").status_code == 200
    assert wordings.in_use(KEY).version == 1


def test_publishing_asks_for_a_reason_and_a_change(office: Client) -> None:
    assert "请写明修改的理由" in text_of(office.post(URL, typed(do="publish", title="新")))
    office.post(URL, {"do": "drop"})
    assert "与现行文本相同" in text_of(office.post(URL, typed(do="publish", reason="无")))


def test_two_who_write_at_once_do_not_lose_each_others_words(office: Client, story: Story) -> None:
    first, second = typed(do="save", title="甲的标题"), typed(do="save", title="乙的标题")
    office.post(URL, first)
    office.force_login(story.cast.administrator)
    answer = office.post(URL, second | {"seen": "2020-01-01T00:00:00+00:00"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "刚才保存了另一份草稿" in page
    assert "乙的标题" in page
    assert WordingDraft.objects.get().title == "甲的标题"
    assert office.post(URL, typed(do="save", title="乙的标题")).status_code == 302


def test_an_older_version_is_taken_up_again(office: Client) -> None:
    office.post(URL, typed(do="save", title="新"))
    office.post(URL, typed(do="publish", reason="试", confirmed="1"))
    assert office.post(URL, {"do": "take", "version": "1"}).status_code == 302
    office.post(URL, typed(do="publish", reason="恢复", confirmed="1"))
    assert wordings.in_use(KEY).texts == wordings.of_the_house(KEY)
    assert Wording.objects.filter(form=KEY).count() == 3
    for nonsense in ("9", "x", ""):
        assert office.post(URL, {"do": "take", "version": nonsense}).status_code == 400


def test_a_sample_comes_as_pdf_in_any_version(office: Client) -> None:
    answer = office.get(f"{URL}preview.pdf?version=1")
    assert answer["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as pdf:
        assert "样张" in pdf[0].get_textpage().get_text_range()
    assert [office.get(f"{URL}preview.pdf?version={n}").status_code for n in ("2", "x", "①")] == [404, 404, 404]


def test_a_wording_is_text_and_runs_nothing(office: Client) -> None:
    evil = "<script>alert(1)</script>{% load static %}{{ request.user.password }}"
    office.post(URL, typed(do="save", closing=evil))
    page = office.get(URL).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("path", ["/wordings/", URL, f"{URL}history/", f"{URL}preview.pdf"])
def test_the_wording_is_the_service_offices_and_the_administrators(story: Story, client: Client, path: str) -> None:
    cast = story.cast
    assert client.get(path).status_code == 302
    for user in (cast.shopkeeper, cast.clerk, cast.officer("dept_mrb")):
        client.force_login(user)
        assert client.get(path).status_code == 403
        assert client.post(URL, {"do": "drop"}).status_code == 403
    for user in (cast.service_office, cast.administrator):
        client.force_login(user)
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/wordings/nothing/", "/wordings/nothing/history/", "/wordings/nothing/preview.pdf"])
def test_there_is_no_other_form(office: Client, path: str) -> None:
    assert office.get(path).status_code == 404


def test_nonsense_is_refused_plainly(office: Client) -> None:
    assert office.post(URL, {}).status_code == 400
    assert office.post(URL, {"do": "save"}).status_code == 422
    assert office.post(URL, typed(do="save", title="长" * 61)).status_code == 422
    assert office.post(URL, typed(do="publish", reason="没有草稿", confirmed="1")).status_code == 409


@pytest.mark.parametrize("versions", [1, 5])
def test_a_page_costs_the_same_for_few_versions_and_many(
    office: Client, versions: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(2, versions + 1):
        office.post(URL, typed(do="save", title=f"标题{number}"))
        office.post(URL, typed(do="publish", reason="改", confirmed="1"))
    office.get(URL)
    for path in ("/wordings/", URL, f"{URL}history/"):
        with django_assert_max_num_queries(6):
            office.get(path)
