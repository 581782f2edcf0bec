"""The applicant withdraws the application or some of its matters: what goes, what stays, how the case ends."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import early
from certificates.models import LicenceItem
from outbox import delivery
from outbox.models import Parcel
from permits import withdrawals
from permits.deadlines import stops
from permits.decisions import Outcome
from permits.models import Case, CaseMatter, ClockStop, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.audit import disagreements
from workflows.models import CaseProcess
from workflows.shown.truth import cases_for, truth_of

TUESDAY = MONDAY + timedelta(days=1)
LATE = MONDAY + timedelta(days=8)
FOOD, TOBACCO, SIGN = "m_food_license", "m_tobacco", "m_signboard"
OF = {FOOD: "dept_mrb", TOBACCO: "dept_tobacco", SIGN: "dept_subdistrict"}


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def grant(story: Story, case: Case, *matters: str) -> None:
    for matter in matters:
        steps.grant(case, matters=[matter], actor=story.officer(OF[matter]), at=TUESDAY)


def refuse(story: Story, case: Case, *matters: str) -> None:
    for matter in matters:
        steps.refuse(case, matters=[matter], reason="不符合条件", actor=story.officer(OF[matter]), at=TUESDAY)


def withdraw(story: Story, case: Case, *matters: str) -> Case:
    return steps.withdraw(case, matters=matters, actor=story.applicant, at=TUESDAY, reason="暂不经营")


def states(case: Case) -> dict[str, str]:
    return dict(case.matters.values_list("matter", "state"))


def where(case: Case) -> str:
    return steps.waiting_at(CaseProcess.objects.get(case=case))


def test_one_matter_goes_and_the_others_go_on(story: Story) -> None:
    case = withdraw(story, story.accepted(), SIGN)
    assert states(case) == {FOOD: "pending", TOBACCO: "pending", SIGN: "withdrawn"}
    assert (case.state, where(case)) == (Case.State.ACCEPTED, "sections")
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="matters_withdrawn")
    paper = case.documents.get(kind=Document.Kind.WITHDRAWAL_RECORD)
    assert entry.facts == {"matters": [SIGN], "reason": "暂不经营", "notice": paper.number}
    assert (paper.matters, paper.body_id) == ([SIGN], "dept_gov_service")
    grant(story, case, FOOD, TOBACCO)
    assert delivery.deliver(f"all_decided:{case.pk}")
    assert [item.matter for item in Case.objects.get(pk=case.pk).licence.items.all()] == [FOOD, TOBACCO]
    assert list(disagreements()) == []


@pytest.mark.parametrize(
    ("granted", "refused", "state", "node"),
    [
        ((FOOD, TOBACCO), (), Case.State.DECIDING, "issue"),
        ((FOOD,), (TOBACCO,), Case.State.CLOSED_SINGLE, "deliver"),
        ((), (FOOD, TOBACCO), Case.State.CLOSED_REFUSED, ""),
    ],
)
def test_with_the_last_open_matter_the_case_ends_as_after_a_last_decision(
    story: Story, granted: tuple[str, ...], refused: tuple[str, ...], state: str, node: str
) -> None:
    case = story.accepted()
    grant(story, case, *granted)
    refuse(story, case, *refused)
    withdraw(story, case, SIGN)
    assert (case.state, where(case)) == (state, node)
    assert Parcel.objects.filter(key=f"all_decided:{case.pk}").exists() == (node == "issue")
    assert LicenceItem.objects.filter(licence=None).count() == (node == "deliver")
    assert list(disagreements()) == []


def test_all_matters_by_name_with_nothing_decided_is_the_whole_application(story: Story) -> None:
    case = withdraw(story, story.accepted(), FOOD, TOBACCO, SIGN)
    assert (case.state, where(case)) == (Case.State.WITHDRAWN, "")
    assert AuditEntry.objects.filter(subject=case.audit_subject, act="withdrawn").count() == 1
    assert list(disagreements()) == []


def test_r1_5_what_was_granted_stays_a_permit_of_its_own(story: Story) -> None:
    case = story.accepted()
    grant(story, case, FOOD, TOBACCO)
    withdraw(story, case)
    assert case.state == Case.State.WITHDRAWN
    assert list(LicenceItem.objects.values_list("matter", "licence")) == [(FOOD, None), (TOBACCO, None)]
    assert list(disagreements()) == []


def test_before_acceptance_a_withdrawn_matter_gets_no_clock_and_no_department(story: Story) -> None:
    case = story.submitted()
    withdraw(story, case, SIGN)
    assert (case.state, where(case)) == (Case.State.SUBMITTED, "intake")
    steps.accept(case, actor=story.window, at=TUESDAY)
    row = case.matters.select_related("section").get(matter=SIGN)
    assert (row.promised_by, row.section.opened_at, row.state) == (None, None, "withdrawn")
    notice = case.documents.get(kind=Document.Kind.ACCEPTANCE_NOTICE)
    assert SIGN not in notice.matters
    assert SIGN not in notice.facts["clocks"]
    assert list(disagreements()) == []


def test_while_a_supplement_is_out_a_matter_can_go(story: Story) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    withdraw(story, case, SIGN)
    assert (case.state, where(case)) == (Case.State.SUPPLEMENT_REQUESTED, "supplement")
    withdraw(story, case, FOOD, TOBACCO)
    assert (case.state, where(case)) == (Case.State.WITHDRAWN, "")


def test_the_window_asks_no_more_for_what_only_the_withdrawn_matter_needs(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.clerk)
    before = {row.id for row in client.get(f"/window/{case.number}/").context["page"].materials}
    withdraw(story, case, TOBACCO)
    page = client.get(f"/window/{case.number}/").context["page"]
    gone = before - {row.id for row in page.materials}
    assert gone
    assert all({m.id for m in row.asked.required_by} != {TOBACCO} for row in page.materials)


def test_a_clock_that_stands_ends_with_its_matter(story: Story) -> None:
    case = story.accepted()
    officer = story.officer(OF[TOBACCO])
    stops.stop_clock(case, matters=[TOBACCO], ground="expert_review", actor=officer, at=TUESDAY)
    withdraw(story, case, TOBACCO)
    assert ClockStop.objects.get().ended_on == TUESDAY.date()
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(RuleViolation):
        steps.grant(case, matters=[TOBACCO], actor=officer, at=TUESDAY)


def test_the_days_used_end_with_the_withdrawal(story: Story) -> None:
    case = withdraw(story, story.accepted(), TOBACCO)
    truth = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=date(2026, 3, 6))
    line = next(one for one in truth.matters if one.row.matter == TOBACCO)
    assert (line.days_used, line.days_left, line.state) == (1, None, "已撤回")
    assert (truth.events[0].title, truth.events[0].text) == ("撤回事项", "烟草专卖零售许可证核发（暂不经营）")


def test_the_department_is_done_and_reads_that_it_was_withdrawn(story: Story, client: Client) -> None:
    case = withdraw(story, story.accepted(), TOBACCO)
    client.force_login(story.cast.officer(OF[TOBACCO]))
    assert case.number not in text_of(client.get("/work/?tab=free"))
    page = text_of(client.get(f"/work/{case.number}/"))
    assert "申请人撤回事项" in page


@pytest.mark.parametrize(
    ("matters", "code"), [((FOOD,), "already_decided"), ((SIGN, FOOD), "already_decided"), (("m_x",), "unknown_matter")]
)
def test_a_refused_withdrawal_changes_nothing(story: Story, matters: tuple[str, ...], code: str) -> None:
    case = story.accepted()
    grant(story, case, FOOD)
    before = states(case)
    with pytest.raises(RuleViolation) as refused:
        withdraw(story, case, *matters)
    assert refused.value.code == code
    assert states(case) == before


def test_departments_do_not_withdraw(story: Story) -> None:
    with pytest.raises(RuleViolation, match="岗位"):
        steps.withdraw(story.accepted(), matters=[SIGN], actor=story.officer(OF[SIGN]), at=TUESDAY)


def test_r6_21_after_the_early_licence_the_rest_can_go_and_the_case_is_issued(story: Story) -> None:
    case = story.accepted()
    grant(story, case, FOOD, TOBACCO)
    early.issue_early(case, actor=story.applicant, at=LATE)
    steps.withdraw(case, matters=[SIGN], actor=story.applicant, at=LATE)
    assert delivery.deliver(f"all_decided:{case.pk}")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, where(case), case.licence.versions.count()) == (Case.State.ISSUED, "deliver", 1)
    assert list(disagreements()) == []


# consequences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granted", "refused", "chosen", "outcome", "rules_out"),
    [
        ((), (), (SIGN,), Outcome.OPEN, False),
        ((), (), (SIGN, TOBACCO), Outcome.OPEN, True),
        ((), (), (SIGN, TOBACCO, FOOD), Outcome.WITHDRAWN, True),
        ((FOOD,), (), (SIGN,), Outcome.OPEN, False),
        ((FOOD,), (), (SIGN, TOBACCO), Outcome.SINGLE, True),
        ((FOOD, TOBACCO), (), (SIGN,), Outcome.LICENCE, False),
        ((), (FOOD,), (SIGN,), Outcome.OPEN, True),
        ((), (FOOD, TOBACCO), (SIGN,), Outcome.REFUSED, True),
    ],
)
def test_r1_9_what_it_leads_to_is_told_and_comes_true(
    story: Story,
    granted: tuple[str, ...],
    refused: tuple[str, ...],
    chosen: tuple[str, ...],
    outcome: Outcome,
    rules_out: bool,
) -> None:
    case = story.accepted()
    grant(story, case, *granted)
    refuse(story, case, *refused)
    told = withdrawals.consequence_of(list(case.matters.all()), chosen)
    assert (told.outcome, told.rules_out_a_licence) == (outcome, rules_out)
    done = withdrawals.withdraw(case, matters=chosen, actor=story.applicant, at=TUESDAY)
    assert done is outcome


# pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(story: Story, client: Client) -> Client:
    client.force_login(story.cast.shopkeeper)
    return client


def address(case: Case) -> str:
    return reverse("workflows:withdraw", args=[case.number])


def test_choosing_is_followed_by_what_it_leads_to_and_only_then_by_the_act(story: Story, shop: Client) -> None:
    case = story.accepted()
    assert address(case) in text_of(shop.get(case.get_absolute_url()))
    assert "撤回哪些事项" in text_of(shop.get(address(case)))
    chosen: dict[str, Any] = {"matters": [SIGN, TOBACCO], "reason": "不开店了"}
    page = text_of(shop.post(address(case), chosen))
    assert "撤回后不能颁发行业综合许可证" in page
    assert "不开店了" in page
    assert set(states(case).values()) == {CaseMatter.State.PENDING}
    assert shop.post(address(case), chosen | {"confirmed": "1"}).status_code == 302
    assert states(case) == {FOOD: "pending", TOBACCO: "withdrawn", SIGN: "withdrawn"}
    assert "撤回事项" in text_of(shop.get(case.get_absolute_url()))


def test_with_two_left_nobody_is_warned(story: Story, shop: Client) -> None:
    page = text_of(shop.post(address(story.accepted()), {"matters": [SIGN]}))
    assert "不能颁发行业综合许可证" not in page
    assert "继续办理" in page


def test_everything_is_the_whole_application(story: Story, shop: Client) -> None:
    case = story.accepted()
    chosen: dict[str, Any] = {"matters": [FOOD, TOBACCO, SIGN]}
    assert "确定撤回整个申请吗？" in text_of(shop.post(address(case), chosen))
    shop.post(address(case), chosen | {"confirmed": "1"})
    assert Case.objects.get(pk=case.pk).state == Case.State.WITHDRAWN
    assert shop.get(address(case)).status_code == 409


def test_one_may_choose_again_and_nothing_typed_is_lost(story: Story, shop: Client) -> None:
    case = story.accepted()
    answer = shop.post(address(case), {"matters": [SIGN], "reason": "再想想", "revise": "1"})
    assert answer.status_code == 200
    assert "再想想" in text_of(answer)
    assert "checked" in text_of(answer)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "请选择要撤回的事项"),
        ({"matters": [SIGN], "reason": "长" * 201}, "最多 200 个字"),
        ({"matters": [FOOD]}, "刚刚已经决定或者撤回"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(story: Story, shop: Client, sent: dict[str, Any], words: str) -> None:
    case = story.accepted()
    grant(story, case, FOOD)
    answer = shop.post(address(case), sent)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_decided_between_the_page_and_the_confirmation(
    story: Story, shop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.accepted()

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        raise RuleViolation("already_decided", "已经办结")

    monkeypatch.setattr(steps, "withdraw", overtaken)
    assert shop.post(address(case), {"matters": [SIGN], "confirmed": "1"}).status_code == 409


def test_the_window_does_the_same_for_the_applicant(story: Story, client: Client) -> None:
    case = story.accepted()
    client.force_login(story.cast.clerk)
    assert address(case) in text_of(client.get(f"/window/{case.number}/"))
    client.post(address(case), {"matters": [SIGN], "confirmed": "1"})
    assert states(case)[SIGN] == "withdrawn"


@pytest.mark.parametrize("who", ["stranger", "service_office", "administrator"])
def test_nobody_else_gets_there(story: Story, client: Client, who: str) -> None:
    case = story.accepted()
    client.force_login(getattr(story.cast, who))
    assert client.post(address(case), {"matters": [SIGN], "confirmed": "1"}).status_code == 404
    assert states(case)[SIGN] == "pending"


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_costs_the_same(story: Story, shop: Client, count: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(count):
        case = story.accepted()
    shop.get(address(case))
    with django_assert_max_num_queries(14):
        shop.post(address(case), {"matters": [SIGN]})
