"""The service office: what is being made, what failed and is tried again, what was delivered."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.violations import RuleViolation
from outbox import delivery
from outbox.models import Parcel
from permits.models import Case, Delivery
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.lists import making
from workflows.models import CaseProcess

TUESDAY = MONDAY + timedelta(days=1)
DONE = {"do": "deliver", "way": "door", "receiver": "王小店", "on": "2026-03-04", "deliverer": "周审批"}


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def url(case: Case) -> str:
    return f"/office/{case.number}/"


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands in the story, whatever the day on which the tests run."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))


@pytest.fixture
def office(story: Story, client: Client) -> Client:
    client.force_login(story.cast.service_office)
    return client


def issued(story: Story) -> Case:
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    return case


def test_a_case_waits_until_its_licence_is_made(story: Story, office: Client) -> None:
    case, under_way = story.decided(), story.accepted()
    page = text_of(office.get("/office/"))
    assert case.number in page
    assert under_way.number not in page
    assert "正在制证" in page
    assert office.get(url(under_way)).status_code == 404


def test_what_failed_says_why_and_is_tried_again(story: Story, office: Client, monkeypatch: Any) -> None:
    case = story.decided()
    key = f"all_decided:{case.pk}"
    with monkeypatch.context() as broken:
        broken.setattr("workflows.steps.issuing.issue", lambda *a, **k: (_ for _ in ()).throw(OSError("no key")))
        assert delivery.deliver(key) is False
    Parcel.objects.filter(key=key).update(status=Parcel.Status.DEAD)
    page = text_of(office.get(url(case)))
    assert "制证没有完成" in page
    assert "no key" in page
    assert "出错，待重试" in text_of(office.get("/office/"))
    assert office.post(url(case), {"do": "retry"}).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert case.state == Case.State.ISSUED
    office.post(url(case), {"do": "retry"})
    assert case.licence.versions.count() == 1


def test_r1_32_delivery_is_recorded_once_and_ends_the_flow(story: Story, office: Client) -> None:
    case = issued(story)
    assert case.number in text_of(office.get("/office/?tab=deliver"))
    assert [office.post(url(case), DONE).status_code for _ in range(2)] == [302, 409]
    record = Delivery.objects.get(case=case)
    assert (record.way, record.receiver, str(record.on)) == ("door", "王小店", "2026-03-04")
    assert steps.waiting_at(CaseProcess.objects.get(case=case)) == ""
    assert case.number in text_of(office.get("/office/?tab=delivered"))


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"receiver": ""}, 422, "请写明签收人"),
        ({"way": "pigeon"}, 422, ""),
        ({"on": "昨天"}, 422, "请按“年-月-日”写日期"),
        ({"on": "2026-03-02"}, 422, "办结当日或之后"),
        ({"on": "2099-01-01"}, 422, "不晚于今天"),
    ],
)
def test_an_impossible_delivery_is_refused(
    story: Story, office: Client, wrong: dict[str, str], status: int, words: str
) -> None:
    case = issued(story)
    answer = office.post(url(case), DONE | wrong)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert not Delivery.objects.exists()


def test_the_list_opens_where_there_is_work(story: Story, office: Client) -> None:
    assert office.get("/office/").context["tab"] == making.MAKING
    case = issued(story)
    page = office.get("/office/")
    assert page.context["tab"] == making.DELIVER
    assert case.number in text_of(page)
    assert office.get("/office/?tab=making").context["tab"] == making.MAKING


def test_officers_and_applicants_do_not_deliver(story: Story) -> None:
    case = issued(story)
    for actor in (story.officer("dept_mrb"), story.applicant):
        with pytest.raises(RuleViolation, match="岗位"):
            steps.deliver(case, handing=Handing("window", "王小店"), actor=actor, at=TUESDAY)


def test_the_delivery_limit_is_ten_working_days(story: Story, calendar: Any) -> None:
    assert str(making.due_on(issued(story), calendar)) == "2026-03-17"


@pytest.mark.each_database
def test_a_licence_is_found_by_its_number(story: Story, office: Client) -> None:
    case = issued(story)
    assert case.number in text_of(office.get(f"/office/?tab=deliver&q={case.licence.number}"))
    assert case.number not in text_of(office.get("/office/?tab=deliver&q=999999"))


def test_the_administrator_looks_on(story: Story, client: Client) -> None:
    case = issued(story)
    client.force_login(story.cast.administrator)
    assert "由制证人员登记送达" in text_of(client.get(url(case)))
    assert client.post(url(case), DONE).status_code == 409


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_for_one_and_for_many(
    story: Story, office: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        issued(story)
    office.get("/office/?tab=deliver")
    with django_assert_max_num_queries(12):
        office.get("/office/?tab=deliver")
