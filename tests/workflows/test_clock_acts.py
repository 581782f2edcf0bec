"""Stopping, resuming and extending a clock: who may, until when, what is written, what the pages show."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actors import Actor
from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox import delivery
from outbox.models import Message
from permits.deadlines import extensions, joint_extensions, stops
from permits.models import Case, CaseMatter, ClockStop, Document, LimitExtension
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

pytestmark = pytest.mark.django_db
FOOD, DEPARTMENT = "m_food_license", "dept_mrb"


@pytest.fixture
def on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are opened on the day after the acceptance."""
    moment = MONDAY + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: moment.date())


def food(case: Case) -> CaseMatter:
    return case.matters.select_related("section").get(matter=FOOD)


def stopped(story: Story, case: Case, days: int = 0, ground: str = "testing") -> list[ClockStop]:
    at = MONDAY + timedelta(days=days, hours=2)
    return stops.stop_clock(
        case, matters=[FOOD], ground=ground, needed_days=5, reason="送检", actor=story.officer(DEPARTMENT), at=at
    )


def head(story: Story, department: str = DEPARTMENT) -> Actor:
    return story.cast.actor(story.cast.head(department))


def test_r2_21_a_stop_leaves_its_matter_and_its_section_without_a_date(story: Story) -> None:
    case = story.accepted()
    [stop] = stopped(story, case)
    assert (stop.started_on, stop.expected_end, stop.ended_on) == (date(2026, 3, 2), date(2026, 3, 9), None)
    row = food(case)
    assert (row.statutory_by, row.promised_by, row.section.promised_by) == (None, None, None)
    others = case.matters.exclude(matter=FOOD)
    assert all(other.promised_by and other.statutory_by for other in others)
    paper = case.documents.get(kind=Document.Kind.CLOCK_STOP_NOTICE)
    assert (paper.facts["days_needed"], paper.facts["stopped_on"]) == (5, "2026-03-03")


def test_r2_21_the_clock_goes_on_where_it_stood(story: Story) -> None:
    case = story.accepted()
    before = food(case)
    stopped(story, case, days=1)
    stops.resume_clock(case, matters=[FOOD], actor=story.officer(DEPARTMENT), at=MONDAY + timedelta(days=4))
    row = food(case)
    # Wednesday to Friday are left out: three working days, and the weekend behind them.
    assert (before.promised_by, row.promised_by) == (date(2026, 3, 9), date(2026, 3, 12))
    assert row.section.promised_by == row.promised_by
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")][-2:] == ["clock_stopped", "clock_resumed"]


def test_an_act_that_waited_over_midnight_ends_a_stop_with_its_first_day(story: Story) -> None:
    case = story.accepted()
    before = food(case)
    stopped(story, case, days=1)
    stops.resume_clock(case, matters=[FOOD], actor=story.officer(DEPARTMENT), at=MONDAY)
    stop = ClockStop.objects.get()
    assert stop.ended_on == stop.started_on
    assert food(case).promised_by == before.promised_by


@pytest.mark.parametrize("ground", ["", "site_visit", "internal"])
def test_r2_21_other_grounds_are_refused_and_leave_no_trace(story: Story, ground: str) -> None:
    case = story.accepted()
    length = case.audit_length
    with pytest.raises(RuleViolation, match="现场核查") as refused:
        stopped(story, case, ground=ground)
    assert (refused.value.code, refused.value.field) == ("no_ground", "ground")
    assert not ClockStop.objects.exists()
    assert Case.objects.get(pk=case.pk).audit_length == length


@pytest.mark.parametrize("days", [-1, 251])
def test_a_step_needs_a_number_of_days(story: Story, days: int) -> None:
    with pytest.raises(RuleViolation, match="所需时间"):
        stops.stop_clock(
            story.accepted(),
            matters=[FOOD],
            ground="testing",
            needed_days=days,
            actor=story.officer(DEPARTMENT),
            at=MONDAY,
        )


def test_a_colleagues_section_and_another_departments_matter_are_not_ones_own(story: Story) -> None:
    case = story.accepted()
    with pytest.raises(RuleViolation, match="不属于您的部门"):
        stops.stop_clock(case, matters=["m_tobacco"], ground="testing", actor=story.officer(DEPARTMENT), at=MONDAY)
    with pytest.raises(RuleViolation, match="不由您的岗位"):
        stops.stop_clock(case, matters=[FOOD], ground="testing", actor=story.window, at=MONDAY)


def test_r2_21_nothing_is_decided_while_the_step_is_under_way(story: Story) -> None:
    case = story.accepted()
    stopped(story, case)
    with pytest.raises(RuleViolation, match="先恢复计时"):
        steps.grant(case, matters=[FOOD], actor=story.officer(DEPARTMENT), at=MONDAY + timedelta(days=1))
    with pytest.raises(RuleViolation, match="先恢复计时"):
        steps.refuse(
            case, matters=[FOOD], reason="不符合", actor=story.officer(DEPARTMENT), at=MONDAY + timedelta(days=1)
        )


def test_r2_19_the_head_approves_what_was_asked(story: Story) -> None:
    case, officer, boss = story.accepted(), story.officer(DEPARTMENT), head(story)
    extensions.request_extension(case, matters=[FOOD], reason="冷链条件需要复核", actor=officer, at=MONDAY)
    assert food(case).statutory_by == date(2026, 3, 16), "asking moves nothing"
    with pytest.raises(RuleViolation, match="负责人批准"):
        extensions.approve_extension(case, matters=[FOOD], actor=officer, at=MONDAY)
    extensions.approve_extension(case, matters=[FOOD], actor=boss, at=MONDAY + timedelta(days=1))
    row = food(case)
    assert (row.statutory_by, row.promised_by) == (date(2026, 3, 23), date(2026, 3, 9))
    paper = case.documents.get(kind=Document.Kind.EXTENSION_NOTICE)
    assert (paper.facts["old_by"], paper.facts["new_by"]) == ("2026-03-16", "2026-03-23")
    with pytest.raises(RuleViolation, match="只能申请延长一次"):
        extensions.request_extension(case, matters=[FOOD], reason="再延", actor=officer, at=MONDAY)


def test_r2_20_an_approval_that_comes_too_late_is_none(story: Story) -> None:
    case, officer, boss = story.accepted(), story.officer(DEPARTMENT), head(story)
    extensions.request_extension(case, matters=[FOOD], reason="冷链条件需要复核", actor=officer, at=MONDAY)
    with pytest.raises(RuleViolation, match="届满"):
        extensions.approve_extension(case, matters=[FOOD], actor=boss, at=MONDAY + timedelta(days=15))
    assert food(case).statutory_by == date(2026, 3, 16)


def test_r2_20_a_request_lapses_also_where_a_clock_was_stopped_after_the_limit_and_only_there(story: Story) -> None:
    """A filing without statutory days: its one promised day is its limit, and a hearing after it stops its clock all the same."""
    case, later = story.accepted(), MONDAY + timedelta(days=20)
    filing = {"matters": ["m_signboard"], "actor": story.officer("dept_subdistrict")}
    extensions.request_extension(case, reason="等待街面规划", at=MONDAY + timedelta(hours=2), **filing)
    extensions.request_extension(case, matters=[FOOD], reason="检测排期", actor=story.officer(DEPARTMENT), at=MONDAY)
    stopped(story, case, days=1)
    stops.stop_clock(case, ground="hearing", at=later, **filing)
    assert not case.matters.filter(matter__in=[FOOD, "m_signboard"]).exclude(statutory_by=None).exists()
    with pytest.raises(RuleViolation, match="2026-03-03 届满"):
        extensions.approve_extension(case, matters=["m_signboard"], actor=head(story, "dept_subdistrict"), at=later)
    assert [extensions.lapse(case, at=later) for _twice in range(2)] == [True, False]
    waiting = LimitExtension.objects.get(state=LimitExtension.State.REQUESTED)
    assert waiting.case_matter.matter == FOOD, "nine of its ten days are left"


def test_what_was_not_approved_may_be_asked_again(story: Story) -> None:
    case, officer, boss = story.accepted(), story.officer(DEPARTMENT), head(story)
    extensions.request_extension(case, matters=[FOOD], reason="冷链条件需要复核", actor=officer, at=MONDAY)
    with pytest.raises(RuleViolation, match="理由"):
        extensions.reject_extension(case, matters=[FOOD], reason=" ", actor=boss, at=MONDAY)
    extensions.reject_extension(case, matters=[FOOD], reason="材料已足够", actor=boss, at=MONDAY)
    assert LimitExtension.objects.get().state == LimitExtension.State.REJECTED
    extensions.request_extension(case, matters=[FOOD], reason="检测机构排期", actor=officer, at=MONDAY)
    assert LimitExtension.objects.count() == 2


def test_the_head_of_another_body_has_no_say(story: Story) -> None:
    case, officer = story.accepted(), story.officer(DEPARTMENT)
    extensions.request_extension(case, matters=[FOOD], reason="冷链条件需要复核", actor=officer, at=MONDAY)
    with pytest.raises(RuleViolation):
        extensions.approve_extension(case, matters=[FOOD], actor=head(story, "dept_tobacco"), at=MONDAY)


def test_r2_19_the_joint_limit_is_extended_once_by_the_government(story: Story) -> None:
    case, office = story.accepted(), story.cast.actor(story.cast.service_office)
    with pytest.raises(RuleViolation, match="批准人"):
        joint_extensions.extend_jointly(case, reason="跨区协调", approver=" ", actor=office, at=MONDAY)
    joint_extensions.extend_jointly(case, reason="跨区协调", approver="副区长 张某", actor=office, at=MONDAY)
    with pytest.raises(RuleViolation, match="延长过一次"):
        joint_extensions.extend_jointly(case, reason="再延", approver="副区长 张某", actor=office, at=MONDAY)
    with pytest.raises(RuleViolation, match="不由您的岗位"):
        joint_extensions.extend_jointly(case, reason="再延", approver="张某", actor=story.window, at=MONDAY)


@pytest.mark.each_database
def test_stops_and_extensions_are_told_to_those_whom_they_concern(story: Story) -> None:
    case, officer, boss = story.accepted(), story.officer(DEPARTMENT), head(story)
    stopped(story, case)
    stops.resume_clock(case, matters=[FOOD], actor=officer, at=MONDAY + timedelta(days=2))
    extensions.request_extension(case, matters=[FOOD], reason="冷链条件需要复核", actor=officer, at=MONDAY)
    while delivery.deliver_due(timezone.now()).delivered:
        pass
    extensions.approve_extension(case, matters=[FOOD], actor=boss, at=MONDAY + timedelta(days=3))
    while delivery.deliver_due(timezone.now()).delivered:
        pass
    told = set(Message.objects.filter(channel="inbox").values_list("kind", "recipient__username"))
    assert told >= {
        ("clock_stopped", "shop"),
        ("clock_resumed", "shop"),
        ("extension_requested", "mrb-2"),
        ("limit_extended", "shop"),
    }
    assert "预计 2026-03-09 结束" in Message.objects.get(kind="clock_stopped", channel="inbox").body


def page(client: Client, user: Any, address: str) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_of_truth_the_worklist_and_the_section_show_the_stop(story: Story, client: Client) -> None:
    case = story.accepted()
    stopped(story, case)
    truth = page(client, story.cast.shopkeeper, f"/cases/{case.number}/")
    assert "因检测停止计时" in truth
    assert "第四十五条" in truth
    assert "食品经营许可（检测）" in truth
    work = page(client, story.cast.officer(DEPARTMENT), "/work/?tab=free")
    assert "已暂停" in work
    assert "检测" in work
    assert "已暂停" in page(client, story.cast.officer(DEPARTMENT), f"/work/{case.number}/")


@pytest.mark.usefixtures("on_tuesday")
def test_r2_21_two_steps_at_once_are_named_together_and_end_one_by_one(story: Story, client: Client) -> None:
    case, officer = story.accepted(), story.cast.officer(DEPARTMENT)
    stopped(story, case)
    stopped(story, case, days=1, ground="expert_review")
    truth, clock_page = f"/cases/{case.number}/", f"/work/{case.number}/clock/"
    assert "自 2026-03-02 起因检测、专家评审停止计时" in page(client, story.cast.shopkeeper, truth)
    assert "食品经营许可（检测、专家评审）" in page(client, story.cast.shopkeeper, truth)
    assert "食品经营许可：专家评审，2026-03-03 起" in page(client, officer, clock_page)
    assert client.post(clock_page, {"do": "resume", "matters": [f"{FOOD}/testing"]}).status_code == 302
    assert list(ClockStop.objects.filter(ended_on=None).values_list("ground", flat=True)) == ["expert_review"]
    assert food(case).statutory_by is None
    assert client.post(clock_page, {"do": "resume", "matters": [f"{FOOD}/testing"]}).status_code == 422
    assert client.post(clock_page, {"do": "resume", "matters": [FOOD]}).status_code == 302
    assert food(case).statutory_by is not None


@pytest.mark.each_database
def test_why_this_date_counts_each_day_for_everybody_who_may_read_the_case(story: Story, client: Client) -> None:
    case = story.accepted()
    address = f"/cases/{case.number}/why/{FOOD}"
    for user in (
        story.cast.shopkeeper,
        story.cast.clerk,
        story.cast.officer("dept_tobacco"),
        story.cast.service_office,
    ):
        told = page(client, user, f"{address}/")
        assert "为什么是这一天" in told
        assert "周末，不计入" in told
    data = client.get(f"{address}.json").json()
    assert (data["promised_by"], data["statutory_by"], data["joint_by"]) == ("2026-03-09", "2026-03-16", "2026-05-08")
    lines = data["counts"]["statutory"]["lines"]
    assert [line["counted"] for line in lines][-1] == 10
    assert {line["rule"] for line in lines} == {"R2.1", "R2.2"}
    client.force_login(story.cast.stranger)
    assert client.get(f"{address}/").status_code == 404
    assert client.get(f"{address}.json").status_code == 404
    client.force_login(story.cast.shopkeeper)
    assert client.get(f"/cases/{case.number}/why/nothing/").status_code == 404


def test_why_this_date_tells_of_a_stop_and_of_the_forecast(story: Story, client: Client) -> None:
    case = story.accepted()
    stopped(story, case)
    told = page(client, story.cast.shopkeeper, f"/cases/{case.number}/why/{FOOD}/")
    assert "停止计时期间没有期限" in told
    assert "按预计结束日推算" in told
    data = client.get(f"/cases/{case.number}/why/{FOOD}.json").json()
    assert data["statutory_by"] is None
    assert data["forecast"]["statutory_by"]
    assert data["stops"][0]["ground"] == "testing"


def test_before_acceptance_no_limit_runs(story: Story, client: Client) -> None:
    case = story.submitted()
    assert "尚未受理" in page(client, story.cast.shopkeeper, f"/cases/{case.number}/why/{FOOD}/")
    assert client.get(f"/cases/{case.number}/why/{FOOD}.json").status_code == 409


@pytest.mark.usefixtures("on_tuesday")
def test_the_page_of_limits_stops_resumes_asks_and_approves(story: Story, client: Client) -> None:
    case, boss = story.accepted(), story.cast.head(DEPARTMENT)
    address = f"/work/{case.number}/clock/"
    client.force_login(story.cast.officer(DEPARTMENT))
    wrong = client.post(address, {"do": "stop", "matters": [FOOD], "needed_days": "x", "ground": "", "reason": ""})
    assert wrong.status_code == 422
    assert "请选择事由" in wrong.content.decode()
    assert client.post(address, {"do": "nothing"}).status_code == 400
    said = {"do": "stop", "matters": [FOOD], "ground": "testing", "needed_days": "5", "reason": "送检"}
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 409, "the same step twice"
    assert client.post(address, {"do": "resume", "matters": [FOOD]}).status_code == 302
    assert client.post(address, {"do": "extend", "matters": [FOOD], "reason": "检测机构排期"}).status_code == 302
    assert "待负责人批准" in client.get(address).content.decode()
    assert client.post(address, {"do": "approve", "matters": [FOOD]}).status_code == 422, "an officer is not offered it"
    client.force_login(boss)
    assert "批准延长" in client.get(address).content.decode()
    assert client.post(address, {"do": "reject", "matters": [FOOD], "reason": ""}).status_code == 409
    assert client.post(address, {"do": "approve", "matters": [FOOD]}).status_code == 302
    assert LimitExtension.objects.get().state == LimitExtension.State.APPROVED


@pytest.mark.parametrize("who", ["shopkeeper", "clerk", "stranger"])
def test_the_page_of_limits_is_the_departments(story: Story, client: Client, who: str) -> None:
    case = story.accepted()
    client.force_login(getattr(story.cast, who))
    assert client.get(f"/work/{case.number}/clock/").status_code in (302, 403, 404)
