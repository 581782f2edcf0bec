"""Two persons on the section's page: propose, approve, send back, recall; whose turn it is; what the applicant reads."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import User
from permits import proposals
from permits.models import Case, CaseMatter, Proposal
from tests.workflows.conftest import MONDAY, Story
from workflows.reminders import people as told_people

pytestmark = pytest.mark.django_db

MRB, FOOD = "dept_mrb", "m_food_license"
REASON = "经查，申请人提交的平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"
NOW = MONDAY + timedelta(days=3)


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def case(story: Story) -> Case:
    """Accepted; two persons decide the food permit."""
    case = story.accepted()
    CaseMatter.objects.filter(case=case, matter=FOOD).update(two_persons=True)
    story.cast.second_officer(MRB)
    return case


def page(case: Case) -> str:
    return f"/work/{case.number}/"


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def sent(client: Client, case: Case, do: str, where: str = "", **said: Any) -> HttpResponse:
    """The form of the page as it is now."""
    stamp = re.search(r'name="stamp" value="([^"]+)"', read(client, page(case)))
    typed = {"do": do, "stamp": stamp[1] if stamp else ""} | said
    return client.post(f"{page(case)}{where}", typed)


def propose(story: Story, case: Case, decision: str = "grant", **said: Any) -> None:
    proposals.propose(
        case, matters=[FOOD], decision=decision, actor=story.officer(MRB), at=NOW - timedelta(hours=1), **said
    )


def row(case: Case) -> CaseMatter:
    return case.matters.get(matter=FOOD)


def test_the_sheet_of_decisions_submits_what_takes_two(client: Client, story: Story, case: Case) -> None:
    client.force_login(story.cast.officer(MRB))
    assert "须两人办理" in read(client, page(case))
    said = {
        f"decision_{FOOD}": "grant",
        f"scope_{FOOD}": "预包装食品",
        f"unvisited_{FOOD}": "上月已核查",
        "opinion": "可以",
    }
    answer = sent(client, case, "decide", **said)
    assert answer.status_code == 302
    assert row(case).state == CaseMatter.State.PENDING
    made = Proposal.objects.get()
    assert (made.scope, made.opinion) == ("预包装食品", "可以")
    shown = read(client, page(case))
    assert "已提交审批，轮到：mrb-2" in shown
    assert 'value="recall"' in shown
    assert 'value="approve"' not in shown
    assert f'name="decision_{FOOD}"' not in shown


def test_a_refusal_is_confirmed_as_a_proposal(client: Client, story: Story, case: Case) -> None:
    client.force_login(story.cast.officer(MRB))
    typed = {f"decision_{FOOD}": "refuse", f"reason_{FOOD}": REASON}
    asked = sent(client, case, "decide", **typed)
    assert "提交后由另一名审批人员审批" in asked.content.decode()
    sent(client, case, "decide", confirmed="1", **typed)
    assert Proposal.objects.get().reason == REASON
    assert row(case).state == CaseMatter.State.PENDING


@pytest.mark.each_database
def test_the_second_officer_finds_it_and_approves(client: Client, story: Story, case: Case) -> None:
    propose(story, case, opinion="材料齐全")
    client.force_login(story.cast.second_officer(MRB))
    assert "待我审批" in read(client, "/work/")
    assert case.enterprise.name in read(client, "/work/?tab=approve")
    shown = read(client, page(case))
    assert "轮到您：审批" in shown
    assert "材料齐全" in shown
    answer = sent(client, case, "approve", "approval/", matters=[FOOD], answer="同意")
    assert answer.status_code == 302
    assert row(case).state == CaseMatter.State.GRANTED
    sheet = read(client, page(case))
    assert "无人领取" not in sheet
    assert "审批表" in sheet
    assert "同意" in sheet
    assert "待我审批" not in read(client, "/work/")


def test_the_handler_has_no_tab_and_no_button(client: Client, story: Story, case: Case) -> None:
    propose(story, case)
    client.force_login(story.cast.officer(MRB))
    assert "待我审批" not in read(client, "/work/")
    answer = sent(client, case, "approve", "approval/", matters=[FOOD])
    assert answer.status_code in (409, 422)
    assert row(case).state == CaseMatter.State.PENDING


def test_sending_back_needs_a_reason(client: Client, story: Story, case: Case) -> None:
    propose(story, case)
    client.force_login(story.cast.second_officer(MRB))
    answer = sent(client, case, "send_back", "approval/", matters=[FOOD], answer=" ")
    assert answer.status_code == 422
    assert 'href="#approval_answer"' in answer.content.decode()
    assert sent(client, case, "send_back", "approval/", matters=[FOOD], answer="缺少核查").status_code == 302
    client.force_login(story.cast.officer(MRB))
    shown = read(client, page(case))
    assert "缺少核查" in shown
    assert f'name="decision_{FOOD}"' in shown


def test_the_handler_recalls(client: Client, story: Story, case: Case) -> None:
    propose(story, case)
    client.force_login(story.cast.officer(MRB))
    assert sent(client, case, "recall", "approval/").status_code == 302
    assert Proposal.objects.get().state == "recalled"
    late = sent(client, case, "recall", "approval/")
    assert late.status_code == 409
    assert "没有可以收回的审批意见" in late.content.decode()


def test_a_page_from_before_is_shown_anew(client: Client, story: Story, case: Case) -> None:
    propose(story, case)
    client.force_login(story.cast.second_officer(MRB))
    stamp = re.search(r'name="stamp" value="([^"]+)"', read(client, page(case)))
    assert stamp is not None
    proposals.recall(case, matters=[FOOD], actor=story.officer(MRB), at=NOW)
    propose(story, case, opinion="改过")
    typed = {"do": "approve", "stamp": stamp[1], "matters": [FOOD], "answer": ""}
    answer = client.post(f"{page(case)}approval/", typed)
    assert answer.status_code == 409
    assert "情况有了变化" in answer.content.decode()
    assert row(case).state == CaseMatter.State.PENDING


def test_where_nobody_can_approve_the_page_says_so(client: Client, story: Story, case: Case) -> None:
    User.objects.filter(username="mrb-2").update(is_active=False)
    propose(story, case)
    client.force_login(story.cast.officer(MRB))
    assert "今天没有人可以审批" in read(client, page(case))


def test_somebody_away_is_not_named_as_approver(client: Client, story: Story, case: Case) -> None:
    second, today = story.cast.second_officer(MRB), timezone.localtime(NOW).date()
    substitutions.appoint(
        absent=second,
        substitute=story.cast.officer(MRB),
        since=today,
        until=today,
        reason="年休假",
        actor=Actor.of(second),
        at=NOW,
    )
    propose(story, case)
    client.force_login(story.cast.officer(MRB))
    assert "今天没有人可以审批" in read(client, page(case))


def test_the_applicant_reads_nothing_of_it(client: Client, story: Story, case: Case) -> None:
    propose(story, case, opinion="内部意见")
    client.force_login(story.cast.shopkeeper)
    shown = read(client, f"/cases/{case.number}/")
    for word in ("提交审批", "内部意见", "待审批", "经办", "mrb"):
        assert word not in shown


@pytest.mark.parametrize("department", ["dept_tobacco", "dept_sports"])
def test_other_departments_neither_read_nor_answer(client: Client, story: Story, case: Case, department: str) -> None:
    propose(story, case, opinion="内部意见")
    client.force_login(story.cast.officer(department))
    answer = client.get(page(case))
    assert "内部意见" not in answer.content.decode()
    assert client.post(f"{page(case)}approval/", {"do": "approve", "matters": [FOOD]}).status_code in (404, 409, 422)


def test_reminders_go_to_who_may_approve(story: Story, case: Case) -> None:
    propose(story, case)

    class About:
        subject, body_id, kind = f"matter:{row(case).pk}", MRB, "promise"

    assert set(told_people._officers(About(), NOW)) == {story.cast.second_officer(MRB).pk}  # type: ignore[arg-type]


def test_the_page_costs_two_statements_more(
    client: Client, story: Story, case: Case, django_assert_max_num_queries: Any
) -> None:
    propose(story, case)
    client.force_login(story.cast.second_officer(MRB))
    with django_assert_max_num_queries(32):
        client.get(page(case))
