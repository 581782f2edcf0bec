"""What is granted does not wait for the rest (R6.21): pages, lists, the flow, the auditor."""

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.violations import RuleViolation
from certificates import early
from certificates.models import Licence
from outbox import delivery
from outbox.models import Parcel
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.audit import disagreements
from workflows.lists import making
from workflows.models import CaseProcess
from workflows.shown.truth import Truth, cases_for, truth_of

TUESDAY = MONDAY + timedelta(days=1)
PROMISED = MONDAY + timedelta(days=7)
LATE = MONDAY + timedelta(days=8)


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The pages' clock; it begins on the day after the promised one."""

    def stand(at: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    stand(LATE)
    return stand


def grant(story: Story, case: Case, department: str, matter: str, at: datetime) -> None:
    steps.grant(case, matters=[matter], actor=story.officer(department), at=at)


def two_granted(story: Story) -> Case:
    """Food and tobacco are granted, the signboard waits."""
    case = story.accepted()
    grant(story, case, "dept_mrb", "m_food_license", TUESDAY)
    grant(story, case, "dept_tobacco", "m_tobacco", TUESDAY)
    return case


def issued_early(story: Story) -> Case:
    case = two_granted(story)
    early.issue_early(case, actor=story.applicant, at=LATE)
    return case


def where(case: Case) -> str:
    return steps.waiting_at(CaseProcess.objects.get(case=case))


def look(story: Story, case: Case, at: datetime = LATE) -> Truth:
    return truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=at.date())


def test_the_token_waits_at_the_sections_until_the_last_decision(story: Story) -> None:
    case = issued_early(story)
    assert (case.state, where(case)) == (Case.State.DECIDING, "sections")
    assert list(disagreements()) == []
    grant(story, case, "dept_subdistrict", "m_signboard", LATE + timedelta(days=1))
    assert where(case) == "issue"
    assert not Parcel.objects.filter(kind="permits.granted_late").exists()  # the last one goes with the closing
    assert delivery.deliver(f"all_decided:{case.pk}")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, where(case)) == (Case.State.ISSUED, "deliver")
    assert (case.licence.versions.count(), case.licence.items.count()) == (2, 3)
    assert list(disagreements()) == []


def test_a_late_grant_before_the_last_goes_through_the_outbox(restaurant: Story) -> None:
    case = issued_early(restaurant)
    grant(restaurant, case, "dept_subdistrict", "m_signboard", LATE + timedelta(days=1))
    key = f"granted_late:{case.pk}:m_signboard"
    assert list(disagreements()) == []  # behind for a moment, and that is no fault
    assert [delivery.deliver(key) for _time in range(2)] == [True, None]
    assert case.licence.versions.count() == 2
    assert where(case) == "sections"


def test_a_late_refusal_sends_no_parcel(restaurant: Story) -> None:
    case = issued_early(restaurant)
    before = Parcel.objects.filter(kind__in=("permits.granted_late", "permits.all_decided")).count()
    steps.refuse(case, matters=["m_fire"], reason="通道不足", actor=restaurant.officer("dept_fire"), at=LATE)
    assert Parcel.objects.filter(kind__in=("permits.granted_late", "permits.all_decided")).count() == before


def test_a_parcel_that_comes_after_the_closing_changes_nothing(restaurant: Story) -> None:
    case = issued_early(restaurant)
    grant(restaurant, case, "dept_subdistrict", "m_signboard", LATE)
    for department, matter in (("dept_fire", "m_fire"), ("dept_water", "m_drainage")):
        steps.refuse(case, matters=[matter], reason="不符合条件", actor=restaurant.officer(department), at=LATE)
    assert delivery.deliver(f"all_decided:{case.pk}")
    assert delivery.deliver(f"granted_late:{case.pk}:m_signboard")
    assert case.licence.versions.count() == 2
    assert list(disagreements()) == []


def test_the_application_is_not_withdrawn_as_a_whole_any_more(story: Story) -> None:
    case = issued_early(story)
    with pytest.raises(RuleViolation) as refused:
        steps.withdraw(case, actor=story.applicant, at=LATE)
    assert refused.value.code == "licence_issued"
    assert where(case) == "sections"


def test_the_page_of_truth_offers_it_after_the_promised_day(story: Story, clock: Any) -> None:
    case = two_granted(story)
    assert not look(story, case, PROMISED).offers_early_issue
    truth = look(story, case)
    assert truth.offers_early_issue
    assert "可以先行发证" in truth.turn.text
    assert [row.matter for row in truth.waiting] == ["m_signboard"]


def test_r1_9_with_one_granted_the_page_says_that_its_decision_counts(story: Story) -> None:
    case = story.accepted()
    grant(story, case, "dept_mrb", "m_food_license", TUESDAY)
    truth = look(story, case)
    assert not truth.offers_early_issue
    assert "凭决定书就可以使用" in truth.turn.text


@pytest.mark.parametrize("who", ["shopkeeper", "clerk"])
def test_asking_shows_what_is_issued_and_what_goes_on(story: Story, client: Client, clock: Any, who: str) -> None:
    case = two_granted(story)
    client.force_login(getattr(story.cast, who))
    address = reverse("workflows:issue_early", args=[case.number])
    assert address in text_of(client.get(case.get_absolute_url()))
    page = text_of(client.get(address))
    assert all(name in page for name in ("食品经营许可", "烟草专卖零售许可", "继续办理"))
    assert [client.post(address).url for _click in range(2)] == [case.get_absolute_url()] * 2
    assert Licence.objects.count() == 1
    page = text_of(client.get(case.get_absolute_url()))
    assert "还在办理" in page
    assert "先行颁发" in page
    assert address not in page


def test_too_early_the_page_says_when(story: Story, client: Client, clock: Callable[[datetime], None]) -> None:
    case = two_granted(story)
    clock(PROMISED)
    client.force_login(story.cast.shopkeeper)
    address = reverse("workflows:issue_early", args=[case.number])
    assert client.get(address).status_code == 409
    answer = client.post(address)
    assert answer.status_code == 409
    assert "2026-03-09" in text_of(answer)
    assert not Licence.objects.exists()


def test_nobody_else_gets_there(story: Story, client: Client, clock: Any) -> None:
    case = two_granted(story)
    address = reverse("workflows:issue_early", args=[case.number])
    assert client.post(address).status_code == 302  # to the sign-in
    for person in (story.cast.stranger, story.cast.officer("dept_mrb"), story.cast.service_office):
        client.force_login(person)
        assert client.post(address).status_code == 404
    assert not Licence.objects.exists()


def test_the_papers_name_the_newest_version_and_staff_find_the_older(
    restaurant: Story, client: Client, clock: Any
) -> None:
    case = issued_early(restaurant)
    grant(restaurant, case, "dept_subdistrict", "m_signboard", LATE)
    delivery.deliver(f"granted_late:{case.pk}:m_signboard")
    papers = [paper for paper in look(restaurant, case).papers if paper.document.kind == "combined_licence"]
    assert [paper.title for paper in papers] == ["行业综合许可证（第 2 版）"]
    client.force_login(restaurant.cast.service_office)
    old, new = case.documents.filter(kind="combined_licence").order_by("version")
    for paper, version in ((old, 1), (new, 2)):
        answer = client.get(reverse("workflows:paper", args=[case.number, paper.pk]))
        assert answer.url.endswith(f"{case.licence.code}.pdf?version={version}")
    assert client.get(f"/licences/{case.licence.code}.pdf?version=3").status_code == 404
    assert client.get(f"/licences/{case.licence.code}.pdf?version=1").content.startswith(b"%PDF")


def test_the_public_sees_one_licence_with_its_history(restaurant: Story, client: Client, clock: Any) -> None:
    case = issued_early(restaurant)
    grant(restaurant, case, "dept_subdistrict", "m_signboard", LATE)
    delivery.deliver(f"granted_late:{case.pk}:m_signboard")
    clock(LATE + timedelta(days=1))
    assert text_of(client.get("/licences/")).count(case.licence.number) == 1
    page = text_of(client.get(f"/v/{case.licence.code}"))
    assert "3 项许可" in page
    assert "历次版本" in page


@pytest.fixture
def office(story: Story, client: Client, clock: Any) -> Client:
    client.force_login(story.cast.service_office)
    return client


def test_the_office_finds_and_issues_what_is_held_up(story: Story, office: Client) -> None:
    case, in_time = two_granted(story), story.accepted()
    page = office.get("/office/")
    assert page.context["tab"] == making.EARLY
    assert case.number in text_of(page)
    assert in_time.number not in text_of(page)
    place = f"/office/{case.number}/"
    assert "可以先行发证" in text_of(office.get(place))
    assert [office.post(place, {"do": "issue_early"}).status_code for _click in range(2)] == [302, 302]
    assert Licence.objects.count() == 1
    assert case.number not in text_of(office.get("/office/?tab=early"))
    assert "先行发证" not in office.get(place).context


def test_the_administrator_looks_on(story: Story, client: Client, clock: Any) -> None:
    case = two_granted(story)
    client.force_login(story.cast.administrator)
    place = f"/office/{case.number}/"
    assert "可以先行发证" not in text_of(client.get(place))
    assert client.post(place, {"do": "issue_early"}).status_code == 409


def test_a_late_grant_that_failed_is_on_the_list_and_tried_again(
    restaurant: Story, client: Client, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = issued_early(restaurant)
    client.force_login(restaurant.cast.service_office)
    assert case.number not in text_of(client.get("/office/?tab=making"))
    grant(restaurant, case, "dept_subdistrict", "m_signboard", LATE)
    with monkeypatch.context() as broken:
        broken.setattr("certificates.issuing.signer", lambda: (_ for _ in ()).throw(OSError("no key")))
        assert delivery.deliver(f"granted_late:{case.pk}:m_signboard", at=LATE) is False
    assert "出错，待重试" in text_of(client.get("/office/?tab=making"))
    place = f"/office/{case.number}/"
    assert "在证书上增加新准予的事项" in text_of(client.get(place))
    client.post(place, {"do": "retry"})
    assert case.licence.versions.count() == 2
    assert case.number not in text_of(client.get("/office/?tab=making"))


@pytest.mark.each_database
@pytest.mark.parametrize("tab", ["early", "making"])
def test_the_lists_cost_the_same_for_one_and_for_many(story: Story, office: Client, tab: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            office.get(f"/office/?tab={tab}")
        return len(asked)

    two_granted(story)
    cost()
    one = cost()
    for _more in range(3):
        two_granted(story)
    assert cost() == one <= 11


def test_the_page_of_truth_costs_no_more_for_the_offer(story: Story, client: Client, clock: Any) -> None:
    case = two_granted(story)
    client.force_login(story.cast.shopkeeper)
    client.get(case.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(case.get_absolute_url())
    assert len(asked) <= 20


@pytest.mark.parametrize("state", ["withdrawn", "closed_refused"])
def test_the_database_knows_no_other_end_than_issued(story: Story, state: str) -> None:
    from django.db import IntegrityError, transaction

    case = issued_early(story)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=state)


def test_the_auditor_finds_an_early_licence_that_the_case_knows_nothing_of(story: Story) -> None:
    case = issued_early(story)
    Case.objects.filter(pk=case.pk).update(issued_early_at=None)
    assert any("with a combined licence" in line for line in disagreements())


def test_an_open_case_with_an_early_licence_is_not_ticked_off(story: Story, client: Client) -> None:
    case = issued_early(story)
    delivery.deliver_all(list(Parcel.objects.values_list("key", flat=True)), at=LATE)
    client.force_login(story.cast.service_office)
    page = client.get("/office/?tab=deliver").text
    assert case.number in page
    assert "已先行发证，其余办理中" in page
    assert '#check"' not in page
