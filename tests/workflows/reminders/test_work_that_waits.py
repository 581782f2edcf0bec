"""Work that waits for somebody to look at it: promised papers that came, bad reviews, proposals without an approver."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calendars.services import current as current_calendar
from certificates.acts import merging
from outbox.models import Message
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.late import PAPER, THURSDAY, bring, promised
from tests.workflows.reminders.nights import letters_of, night, nights, told, told_to_people
from tests.workflows.test_merging import LATER, OLD, applying_for_food, declare
from workflows import life_steps, periodic, steps
from workflows.models import Rating, Reminded
from workflows.ratings import acts
from workflows.reminders import alarms, of_permits

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


def test_r2_33_a_suspension_without_a_last_day_is_not_forgotten(story: Story, office: dict[str, User]) -> None:
    """Twenty working days after its decision its department is reminded, then the head, at last the service office, until it ends."""
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    said = {"reason": "停用", "statement": "没有意见", "actor": story.officer("dept_mrb")}
    suspend = partial(life_steps.suspend, case, matters=["m_food_license"], **said)
    suspend(until=date(2026, 3, 31), at=MONDAY + timedelta(days=2))
    assert list(of_permits.suspensions(None, None)) == [], "it has a last day"
    on = at_noon(date(2026, 4, 1))
    assert life_steps.end_suspensions(case, at=on)
    suspend(at=on)
    (thing,) = of_permits.suspensions(None, [case.pk])
    assert thing.due_on(current_calendar()) == date(2026, 4, 30)
    assert list(of_permits.suspensions(date(2026, 3, 31), None)) == []
    for day in (date(2026, 4, 29), date(2026, 4, 30), date(2026, 6, 2), date(2026, 7, 2)):
        assert periodic.run_due(night(day)).failed == []
        told_to_people(night(day))
    assert told("suspension") == [
        ("suspension+0", "2026-04-30"),
        ("suspension+20", "2026-06-02"),
        ("suspension+40", "2026-07-02"),
    ]
    everybody = ("officer", "colleague", "head", "service")
    assert users_told("suspension") == {office[who].username for who in everybody}
    assert "仍在暂扣" in page_of(office["service"])
    assert f"/work/{case.number}/permits/" in page_of(office["officer"])
    life_steps.reinstate(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=night(date(2026, 7, 3)))
    assert "仍在暂扣" not in page_of(office["service"])


def page_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/reminders/").content.decode()


def test_r1_10_a_permit_that_nobody_confirms_goes_up_the_ladder(story: Story, office: dict[str, User]) -> None:
    """Three working days from the acceptance, whatever day it was named on; the officer, then the head, then the service office."""
    case = applying_for_food(story)  # accepted on 11 April
    held = declare(case, story, LATER, replace(OLD, matter="m_tobacco"))
    User.objects.filter(username="mrb-head").update(body="dept_tobacco")
    (thing,) = of_permits.confirmations(None, [case.pk])
    due = thing.due_on(current_calendar())
    for day in (date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 16), date(2026, 4, 20)):
        assert periodic.run_due(night(day)).failed == []
        told_to_people(night(day))
    assert (due, told("held_permit")) == (
        date(2026, 4, 15),
        [("held_permit+0", "2026-04-15"), ("held_permit+1", "2026-04-16"), ("held_permit+3", "2026-04-20")],
    )
    assert users_told("held_permit") == {"tobacco", office["head"].username, office["service"].username}
    assert "还没有答复" in page_of(office["service"])
    assert f"/work/held/{held.pk}/" in page_of(User.objects.get(username="tobacco"))
    merging.confirm(case, held=held.pk, actor=story.officer("dept_tobacco"), at=night(date(2026, 4, 21)))
    assert list(of_permits.confirmations(None, None)) == []


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
