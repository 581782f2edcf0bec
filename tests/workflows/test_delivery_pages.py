"""How the licence is wanted, and the service office's pages of delivery."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from permits import delivery
from permits.models import Case, Delivery
from tests.workflows import late as lacking
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_delivering import hand, issued
from workflows import steps
from workflows.shown.truth import cases_for, truth_of

TUESDAY = MONDAY + timedelta(days=1)


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


# the wish -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(story: Story, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    client.force_login(story.cast.shopkeeper)
    return client


def address(case: Case) -> str:
    return reverse("permits:delivery", args=[case.key])


def test_the_wish_is_chosen_before_handing_in_and_logged_with_it(story: Story, shop: Client) -> None:
    case = story.draft()
    assert "没有选择，按一般方式" in text_of(shop.get(reverse("permits:check", args=[case.key])))
    answer = shop.post(address(case), {"way": "electronic", "address": "", "consents": "on"})
    assert answer.url == reverse("permits:check", args=[case.key])
    assert "2026-03-03 同意" in text_of(shop.get(answer.url))
    case = steps.submit(Case.objects.get(pk=case.pk), actor=story.applicant, at=TUESDAY)
    told = AuditEntry.objects.get(subject=case.audit_subject, act="submitted").facts
    assert (told["delivery_way"], datetime.fromisoformat(told["e_service_since"])) == ("electronic", TUESDAY)
    assert case.documents.get().facts["delivery"] == "电子证照"
    assert AuditEntry.objects.filter(subject=case.audit_subject).count() == 1


def test_without_a_choice_it_is_brought_to_the_door(story: Story) -> None:
    case = story.submitted()
    assert delivery.wish_of(case) == Delivery.Way.DOOR
    assert case.documents.get().facts["delivery"] == "送证上门"


def test_electronic_only_needs_the_consent(story: Story, shop: Client) -> None:
    case = story.draft()
    answer = shop.post(address(case), {"way": "electronic", "address": "愚园路"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "须同意电子送达" in page
    assert "愚园路" in page
    assert Case.objects.get(pk=case.pk).delivery_way == ""


def test_the_consent_keeps_its_day_and_can_be_taken_back(story: Story, shop: Client) -> None:
    case = story.accepted()
    shop.post(address(case), {"way": "electronic", "consents": "on"})
    first = Case.objects.get(pk=case.pk).e_service_since
    shop.post(address(case), {"way": "post", "address": "长宁路 2 号 王小店 13800000000", "consents": "on"})
    case = Case.objects.get(pk=case.pk)
    assert (case.e_service_since, case.delivery_way) == (first, "post")
    shop.post(address(case), {"way": "post", "address": "长宁路 2 号 王小店 13800000000"})
    assert Case.objects.get(pk=case.pk).e_service_since is None
    assert AuditEntry.objects.filter(subject=case.audit_subject, act="delivery_chosen").count() == 3
    truth = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=TUESDAY.date())
    assert truth.events[0].text == "不同意电子送达"
    assert address(case) in text_of(shop.get(case.get_absolute_url()))


def test_once_all_is_delivered_there_is_nothing_to_choose(story: Story, shop: Client) -> None:
    case = issued(story)
    hand(story, case)
    assert address(case) not in text_of(shop.get(case.get_absolute_url()))
    assert shop.post(address(case), {"way": "door"}).status_code == 409


def test_too_long_an_address_is_said_at_the_field(story: Story, shop: Client) -> None:
    assert shop.post(address(story.draft()), {"way": "post", "address": "长" * 201}).status_code == 422


@pytest.mark.parametrize("who", ["stranger", "service_office", "administrator"])
def test_nobody_else_chooses(story: Story, client: Client, who: str) -> None:
    case = story.accepted()
    client.force_login(getattr(story.cast, who))
    assert client.post(address(case), {"way": "door"}).status_code == 404


def test_the_window_chooses_for_the_applicant(story: Story, client: Client) -> None:
    case = story.accepted()
    client.force_login(story.cast.clerk)
    client.post(address(case), {"way": "window"})
    assert Case.objects.get(pk=case.pk).delivery_way == "window"


# the office's pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(story: Story, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))
    client.force_login(story.cast.service_office)
    return client


def test_days_and_hours_are_read_as_people_write_them(story: Story, desk: Client) -> None:
    case = issued(story)
    said = {"do": "deliver", "way": "window", "receiver": "王小店", "on": "２０２６年３月５日", "hour": "１４：３０"}
    assert desk.post(f"/office/{case.number}/", said).status_code == 302
    made = Delivery.objects.get()
    assert str(made.on) == "2026-03-05"
    assert made.receipt is not None
    assert made.receipt.facts["delivered_at"].startswith("2026-03-05T14:30")


def test_the_carrier_is_asked_of_the_post_alone_and_kept_for_it_alone(story: Story, desk: Client) -> None:
    case = issued(story)
    page = text_of(desk.get(f"/office/{case.number}/"))
    assert page.index("ol-delivery__post") < page.index('name="carrier"') < page.index('name="tracking_number"')
    said = {"do": "deliver", "way": "window", "receiver": "王小店", "on": "2026-03-05", "carrier": "中国邮政"}
    desk.post(f"/office/{case.number}/", said)
    assert Delivery.objects.get().carrier == ""


def test_the_office_sees_the_wish_and_records_with_what_the_way_needs(story: Story, desk: Client) -> None:
    case = issued(story, delivery_way="post", delivery_address="长宁路 2 号")
    place = f"/office/{case.number}/"
    page = desk.get(place)
    assert page.context["form"]["way"].value() == "post"
    assert page.context["form"]["place"].value() == "长宁路 2 号"
    sent = {"do": "deliver", "way": "post", "receiver": "王小店", "on": "2026-03-05"}
    assert "请写明承运单位" in text_of(desk.post(place, sent))
    answer = desk.post(place, sent | {"carrier": "中国邮政", "tracking_number": "123", "hour": "9点"})
    assert "请按“时:分”写时间" in text_of(answer)
    assert desk.post(place, sent | {"carrier": "中国邮政", "tracking_number": "123"}).status_code == 302
    page = text_of(desk.get(place))
    assert "中国邮政 123" in page
    assert Delivery.objects.get().receipt.number in page  # type: ignore[union-attr]


@pytest.mark.parametrize("tab", ["deliver", "delivered"])
def test_the_lists_cost_the_same_for_one_and_for_many(story: Story, desk: Client, tab: str) -> None:
    def another() -> None:
        case = issued(story)
        if tab == "delivered":
            hand(story, case)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"/office/?tab={tab}")
        return len(asked)

    another()
    cost()
    one = cost()
    for _more in range(3):
        another()
    assert cost() == one <= 12


def test_late_ones_are_counted_and_said(story: Story, client: Client, calendar: Any, monkeypatch: Any) -> None:
    case = issued(story)
    client.force_login(story.cast.service_office)
    for day, late in ((17, 0), (18, 1)):
        moment = datetime(2026, 3, day, 9, tzinfo=MONDAY.tzinfo)
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        page = client.get("/office/")
        assert page.context["late"] == late
        assert ("已超过十个工作日的送达期限" in text_of(page)) == bool(late)
    assert case.number in text_of(page)


def test_r6_10_while_the_licence_waits_the_office_sees_what_is_delivered_on_its_own(
    story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = lacking.promised(story)
    lacking.grant(story, case, lacking.FOOD, lacking.SIGN)
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=8))
    client.force_login(story.cast.service_office)
    listed = text_of(client.get("/office/?tab=deliver"))
    assert "单独送达，其余办理中" in listed
    assert "已先行发证" not in listed
    page = text_of(client.get(f"/office/{case.number}/"))
    assert "现在送达：食品经营许可</p>" in page
    assert "待容缺材料，尚未生效" in page
