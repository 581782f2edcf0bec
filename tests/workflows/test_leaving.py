"""The service office sees what could not leave and delivers it again; a case's messages are a log."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from outbox import delivery, sms
from outbox.models import Message, Parcel
from tests.workflows.conftest import MONDAY, Story
from workflows.lists import leaving

PAGE = "/office/outbox/"


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))


@pytest.fixture
def office(story: Story, client: Client) -> Client:
    client.force_login(story.cast.service_office)
    return client


def text_of(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def deliver_all() -> None:
    while delivery.deliver_due(MONDAY + timedelta(days=3)).delivered:
        pass


def break_sms(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """An SMS of an accepted case fails for good."""
    user = story.cast.shopkeeper
    user.phone = "13800000000"
    user.save()

    def broken() -> sms.Gateway:
        raise sms.SmsFailed("no credit")

    with monkeypatch.context() as patched:
        patched.setattr(sms, "gateway", broken)
        patched.setattr(delivery, "MOST_ATTEMPTS", 1)
        deliver_all()


def test_what_failed_for_good_is_shown_on_the_desk_and_delivered_again(
    story: Story, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.submitted()
    assert "没有发出去" not in text_of(office, "/office/")
    break_sms(story, monkeypatch)
    assert "有 1 项内容没有发出去" in text_of(office, "/office/")
    page = text_of(office, PAGE)
    assert "SmsFailed: no credit" in page and "发送消息" in page and case.number in page
    assert office.post(PAGE).status_code == 302
    deliver_all()
    assert "都发出去了" in text_of(office, PAGE)
    assert Message.objects.get(channel="sms").sent_at


def test_the_log_of_a_case_tells_every_attempt_and_shows_no_whole_number(
    story: Story, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.submitted()
    break_sms(story, monkeypatch)
    office.post(PAGE)
    deliver_all()
    number = case.number or ""
    page = text_of(office, f"{PAGE}?q={number[:8]} {number[8:]}")
    assert "已收到您的申请" in page
    assert "SmsFailed: no credit" in page and "console" in page
    assert "138****0000" in page and "13800000000" not in page


def test_a_number_that_is_none_says_so(story: Story, office: Client) -> None:
    story.submitted()
    assert "没有这个编号的办件" in text_of(office, f"{PAGE}?q=1")


def test_every_kind_of_thing_leads_to_its_case(story: Story, office: Client) -> None:
    case = story.decided()
    Parcel.objects.update(status=Parcel.Status.DEAD)
    page = text_of(office, PAGE)
    for word in ("生成文书文件", "编写消息", "制证"):
        assert word in page
    assert page.count(f"?q={case.number}") == Parcel.objects.count()


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_same_however_much_is_stuck(
    story: Story, office: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        story.decided()
    Parcel.objects.update(status=Parcel.Status.DEAD)
    with django_assert_max_num_queries(7):
        office.get(PAGE)


@pytest.mark.parametrize("who", ["shopkeeper", "clerk"])
def test_others_have_no_business_here(story: Story, client: Client, who: str) -> None:
    client.force_login(getattr(story.cast, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403
    client.force_login(story.cast.officer("dept_mrb"))
    assert client.get(PAGE).status_code == 403


def test_every_kind_of_parcel_is_named_in_words() -> None:
    assert delivery.kinds() <= set(leaving.WORDS)
