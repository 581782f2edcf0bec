"""The sub-district comes by within two working days after issue (R1.33): a service, with nothing to find or to order."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Body, User
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from certificates import early
from outbox import delivery as post_office
from permits.models import Case, FormEntry
from tests import people
from tests.workflows.conftest import MONDAY, Story
from workflows import steps, visits
from workflows.audit import disagreements
from workflows.models import CaseProcess, Visit

TUESDAY = MONDAY + timedelta(days=1)
THURSDAY = MONDAY + timedelta(days=3)
NOTES = "店主问如何招工，已联系社区就业服务站"
BODY = "dept_subdistrict"


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def issued(story: Story) -> Case:
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    assert post_office.deliver(f"issued:{case.pk}:1", at=TUESDAY)
    return case


def record(story: Story, case: Case, **how: Any) -> Visit:
    given = {"actor": story.officer(BODY), "at": THURSDAY, "notes": NOTES} | how
    return visits.record(Visit.objects.get(case=case), **given)


def test_r1_33_issue_puts_it_on_the_list_due_in_two_working_days(story: Story) -> None:
    case = issued(story)
    visit = Visit.objects.get(case=case)
    assert (visit.body_id, visit.due_on, visit.done_on) == (BODY, date(2026, 3, 5), None)
    assert visit.licence == case.licence


def test_asked_for_twice_it_is_planned_once(story: Story) -> None:
    case = issued(story)
    visits.plan(case)
    assert Visit.objects.count() == 1


def test_over_a_weekend_and_a_holiday_working_days_count(story: Story) -> None:
    case = story.decided(MONDAY.replace(month=4, day=2))
    steps.issue(case, at=MONDAY.replace(month=4, day=3))
    visits.plan(case)
    assert Visit.objects.get().due_on == date(2026, 4, 8)


def test_r6_21_an_early_licence_is_visited_once_and_its_next_version_not(story: Story) -> None:
    case = story.accepted()
    for department, matter in (("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")):
        steps.grant(case, matters=[matter], actor=story.officer(department), at=TUESDAY)
    late = MONDAY + timedelta(days=8)
    early.issue_early(case, actor=story.applicant, at=late)
    post_office.deliver(f"issued:{case.pk}:1", at=late)
    steps.grant(case, matters=["m_signboard"], actor=story.officer(BODY), at=late)
    post_office.deliver(f"all_decided:{case.pk}", at=late)
    post_office.deliver(f"issued:{case.pk}:2", at=late)
    assert Visit.objects.count() == 1


def test_a_single_permit_is_not_visited(story: Story) -> None:
    case = story.accepted()
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    steps.withdraw(case, matters=["m_tobacco", "m_signboard"], actor=story.applicant, at=TUESDAY)
    assert post_office.deliver(f"issued:{case.pk}", at=TUESDAY)
    assert not Visit.objects.exists()


def test_the_sub_district_named_in_the_address_comes(story: Story) -> None:
    for code, name in (("sub_a", "江苏路街道"), ("sub_b", "新华路街道")):
        people.body(code, Body.Kind.SUBDISTRICT)
        Body.objects.filter(code=code).update(name=name, short_name=name)
    case = story.decided()
    premises = FormEntry.objects.filter(case=case, field="f_premises_address")
    premises.update(value="上海市长宁区新华路街道法华镇路 1 号")
    steps.issue(case, at=TUESDAY)
    visits.plan(case)
    assert Visit.objects.get().body_id == "sub_b"


def test_no_flow_waits_for_it(story: Story) -> None:
    case = issued(story)
    assert steps.waiting_at(CaseProcess.objects.get(case=case)) == "deliver"
    record(story, case)
    assert steps.waiting_at(CaseProcess.objects.get(case=case)) == "deliver"
    assert list(disagreements()) == []


def test_the_record_is_kept_and_logged_without_its_words(story: Story) -> None:
    case = issued(story)
    visit = record(story, case, on=date(2026, 3, 4))
    assert (visit.done_on, visit.notes, visit.recorded_at) == (date(2026, 3, 4), NOTES, THURSDAY)
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="visited")
    assert entry.facts == {"on": "2026-03-04", "body": BODY}
    assert verify() is None


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"notes": " "}, "notes_missing"),
        ({"notes": "长" * 1001}, "notes_too_long"),
        ({"on": date(2026, 3, 2)}, "impossible_day"),
        ({"on": date(2026, 3, 6)}, "impossible_day"),
    ],
)
def test_what_cannot_be_is_refused(story: Story, how: dict[str, Any], code: str) -> None:
    case = issued(story)
    with pytest.raises(RuleViolation) as refused:
        record(story, case, **how)
    assert refused.value.code == code
    assert Visit.objects.get().done_on is None


def test_once_and_by_the_sub_district_alone(story: Story) -> None:
    case = issued(story)
    for actor in (story.officer("dept_mrb"), story.applicant, story.window):
        with pytest.raises(RuleViolation):
            record(story, case, actor=actor)
    record(story, case)
    with pytest.raises(RuleViolation) as refused:
        record(story, case)
    assert refused.value.code == "already_visited"


@pytest.fixture
def street(story: Story, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: THURSDAY)
    client.force_login(story.cast.officer(BODY))
    return client


def test_the_list_shows_days_left_and_what_was_done(story: Story, street: Client) -> None:
    case = issued(story)
    page = text_of(street.get("/visits/"))
    assert case.enterprise.name in page
    assert "2026-03-05" in page
    assert "上门服务" in text_of(street.get("/work/"))
    record(story, case)
    assert case.enterprise.name not in text_of(street.get("/visits/"))
    assert case.enterprise.name in text_of(street.get("/visits/?tab=done"))
    assert case.enterprise.name not in text_of(street.get("/visits/?tab=done&q=zzz"))


def test_the_page_tells_where_to_go_and_asks_for_no_findings(story: Story, street: Client) -> None:
    case = issued(story)
    place = f"/visits/{case.number}/"
    page = text_of(street.get(place))
    assert "食品经营许可" in page
    assert "不是检查" in page
    assert not any(word in page for word in ("合格", "责令"))
    assert street.post(place, {"on": "2026-03-05", "notes": ""}).status_code == 422
    assert street.post(place, {"on": "2026-03-09", "notes": NOTES}).status_code == 409
    assert street.post(place, {"on": "2026-03-05", "notes": NOTES}).status_code == 302
    assert NOTES in text_of(street.get(place))
    assert street.post(place, {"on": "2026-03-05", "notes": NOTES}).status_code == 409


def test_the_applicant_reads_that_somebody_comes_and_came(story: Story, client: Client) -> None:
    case = issued(story)
    client.force_login(story.cast.shopkeeper)
    assert "这是服务，不是检查" in text_of(client.get(case.get_absolute_url()))
    record(story, case)
    page = text_of(client.get(case.get_absolute_url()))
    assert "2026-03-05" in page
    assert "已上门" in page
    assert NOTES not in page


@pytest.mark.parametrize("who", ["shopkeeper", "clerk", "service_office", "administrator", "officer"])
def test_nobody_else_gets_there(story: Story, client: Client, who: str) -> None:
    case = issued(story)
    client.force_login(story.cast.officer("dept_mrb") if who == "officer" else getattr(story.cast, who))
    for place in ("/visits/", f"/visits/{case.number}/"):
        assert client.get(place).status_code == 403
        assert client.post(place).status_code in (403, 405)


def test_another_sub_district_finds_nothing(story: Story, client: Client) -> None:
    case = issued(story)
    other = people.person("other", User.Role.SUBDISTRICT, body=people.body("sub_x", Body.Kind.SUBDISTRICT))
    client.force_login(other)
    assert case.enterprise.name not in text_of(client.get("/visits/"))
    assert client.get(f"/visits/{case.number}/").status_code == 404


@pytest.mark.parametrize("page", ["/visits/", "/visits/{number}/"])
def test_pages_cost_the_same_for_one_and_for_many(story: Story, street: Client, page: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            street.get(page.format(number=case.number))
        return len(asked)

    case = issued(story)
    cost()
    one = cost()
    for _more in range(3):
        issued(story)
    assert cost() == one <= 7
