"""The public column: search, questions, going back, the notice, the look-up; all without signing in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import SYSTEM
from industries import search
from industries.drafts import Draft
from industries.models import CatalogueVersion, Notice
from industries.publishing import publish
from tests.industries.amended import amendment
from tests.industries.conftest import PUBLISHED_AT
from tests.industries.sample import CATALOGUE
from tests.industries.test_publishing import COMPLETE

pytestmark = pytest.mark.django_db
APPLY = "/apply/"
QUESTIONS = "/apply/questions/"


def start(client: Client, *industries: str) -> Any:
    return client.get(APPLY, {"industry": industries}, follow=True)


def answer(client: Client, **answers: Any) -> Any:
    return client.post(QUESTIONS, {"ask": list(answers), **answers})


def complete(client: Client) -> None:
    """A visitor who has answered everything for a convenience store."""
    session = client.session
    Draft(["convenience_store"], dict(COMPLETE)).save(session)
    session.save()


@pytest.mark.parametrize("words", ["便利店", "bianlidian", "bld", "ＢＬＤ", "24小时", " 便利 店 ", "BianLi"])
def test_an_industry_is_found_by_what_people_type(words: str) -> None:
    assert "convenience_store" in [industry.id for industry in search.matching(CATALOGUE, words)]


def test_home_shows_the_column_and_marks_candidates(client: Client, version: CatalogueVersion) -> None:
    page = client.get(reverse("home")).content.decode()
    assert page.count('name="industry"') == len(CATALOGUE.industries)
    assert page.count("候选，以官方名录为准</strong>") == sum(
        not one.is_confirmed for one in CATALOGUE.industries.values()
    )


def test_home_works_before_anything_is_published(client: Client) -> None:
    assert client.get("/").status_code == 200


def test_home_searches_without_a_script_and_keeps_the_choice(client: Client, version: CatalogueVersion) -> None:
    page = client.get("/", {"q": "yaodian", "industry": "bar"}).content.decode()
    assert set(re.findall(r'value="(\w+)"[^>]*type="checkbox"|type="checkbox" value="(\w+)"', page)) == {
        ("", "bar"),
        ("", "pharmacy"),
    }


def test_home_asks_the_database_once(
    client: Client, version: CatalogueVersion, django_assert_max_num_queries: Any
) -> None:
    client.get("/")
    with django_assert_max_num_queries(2):
        client.get("/")


def test_home_offers_to_go_on_or_to_start_again(client: Client, version: CatalogueVersion) -> None:
    assert "重新开始" not in client.get("/").content.decode()
    complete(client)
    page = client.get("/").content.decode()
    assert f"上次选了 便利店，答了 {len(COMPLETE)} 题" in page
    told = client.post(reverse("industries:restart"), follow=True).content.decode()
    assert "已清空" in told
    assert "上次选了" not in told
    assert " checked" not in told
    assert client.get(reverse("industries:restart")).status_code == 405


def test_choosing_leads_to_the_questions(client: Client, version: CatalogueVersion) -> None:
    page = start(client, "convenience_store", "cafe_teahouse")
    assert page.redirect_chain == [(APPLY, 302)]
    text = page.content.decode()
    assert "便利店、咖啡店/茶馆" in text
    assert 'name="ask" value="area_m2"' in text


def test_the_questions_page_asks_the_database_little(
    client: Client, version: CatalogueVersion, django_assert_max_num_queries: Any
) -> None:
    start(client, "bar")
    with django_assert_max_num_queries(3):
        client.get(APPLY)


@pytest.mark.parametrize("params", [{"industry": "moon"}, {"s": "rubbish"}, {"s": "x" * 9000}, {"pick": "1"}, {}])
def test_nonsense_leads_back_to_the_start(client: Client, version: CatalogueVersion, params: dict[str, str]) -> None:
    assert client.get(APPLY, params, follow=True).redirect_chain == [("/", 302)]


def test_answers_grow_the_result(client: Client, version: CatalogueVersion) -> None:
    start(client, "convenience_store")
    assert answer(client, area_m2="３２０", makes_food="yes").status_code == 302
    page = client.get(APPLY).content.decode()
    assert "公众聚集场所" in page
    assert "320㎡" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"area_m2": "-1"}, "请填 0 至 1000000 之间的数字"),
        ({"area_m2": "很大"}, "请填 0 至 1000000 之间的数字"),
        ({"area_m2": "1e999"}, "请填 0 至 1000000 之间的数字"),
        ({"area_m2": ""}, "请填写数字"),
        ({"makes_food": ""}, "请选择“是”或“否”"),
        ({"sells_device": ["不销售", "第二类"]}, "就不能再选其他项"),
        ({"sells_drug": "西药"}, "西药"),
    ],
)
def test_a_bad_answer_is_told_at_its_question(
    client: Client, version: CatalogueVersion, given: dict[str, Any], said: str
) -> None:
    start(client, "convenience_store")
    page = answer(client, **given)
    assert page.status_code == 422
    text = page.content.decode()
    assert said in text
    assert "govuk-error-summary" in text


def test_any_answer_can_be_changed_and_leaves_nothing_behind(client: Client, version: CatalogueVersion) -> None:
    start(client, "convenience_store")
    answer(client, sells_tobacco="yes")
    answer(client, tobacco_school_ok="no")
    assert "不符合烟草制品零售点合理布局" in client.get(APPLY).content.decode()
    changed = client.get(QUESTIONS, {"change": "sells_tobacco"}).content.decode()
    assert re.search(r'name="sells_tobacco"[^>]*value="yes" checked', changed)
    answer(client, sells_tobacco="no")
    assert client.session["apply"]["answers"] == {"sells_tobacco": False}


def test_the_way_back_is_the_last_answer(client: Client, version: CatalogueVersion) -> None:
    start(client, "convenience_store")
    answer(client, area_m2="80")
    answer(client, makes_food="no")
    assert f"{QUESTIONS}?change=makes_food" in client.get(APPLY).content.decode()


def test_a_shared_link_brings_choice_and_answers(client: Client, version: CatalogueVersion) -> None:
    code = Draft(["bar"], {"area_m2": 80, "sells_device": ("第二类",)}).code
    other = Client()
    other.get(APPLY, {"s": code})
    assert other.session["apply"] == {"industries": ["bar"], "answers": {"area_m2": 80, "sells_device": ["第二类"]}}


def test_a_notice_is_issued_once_and_opens_for_everybody(client: Client, version: CatalogueVersion) -> None:
    complete(client)
    first = client.post("/apply/notice/")
    again = client.post("/apply/notice/")
    assert first.url == again.url
    notice = Notice.objects.get()
    page = Client().get(first.url).content.decode()
    for text in (notice.number, notice.code, "食品经营许可", version.label, "须提交 "):
        assert text in page


def test_r6_9_the_notice_says_what_can_come_later_and_within_how_many_days(
    client: Client, version: CatalogueVersion
) -> None:
    complete(client)
    page = client.get(client.post("/apply/notice/").url).content.decode()
    assert page.count(">可容缺<") == 1
    assert "标有“可容缺”的是次要材料" in page
    assert "在受理后 3 个工作日内补交" in page


def test_r2_15_the_notice_says_that_nothing_is_charged_and_nothing_asks_for_a_fee(
    client: Client, version: CatalogueVersion
) -> None:
    complete(client)
    page = client.get(client.post("/apply/notice/").url).content.decode()
    assert "申请和现场核查不收取任何费用；申请书格式文本一律不收费" in page
    asked = [one.name for one in CATALOGUE.materials.values()] + [one.label for one in CATALOGUE.fields.values()]
    assert [name for name in asked if re.search("缴费|交费|手续费|工本费|申请费|检查费|核查费", name)] == []


def test_a_notice_is_not_issued_while_questions_are_open(client: Client, version: CatalogueVersion) -> None:
    start(client, "bar")
    page = client.post("/apply/notice/", follow=True)
    assert "还有问题没有回答" in page.content.decode()
    assert not Notice.objects.exists()


def test_the_notice_page_asks_the_database_little(
    client: Client, version: CatalogueVersion, django_assert_max_num_queries: Any
) -> None:
    complete(client)
    address = client.post("/apply/notice/").url
    with django_assert_max_num_queries(3):
        Client().get(address)


def test_a_notice_tells_what_a_newer_catalogue_changes(client: Client, version: CatalogueVersion) -> None:
    """An old notice is not followed blindly: the page compares it with the catalogue that counts now."""
    complete(client)
    address = client.post("/apply/notice/").url
    needed = [id for id in CATALOGUE.matters["m_food_license"].materials if id != "mat_food_layout"]
    text = amendment(based_on=version.label, matters=[{"id": "m_food_license", "materials": needed}])
    publish(document=text, actor=SYSTEM, at=PUBLISHED_AT + timedelta(days=1))
    page = client.get(address).content.decode()
    assert "目录已有新版本" in page
    assert f"不再需要的材料：{CATALOGUE.materials['mat_food_layout'].name}" in page


def test_the_notice_as_pdf(client: Client, version: CatalogueVersion) -> None:
    complete(client)
    client.post("/apply/notice/")
    answer = client.get(reverse("industries:notice_pdf", args=[Notice.objects.get().code]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "typed", ["{number}", "{code}", " {code} ", "沪长综告[{year}]000001号", "沪长综告({year})000001号"]
)
def test_a_notice_is_found_by_number_or_code(client: Client, version: CatalogueVersion, typed: str) -> None:
    complete(client)
    address = client.post("/apply/notice/").url
    notice = Notice.objects.get()
    words = typed.format(number=notice.number, code=notice.code.upper(), year=notice.issued_at.year)
    assert client.get("/notice/", {"q": words}).headers["Location"] == address


@pytest.mark.parametrize("typed", ["", "000", "' or 1=1", "\u0000"])
def test_an_unknown_notice_is_told(client: Client, version: CatalogueVersion, typed: str) -> None:
    answer = client.get("/notice/", {"q": typed})
    assert answer.status_code == 404
    assert "govuk-error-summary" in answer.content.decode()
    assert client.get("/notice/nothing/").status_code == 404


def test_the_catalogue_says_how_sure_it_is(client: Client, version: CatalogueVersion) -> None:
    page = client.get("/catalogue/about/").content.decode()
    for industry in CATALOGUE.industries.values():
        assert industry.name in page
    assert CATALOGUE.warning in page


@pytest.mark.parametrize("typed", ["120㎡", "１２０平方米", "建筑面积：120 平米", "120"])
def test_an_area_is_understood_with_its_unit_and_label(client: Client, version: CatalogueVersion, typed: str) -> None:
    start(client, "convenience_store")
    assert answer(client, area_m2=typed).status_code == 302
    assert client.session["apply"]["answers"]["area_m2"] == 120


def test_one_mistake_is_told_once(client: Client, version: CatalogueVersion) -> None:
    start(client, "convenience_store")
    assert answer(client, area_m2="9" * 40).text.count("请填 0 至 1000000 之间的数字") == 2  # the summary and the field


def test_a_matter_that_takes_longer_than_the_promise_is_named(client: Client, version: CatalogueVersion) -> None:
    assert "按本事项的时限办理：13 天" in start(client, "bar", "bookstore").text
