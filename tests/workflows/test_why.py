"""Why a date is what it is, as data and as a page (R1.38, R1.39, R2.21): the fields, who reads them, what a calendar file says of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import delivering, early
from permits import delivery
from permits.deadlines import extensions, joint_extensions, limits, stops
from permits.models import Case, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.lists import making
from workflows.reminders import alarms
from workflows.reminders.ladder import Kind
from workflows.reminders.settings import ladders

FOOD, TOBACCO, MRB = "m_food_license", "m_tobacco", "dept_mrb"
TUESDAY = MONDAY + timedelta(days=1)
Read = Callable[..., Any]


@pytest.fixture
def read(story: Story, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads an address of a case, as the shopkeeper where nobody else is named."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)

    def get(case: Case, name: str, *args: str, user: User | None = None) -> Any:
        client = Client()
        client.force_login(user or story.cast.shopkeeper)
        return client.get(reverse(f"workflows:{name}", args=[case.number, *args]))

    return get


@pytest.fixture
def stopped(story: Story) -> Case:
    """Accepted on Monday; the clock of the food permit stands since, for ten working days."""
    case = story.accepted()
    said: dict[str, Any] = {"ground": "expert_review", "reason": "工艺须专家评审", "needed_days": 10}
    stops.stop_clock(case, matters=[FOOD], actor=story.officer(MRB), at=MONDAY + timedelta(hours=2), **said)
    return Case.objects.get(pk=case.pk)


def test_the_why_of_a_running_matter_names_every_day(story: Story, read: Read) -> None:
    told = read(story.accepted(), "why_json", TOBACCO).json()
    assert set(told) == {
        *("case", "matter", "accepted_on", "promised_by", "statutory_by", "joint_by", "joint_days"),
        *("joint_provisional", "forecast", "stops", "extension", "counts"),
    }
    assert (told["accepted_on"], told["joint_days"], told["joint_provisional"]) == ("2026-03-02", 45, False)
    assert (told["forecast"], told["stops"], told["extension"]) == (None, [], None)
    promised = told["counts"]["promised"]
    assert promised["end"] == told["promised_by"] and promised["lines"][-1]["counted"] == promised["days"]
    assert set(promised["lines"][0]) == {"date", "counted", "why", "words", "grounds", "provisional", "rule"}
    assert (promised["lines"][0]["why"], promised["lines"][0]["rule"]) == ("start", "R2.2")
    assert [line["date"] for line in promised["lines"] if line["why"] == "weekend"] == ["2026-03-07", "2026-03-08"]


def test_r1_38_a_stopped_matter_has_a_forecast_and_no_date(stopped: Case, read: Read) -> None:
    told = read(stopped, "why_json", FOOD).json()
    assert (told["promised_by"], told["statutory_by"], told["joint_by"]) == (None, None, None)
    assert told["forecast"] == {"promised_by": "2026-03-23", "statutory_by": "2026-03-30", "provisional": False}
    (stop,) = told["stops"]
    assert (stop["ground"], stop["from"], stop["to"], stop["rule"]) == ("expert_review", "2026-03-02", None, "R2.21")


def test_r2_19_an_extension_moves_the_statute_alone(story: Story, read: Read) -> None:
    case = story.accepted()
    before = read(case, "why_json", FOOD).json()
    head, officer = User.objects.get(pk=story.cast.second_officer(MRB).pk), story.officer(MRB)
    User.objects.filter(pk=head.pk).update(is_head=True)
    approver = story.cast.actor(User.objects.get(pk=head.pk))
    extensions.extend(case, matters=[FOOD], reason="需核实权属", actor=officer, approver=approver, at=TUESDAY)
    after = read(case, "why_json", FOOD).json()
    assert (after["promised_by"], after["extension"]["rule"]) == (before["promised_by"], "R2.19")
    assert after["statutory_by"] > before["statutory_by"] and after["extension"]["reason"] == "需核实权属"


def test_r1_39_the_joint_limit_is_counted_out_like_the_others(story: Story, read: Read) -> None:
    case = story.accepted()
    told = read(case, "why_joint_json").json()
    assert (told["joint_by"], told["joint_days"], told["rule"], told["extension"]) == ("2026-05-08", 45, "R1.39", None)
    assert [line["counted"] for line in told["count"]["lines"] if line["counted"]] == list(range(1, 46))
    holiday = next(line for line in told["count"]["lines"] if line["date"] == "2026-04-06")
    assert (holiday["why"], holiday["counted"], holiday["rule"]) == ("holiday", None, "R2.1")
    office = story.cast.actor(story.cast.service_office)
    said: dict[str, Any] = {"approver": "副区长 张某", "reason": "跨区协调"}
    joint_extensions.extend_jointly(case, actor=office, at=TUESDAY, **said)
    told = read(case, "why_joint_json").json()
    assert (told["joint_by"], told["joint_days"], told["extension"]["reason"]) == ("2026-05-28", 60, "跨区协调")
    limit = limits.joint_limit(Case.objects.get(pk=case.pk), current_calendar(), extended=True)
    assert limit is not None and told["joint_by"] == str(limit.date)


def test_r1_39_the_joint_limit_stands_with_a_matter_s_clock(stopped: Case, read: Read) -> None:
    told = read(stopped, "why_joint_json").json()
    assert (told["joint_by"], told["forecast"]) == (None, {"joint_by": "2026-05-21", "provisional": False})
    page = read(stopped, "why_joint").content.decode()
    assert "专家评审" in page and "2026-05-21" in page and "停止计时期间没有期限" in page


def test_the_why_of_the_joint_limit_is_for_whoever_reads_the_case(story: Story, read: Read) -> None:
    case = story.submitted()
    assert read(case, "why_joint_json").status_code == 409
    assert "还没有开始计算" in read(case, "why_joint").content.decode()
    steps.accept(case, actor=story.window, at=TUESDAY)
    page = read(case, "why_joint").content.decode()
    assert "四十五个工作日" in page and "最后一日" in page and "2026-05-09" in page
    assert read(case, "why_joint", user=story.cast.officer(MRB)).status_code == 200
    assert read(case, "why_joint", user=story.cast.stranger).status_code == 404


def test_r1_38_the_calendar_file_marks_forecasts(stopped: Case, read: Read) -> None:
    text = read(stopped, "dates").content.decode().replace("\r\n ", "")
    assert "预计承诺办结（停止计时" in text and "20260323" in text
    assert "承诺办结日期（暂定）" not in text


def test_r2_6_the_calendar_file_marks_provisional_days(story: Story, read: Read) -> None:
    late = MONDAY.replace(month=12, day=29)
    asked = story.consenting(story.submitted(late), late)
    assert "最后一日" not in read(asked, "dates").content.decode()
    text = read(asked, "dates").content.decode().replace("\r\n ", "")
    assert "最迟告知是否受理（暂定）" in text
    accepted = story.accepted(late)
    assert "承诺办结日期（暂定）" in read(accepted, "dates").content.decode().replace("\r\n ", "")
    firm = story.accepted()
    assert "（暂定）" not in read(firm, "dates").content.decode().replace("\r\n ", "")


def test_what_nobody_is_there_for_raises_an_alarm(story: Story) -> None:
    """An extension without a head and an unserved notice without anybody at the service office."""
    case, office = story.accepted(), story.cast.service_office
    extensions.request_extension(case, matters=[FOOD], reason="需核实权属", actor=story.officer(MRB), at=TUESDAY)
    steps.request_supplement(story.submitted(), items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    assert office.is_active and Document.objects.unserved().exists()
    User.objects.filter(role=User.Role.SERVICE_OFFICE).update(is_active=False)
    User.objects.filter(body_id=MRB).update(is_head=False)
    assert {"extension", "service"} <= {task for task, _body in alarms.unattended(TUESDAY)}
    User.objects.filter(role=User.Role.SERVICE_OFFICE).update(is_active=True)
    User.objects.filter(body_id=MRB).update(is_head=True)
    assert not {"extension", "service"} & {task for task, _body in alarms.unattended(TUESDAY)}


def test_r2_24_the_first_reminder_of_delivery_comes_when_something_can_be_done(
    story: Story, read: Read, calendar: Any
) -> None:
    """Where the promise lies more than ten working days off, the law's own ten days decide when granted permits go out."""
    assert ladders()[Kind.DELIVERY][0].distance == -delivery.NEAR
    case = story.accepted()
    Case.objects.filter(pk=case.pk).update(promised_days=20, promised_by=date(2026, 3, 30))
    for body, matter in ((MRB, FOOD), ("dept_tobacco", TOBACCO)):
        steps.grant(case, matters=[matter], actor=story.officer(body), at=TUESDAY)
    fresh = Case.objects.get(pk=case.pk)
    rows = list(fresh.matters.all())
    first = date(2026, 3, 12)  # three working days before the tenth, 17 March
    assert not early.is_offered(fresh, rows, first - timedelta(days=1)) and early.is_offered(fresh, rows, first)
    for day, listed in ((first - timedelta(days=1), False), (first, True)):
        found = making.cases(story.cast.service_office, making.EARLY, "", calendar, day)
        assert (fresh in found) is listed
    with pytest.raises(RuleViolation, match="送达期限"):
        early.issue_early(fresh, actor=story.applicant, at=TUESDAY + timedelta(days=3))
    early.issue_early(fresh, actor=story.applicant, at=TUESDAY + timedelta(days=9))
    again = Case.objects.get(pk=case.pk)
    assert {row.matter for row in delivering.deliverable(again, list(again.matters.all()), first)} == {FOOD, TOBACCO}


def test_r2_6_a_grant_prints_nothing_provisional_that_is_final(story: Story) -> None:
    """The case's dates may still move; those of the decision do not, and the paper does not say so."""
    late = MONDAY.replace(month=12, day=28)
    case = story.accepted(late)
    assert Case.objects.get(pk=case.pk).provisional
    steps.grant(case, matters=[FOOD], actor=story.officer(MRB), at=late + timedelta(hours=2))
    facts = dict(case.documents.values_list("kind", "facts"))
    assert facts["acceptance_notice"]["provisional"] is True
    assert facts["grant_decision"]["provisional"] is False
    said: dict[str, Any] = {"ground": "testing", "reason": "须检测", "needed_days": 1}
    stops.stop_clock(case, matters=[TOBACCO], actor=story.officer("dept_tobacco"), at=late, **said)
    notice = case.documents.filter(kind="clock_stop_notice").last()
    assert notice is not None and notice.facts["provisional"] is False  # it ends within the year whose notice is there
    stops.stop_clock(
        case, matters=["m_signboard"], actor=story.officer("dept_subdistrict"), at=late, **said | {"needed_days": 9}
    )
    longer = case.documents.filter(kind="clock_stop_notice").last()
    assert longer is not None and longer.facts["provisional"] is True
