"""The pages of substitutions, for each role: one's own absence, a whole body's, ending early, what waits with nobody."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Substitution, User
from outbox.models import Message
from tests.workflows.conftest import MONDAY, Story
from workflows import claims

pytestmark = pytest.mark.django_db

MRB = "dept_mrb"
OWN, BODY = "/substitutions/", "/substitutions/body/"


def today() -> date:
    return timezone.localdate()


def said(to: User, **more: Any) -> dict[str, Any]:
    return {"substitute": to.pk, "since": today(), "until": today() + timedelta(3), "reason": "年休假"} | more


@pytest.fixture
def officer(story: Story) -> User:
    return story.cast.officer(MRB)


@pytest.fixture
def colleague(story: Story) -> User:
    return story.cast.second_officer(MRB)


def test_an_officer_arranges_their_absence_and_both_are_told(client: Client, officer: User, colleague: User) -> None:
    client.force_login(officer)
    answer = client.post(OWN, said(colleague), follow=True)
    assert answer.status_code == 200
    assert "双方已收到消息" in answer.content.decode()
    made = Substitution.objects.get()
    assert (made.absent, made.substitute, made.made_by) == (officer, colleague, officer)
    told = Message.objects.filter(kind="substitution_made")
    assert {message.recipient for message in told} == {officer, colleague}
    client.force_login(colleague)
    assert f"代 {officer} 办理" in client.get(OWN).content.decode()


@pytest.mark.parametrize("lack", ["substitute", "since", "until", "reason"])
def test_what_is_missing_is_said_at_its_field(client: Client, officer: User, colleague: User, lack: str) -> None:
    client.force_login(officer)
    answer = client.post(OWN, {key: value for key, value in said(colleague).items() if key != lack})
    assert answer.status_code == 422
    assert f'href="#id_{lack}"' in answer.content.decode()
    assert not Substitution.objects.exists()


def test_a_rule_that_refuses_stands_at_its_field(client: Client, officer: User, colleague: User) -> None:
    client.force_login(officer)
    client.post(OWN, said(colleague))
    answer = client.post(OWN, said(colleague))
    assert answer.status_code == 422
    assert "已经有替班人" in answer.content.decode()


def test_strangers_to_the_body_are_not_to_be_chosen(client: Client, story: Story, officer: User) -> None:
    client.force_login(officer)
    assert client.post(OWN, said(story.cast.officer("dept_tobacco"))).status_code == 422


@pytest.mark.parametrize("role", ["clerk", "service_office", "administrator"])
def test_everybody_who_works_here_has_the_page(client: Client, story: Story, role: str) -> None:
    client.force_login(getattr(story.cast, role))
    assert client.get(OWN).status_code == 200


def test_applicants_have_none(client: Client, story: Story) -> None:
    client.force_login(story.cast.shopkeeper)
    for page in (OWN, BODY, "/substitutions/1/end/"):
        assert client.get(page).status_code == 403


def test_window_clerks_arrange_it_among_themselves(client: Client, story: Story) -> None:
    clerk = story.cast.clerk
    second = User.objects.create(username="window-2", role=User.Role.WINDOW, body_id=clerk.body_id)
    client.force_login(clerk)
    assert client.post(OWN, said(story.cast.service_office)).status_code == 422
    assert client.post(OWN, said(second)).status_code == 302


def test_the_page_of_the_body_is_the_heads_and_the_administrators(
    client: Client, story: Story, officer: User, colleague: User
) -> None:
    client.force_login(officer)
    assert client.get(BODY).status_code == 403
    head = story.cast.head(MRB)
    client.force_login(head)
    assert client.post(BODY, said(head, absent=officer.pk)).status_code == 302
    assert str(officer) in client.get(BODY).content.decode()
    client.force_login(story.cast.administrator)
    assert "/substitutions/body/" in client.get("/substitutions/").content.decode().partition("<h1")[2]
    assert "安排其他人的替班" in client.get("/substitutions/").content.decode()
    assert 'name="body"' in client.get(f"{BODY}?body={MRB}").content.decode()
    tobacco = story.cast.officer("dept_tobacco")
    second = story.cast.second_officer("dept_tobacco")
    assert client.post(f"{BODY}?body=dept_tobacco", said(second, absent=tobacco.pk)).status_code == 302
    assert Substitution.objects.count() == 2


def test_a_head_of_another_body_sees_their_own(client: Client, story: Story, officer: User, colleague: User) -> None:
    client.force_login(officer)
    client.post(OWN, said(colleague))
    client.force_login(story.cast.head("dept_tobacco"))
    assert "现在没有替班" in client.get(f"{BODY}?body={MRB}").content.decode()
    made = Substitution.objects.get()
    assert client.get(reverse("workflows:substitution_end", args=[made.pk])).status_code == 404


def test_r2_19_only_a_head_is_offered_to_name_somebody_for_the_heads_power(
    client: Client, story: Story, officer: User
) -> None:
    client.force_login(officer)
    assert 'name="head_power"' not in client.get(OWN).content.decode()
    head = story.cast.head(MRB)
    client.force_login(head)
    assert 'name="head_power"' in client.get(OWN).content.decode()
    client.post(OWN, said(officer, head_power="on"))
    assert Substitution.objects.get().head_power
    client.force_login(story.cast.administrator)
    assert 'name="head_power"' not in client.get(f"{BODY}?body={MRB}").content.decode()


def test_ended_early_with_a_reason(client: Client, officer: User, colleague: User) -> None:
    client.force_login(officer)
    client.post(OWN, said(colleague))
    made = Substitution.objects.get()
    page = reverse("workflows:substitution_end", args=[made.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {}).status_code == 422
    client.force_login(colleague)
    assert client.get(page).status_code == 404
    client.force_login(officer)
    assert client.post(page, {"reason": "已提前返岗"}).status_code == 302
    assert Message.objects.filter(kind="substitution_ended").count() == 2
    assert "现在没有替班" in client.get(OWN).content.decode()
    assert "已经结束" in client.get(page).content.decode()


def test_what_waits_with_somebody_who_left_is_shown_to_the_head(client: Client, story: Story, officer: User) -> None:
    case, head = story.accepted(), story.cast.head(MRB)
    claims.claim(case, actor=story.officer(MRB), at=MONDAY + timedelta(hours=2))
    client.force_login(head)
    assert "没有人能办的环节" not in client.get(BODY).content.decode()
    User.objects.filter(pk=officer.pk).update(is_active=False)
    shown = client.get(BODY).content.decode()
    assert "没有人能办的环节" in shown
    assert reverse("workflows:section", args=[case.number]) in shown
    section = client.get(reverse("workflows:section", args=[case.number])).content.decode()
    assert "已经停用" in section
    third = User.objects.create(username="mrb-3", role=User.Role.OFFICER, body_id=MRB)
    given = {"do": "hand_over", "to": third.pk, "reason": "原经办人已调离"}
    assert client.post(reverse("workflows:section", args=[case.number]), given).status_code == 302
    assert case.sections.get(body_id=MRB).claimed_by == third


def test_the_pages_cost_the_same_for_one_and_for_many(
    client: Client, story: Story, officer: User, django_assert_max_num_queries: Any
) -> None:
    head = story.cast.head(MRB)
    for number in range(12):
        away = User.objects.create(username=f"away-{number}", role=User.Role.OFFICER, body_id=MRB)
        Substitution.objects.create(
            absent=away, substitute=officer, since=today(), until=today(), reason="年休假", made_at=timezone.now()
        )
    client.force_login(head)
    with django_assert_max_num_queries(20):
        client.get(BODY)
    client.force_login(officer)
    with django_assert_max_num_queries(14):
        assert client.get(OWN).content.decode().count('data-label="谁不在"') == 12


@pytest.mark.parametrize("role", ["clerk", "service_office", "administrator"])
def test_the_navigation_of_everybody_who_works_here_is_whole(client: Client, story: Story, role: str) -> None:
    client.force_login(getattr(story.cast, role))
    page = client.get(OWN).content.decode()
    assert [len(re.findall(f"<{tag}[ >]", page)) - page.count(f"</{tag}>") for tag in ("nav", "ul", "li", "div")] == [
        0,
        0,
        0,
        0,
    ]
    assert "证照公示" in page
