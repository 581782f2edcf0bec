"""Work that waits for somebody to look at it: promised papers that came, bad reviews, proposals without an approver."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from outbox.models import Message
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.late import PAPER, THURSDAY, bring, promised
from tests.workflows.reminders.nights import letters_of, night, nights, told
from workflows import periodic, steps
from workflows.models import Rating, Reminded
from workflows.ratings import acts
from workflows.reminders import alarms

pytestmark = pytest.mark.django_db


def at_noon(on: date) -> datetime:
    return night(on) + timedelta(hours=12)


def users_told(kind: str) -> set[str]:
    return set(Reminded.objects.filter(reminder__kind=kind).values_list("user__username", flat=True))


def test_r6_10_a_paper_that_came_and_that_nobody_looks_at_goes_up_the_ladder(
    story: Story, office: dict[str, User]
) -> None:
    case = promised(story)
    bring(case, story.applicant, THURSDAY)
    for at in nights(date(2026, 3, 6), date(2026, 3, 11)):
        assert periodic.run_due(at).failed == []
        letters_of(at)
    assert told("late_paper_check") == [
        ("late_paper_check+0", "2026-03-06"),
        ("late_paper_check+1", "2026-03-07"),
        ("late_paper_check+3", "2026-03-11"),
    ]
    assert users_told("late_paper_check") == {office[who].username for who in ("window", "head", "service")}
    steps.confirm_late(case, material=PAPER, actor=story.window, at=night(date(2026, 3, 11)))
    assert periodic.run_due(night(date(2026, 3, 20))).counts["reminded_late_paper_check"] == 0
    assert not [task for task, _body in alarms.unattended(THURSDAY) if task == "late_paper_check"]


def test_r6_10_at_a_counter_without_anybody_the_paper_raises_an_alarm(story: Story, office: dict[str, User]) -> None:
    bring(promised(story), story.applicant, THURSDAY)
    User.objects.filter(role=User.Role.WINDOW).update(is_active=False)
    assert "late_paper_check" in {task for task, _body in alarms.unattended(THURSDAY)}


@pytest.fixture
def review(story: Story, office: dict[str, User]) -> Rating:
    """A bad review of the food permit's department, by somebody who wants to be contacted."""
    said = acts.Words(text="跑了两次", named=True)
    return acts.give(story.accepted(), level=1, body="dept_mrb", words=said, actor=story.applicant, at=MONDAY)


def test_r3_7_the_days_of_a_bad_review_are_reminded_of(story: Story, review: Rating, office: dict[str, User]) -> None:
    head = story.cast.actor(office["head"])
    periodic.run_due(night(date(2026, 3, 4)))
    assert told("review_contact") == [("review_contact+1", "2026-03-04")]
    acts.contact(review, actor=head, at=at_noon(date(2026, 3, 4)))
    for at in nights(date(2026, 3, 5), date(2026, 3, 10)):
        periodic.run_due(at)
    assert told("review_answer") == [("review_answer-1", "2026-03-06"), ("review_answer+1", "2026-03-10")]
    promised_on = {"outcome": "period", "text": "月底前改好", "promised_on": date(2026, 3, 31)}
    acts.answer(review, actor=head, at=at_noon(date(2026, 3, 10)), **promised_on)  # type: ignore[arg-type]
    periodic.run_due(night(date(2026, 4, 1)))
    assert told("review_promise") == [("review_promise+1", "2026-04-01")]
    assert told("review_contact") == [("review_contact+1", "2026-03-04")]


def test_r3_5_only_those_who_answer_a_review_are_told_and_without_a_name(
    story: Story, review: Rating, office: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = night(date(2026, 3, 4))
    monkeypatch.setattr(timezone, "now", lambda: at)
    periodic.run_due(at)
    letters_of(at)
    assert users_told("review_contact") == {office["head"].username, office["service"].username}
    letter = Message.objects.filter(recipient=office["head"], kind="reminders", channel="inbox").get()
    assert "差评" in letter.body
    assert not [line for line in letter.body.splitlines() if "差评" in line and review.case.enterprise.name in line]
    client = Client()
    client.force_login(office["head"])
    page = client.get("/reminders/").content.decode()
    assert f"/work/ratings/{review.pk}/" in page


@pytest.mark.each_database
def test_r3_5_a_head_whose_own_work_was_reviewed_is_passed_over(
    story: Story, review: Rating, office: dict[str, User]
) -> None:
    review.case.sections.filter(body="dept_mrb").update(claimed_by=office["head"], claimed_at=MONDAY)
    at = night(date(2026, 3, 3))
    periodic.run_due(at)
    letters_of(at)
    assert users_told("review_contact") == {office["service"].username}
