"""R1.39, R2.19: handling all matters together takes 45 working days, 15 more once; the service office records the approval."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from outbox import delivery
from outbox.models import Message, Parcel
from permits import rendering
from permits.deadlines import joint_extensions, stops
from permits.messages import KIND
from permits.models import Case, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

GIVEN = {"approver": "副区长 张某", "reason": "需要跨区协调供水管线"}


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=1))


def page_of(case: Case) -> str:
    return reverse("workflows:joint_limit", args=[case.number])


@pytest.fixture
def office(story: Story, client: Client) -> Client:
    client.force_login(story.cast.service_office)
    return client


def test_the_page_shows_both_days_and_records_the_approval_once(story: Story, office: Client) -> None:
    case = story.accepted()
    page = office.get(page_of(case)).text
    assert "2026-05-08" in page
    assert "延长后至 2026-05-28" in page
    assert office.post(page_of(case), {"approver": "", "reason": "……"}).status_code == 422
    assert office.post(page_of(case), GIVEN | {"reason": "……"}).status_code == 409, "stops and dashes are no reason"
    assert office.post(page_of(case), GIVEN).status_code == 302
    page = office.get(page_of(case)).text
    assert "2026-05-28" in page
    assert "跨区协调" in page
    assert "登记延长并告知申请人" not in page
    assert office.post(page_of(case), GIVEN).status_code == 409


def test_the_applicant_gets_a_notice_with_the_reasons_and_is_told(story: Story, office: Client) -> None:
    case = story.accepted()
    steps.grant(case, matters=["m_tobacco"], actor=story.officer("dept_tobacco"), at=MONDAY + timedelta(hours=2))
    office.post(page_of(case), GIVEN)
    paper = case.documents.get(kind=Document.Kind.EXTENSION_NOTICE)
    assert paper.matters == ["m_food_license", "m_signboard"], "what is still handled"
    assert (paper.facts["old_by"], paper.facts["new_by"]) == ("2026-05-08", "2026-05-28")
    assert paper.facts["approver_level"] == "区人民政府负责人"
    assert rendering.ensure(paper, at=MONDAY).exists()
    delivery.deliver_all(list(Parcel.objects.filter(kind=KIND).values_list("key", flat=True)), at=MONDAY)
    told = Message.objects.get(kind="joint_limit_extended", recipient=story.cast.shopkeeper, channel="inbox")
    assert "跨区协调" in told.body
    assert "2026-05-28" in told.body
    office.force_login(story.cast.shopkeeper)
    page = office.get(case.get_absolute_url()).text
    assert "延长联合办理期限" in page
    assert "延长 15 个工作日，至 2026-05-28：需要跨区协调供水管线" in page


def test_no_limit_is_extended_after_it_or_where_nothing_is_handled(
    story: Story, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.accepted()
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=120))
    office.force_login(story.cast.service_office)
    assert "期限已经届满" in office.get(page_of(case)).text
    assert office.post(page_of(case), GIVEN).status_code == 409
    assert office.get(page_of(story.decided())).status_code == 200
    assert office.get(page_of(story.submitted())).status_code == 404


@pytest.mark.parametrize("person", ["shopkeeper", "clerk"])
def test_others_have_no_such_page(story: Story, client: Client, person: str) -> None:
    case = story.accepted()
    client.force_login(getattr(story.cast, person))
    assert client.get(page_of(case)).status_code == 403
    assert client.post(page_of(case), GIVEN).status_code == 403
    assert page_of(case) not in client.get(case.get_absolute_url()).text


def test_the_case_leads_there(story: Story, office: Client) -> None:
    case = story.accepted()
    assert page_of(case) in office.get(case.get_absolute_url()).text


def test_r2_6_a_joint_limit_in_a_year_without_calendar_is_provisional_on_page_and_paper(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = MONDAY.replace(month=11, day=27)
    case = story.accepted(late)
    joint_extensions.extend_jointly(
        case, reason="跨部门论证", approver="区长 李某", actor=story.cast.actor(story.cast.service_office), at=late
    )
    paper = case.documents.get(kind=Document.Kind.EXTENSION_NOTICE)
    assert paper.facts["provisional"] is True
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    client = Client()
    client.force_login(story.cast.service_office)
    assert "暂定" in client.get(f"/office/{case.number}/joint-limit/").content.decode()


def test_r6_3_a_joint_extension_approved_while_a_clock_stands_is_told_with_its_days_once_it_runs(story: Story) -> None:
    case, officer = story.accepted(), story.officer("dept_tobacco")
    stopped = {"matters": ["m_tobacco"], "actor": officer}
    stops.stop_clock(case, **stopped, ground="expert_review", at=MONDAY + timedelta(days=1))
    joint_extensions.extend_jointly(case, **GIVEN, actor=story.cast.actor(story.cast.service_office), at=MONDAY)
    notices = case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE).order_by("pk")
    assert [(one.facts["old_by"], one.facts["new_by"]) for one in notices] == [("", "")]
    stops.resume_clock(case, **stopped, at=MONDAY + timedelta(days=3))
    assert [(one.facts["old_by"], one.facts["new_by"]) for one in notices.all()] == [
        ("", ""),
        ("2026-05-11", "2026-06-01"),
    ]
    stops.stop_clock(case, **stopped, ground="testing", at=MONDAY + timedelta(days=4))
    stops.resume_clock(case, **stopped, at=MONDAY + timedelta(days=7))
    assert notices.all().count() == 2, "told once"


def test_r6_3_a_stopped_matter_that_is_withdrawn_gives_the_joint_limit_its_day_again(story: Story) -> None:
    case = story.accepted()
    officer = story.officer("dept_tobacco")
    stops.stop_clock(case, matters=["m_tobacco"], actor=officer, ground="expert_review", at=MONDAY)
    joint_extensions.extend_jointly(case, **GIVEN, actor=story.cast.actor(story.cast.service_office), at=MONDAY)
    steps.withdraw(case, matters=["m_tobacco"], actor=story.applicant, at=MONDAY + timedelta(days=1))
    last = case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE).last()
    assert last is not None and last.facts["new_by"] and last.matters == ["m_food_license", "m_signboard"]
