"""Every kind of open work raises an alarm the same day once nobody is left to do it: all kinds, on one prepared record."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts import substitutions
from accounts.models import Body, User
from certificates.acts import changing
from permits import proposals
from permits.at_counter import drop_ins, refusals
from permits.completeness import gaps
from permits.deadlines import extensions
from permits.hearing import hearings
from permits.models import Case, CaseMatter, Document, Inspection, InspectionOfficer, PostCheck
from tests.scans import referred, suspected
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.late import bring, promised
from tests.workflows.test_merging import declare
from workflows import life_steps, steps
from workflows.models import Reminder, Visit
from workflows.ratings import acts
from workflows.reminders import alarms, wording
from workflows.reminders.ladder import THEIRS, Kind
from workflows.scanning import suspicions

pytestmark = pytest.mark.django_db

OFFICE, AT = settings.SERVICE_OFFICE, MONDAY + timedelta(days=2)
OF_KIND = {
    Kind.INTAKE: "intake",
    Kind.LATE_CHECK: "late_paper_check",
    **dict.fromkeys((Kind.PROMISED, Kind.STATUTORY, Kind.JOINT, Kind.STOP), "decision"),
    Kind.HEARING: "hearing",
    Kind.DELIVERY: "delivery",
    Kind.SERVICE: "service",
    Kind.AFTER_CHECK: "after_check",
    Kind.INSPECTION: "inspection",
    Kind.VISIT: "visit",
    Kind.APPLICATION: "application",
    Kind.SUSPENSION: "suspension",
    Kind.HELD_PERMIT: "held_permit",
    **dict.fromkeys((Kind.REVIEW_CONTACT, Kind.REVIEW_ANSWER, Kind.REVIEW_PROMISE), "review_answer"),
    Kind.DROP_IN: "drop_in",
    Kind.SUSPICION: "suspicion",
    Kind.REFERRAL: "referral",
}
"""The work that is behind each reminder to the administration."""


def test_every_reminder_to_the_administration_has_its_alarm() -> None:
    assert set(OF_KIND) == set(Kind) - THEIRS
    assert set(OF_KIND.values()) <= set(alarms.WORK)


def open_work(story: Story) -> dict[str, str]:
    """Each kind of work with the body where it waits, all of them open."""
    cast, window = story.cast, story.window
    mrb, tobacco = story.officer("dept_mrb"), story.officer("dept_tobacco")
    for somebody in (cast.head("dept_mrb"), cast.service_office, cast.officer("dept_subdistrict")):
        assert somebody.is_active
    gaps.open_reviews(story.submitted(), departments=["dept_mrb"], actor=window, at=MONDAY)
    late = promised(story)
    bring(late, story.applicant, MONDAY)
    late.matters.filter(matter="m_food_license").update(two_persons=True)
    proposals.propose(late, matters=["m_food_license"], decision="grant", actor=mrb, at=AT)
    asked: dict[str, Any] = {"reason": "情况复杂", "actor": tobacco, "at": AT}
    extensions.request_extension(late, matters=["m_tobacco"], **asked)
    cast.head("dept_tobacco")
    hearing: dict[str, Any] = {"cause": "public", "intended": "举行听证", "actor": tobacco, "at": AT}
    hearings.tell(late, matter="m_tobacco", **hearing)
    said = acts.Words(text="跑了两次", named=True)
    acts.give(late, level=1, body="dept_mrb", words=said, actor=story.applicant, at=AT)
    issued = story.decided()
    steps.issue(issued, at=AT)
    referred(issued.licence, cast.officer("dept_subdistrict"), AT)
    for _which in ("at the office", "handed over"):
        handed = suspected(issued.licence, cast.officer("dept_mrb"), AT)
    going: dict[str, Any] = {"outcome": "handed_over", "to_body": "dept_tobacco", "finding": "无证经营"}
    suspicions.conclude(handed, **going, actor=cast.actor(cast.service_office), at=AT)
    changing.change(issued, fields={"f_rep_name": "李新"}, actor=story.applicant, at=AT)
    against_permits(story, issued)
    cast.officer("dept_health")
    declare(late, story, AT)
    Document.objects.filter(case=issued, kind=Document.Kind.GRANT_DECISION).update(to_serve=True, service=None)
    PostCheck.objects.create(case_matter=CaseMatter.objects.get(case=issued, matter="m_food_license"), due_on=AT.date())
    visited = {"body_id": "dept_subdistrict", "due_on": AT.date(), "licence": issued.licence}
    Visit.objects.get_or_create(case=issued, defaults=visited)
    visit = Inspection.objects.create(
        key="a-visit",
        case=late,
        lead=Body.objects.get(code="dept_mrb"),
        state="scheduled",
        starts_at=AT,
        proposed_at=AT,
    )
    InspectionOfficer.objects.create(
        inspection=visit, officer=cast.officer("dept_mrb"), body_id="dept_mrb", named_at=AT
    )
    refused: dict[str, Any] = {"ground": "not_competent", "reason": "不属于本区", "actor": window, "at": AT}
    refusals.refuse_to_take(who="王小店", what="开店", **refused)
    drop_ins.leave_record(who="王小店", phone="13800000000", what="不知道找谁", actor=window, at=AT)
    at_the_office = ("intake", "late_paper_check", "refused_filing", "delivery", "service", "drop_in", "suspicion")
    of_food = ("review", "decision", "approval", "review_answer", "after_check", "inspection", "application")
    return {
        **dict.fromkeys(at_the_office, OFFICE),
        **dict.fromkeys(of_food, "dept_mrb"),
        **dict.fromkeys(
            ("extension", "hearing", "referral", "suspension", "act_approval", "handed_suspicion"), "dept_tobacco"
        ),
        "visit": "dept_subdistrict",
        "held_permit": "dept_health",
    }


def against_permits(story: Story, issued: Case) -> None:
    """The tobacco permit is suspended without a last day, and its revocation waits for a second person."""
    said: dict[str, Any] = {"matters": ["m_tobacco"], "reason": "停用", "statement": "没有意见"}
    said |= {"actor": story.officer("dept_tobacco"), "at": AT}
    life_steps.suspend(issued, **said)
    second = story.cast.second_officer("dept_tobacco")
    issued.matters.filter(matter="m_tobacco").update(two_persons=True, handled_by=second)
    life_steps.propose(issued, act="revoke", ground="procedure", **said)


def test_every_kind_of_open_work_without_anybody_raises_an_alarm_the_same_day(story: Story) -> None:
    """All people are there: no alarm. They leave one body after the other: each kind of its work is told, at once."""
    where = open_work(story)
    assert set(where) == set(alarms.WORK), "a new kind of work needs its line here"
    assert set(where) == set(wording.TASKS)
    assert set(alarms.unattended(AT)) == set()
    for body in sorted(set(where.values())):
        with transaction.atomic():
            User.objects.filter(Q(body=body) | Q(role=User.Role.SERVICE_OFFICE)).update(is_active=False)
            alarms.raise_alarms(AT)
            told = set(Reminder.objects.filter(kind="nobody_able", due_on=AT.date()).values_list("subject", flat=True))
            assert {f"alarm:{task}:{of}" for task, of in where.items() if of == body} <= told, body
            transaction.set_rollback(True)


def test_r1_2_a_proposal_against_a_permit_that_nobody_may_approve_raises_an_alarm(story: Story) -> None:
    """Whoever proposed it is still there: it is the colleague who is missing, for good or on that day."""
    issued = story.decided()
    steps.issue(issued, at=AT)
    against_permits(story, issued)
    waiting, second = ("act_approval", "dept_tobacco"), User.objects.get(username="tobacco-2")
    assert waiting not in set(alarms.unattended(AT))
    User.objects.filter(pk=second.pk).update(is_active=False)
    assert waiting in set(alarms.unattended(AT))
    life_steps.recall(issued, matters=["m_tobacco"], actor=story.officer("dept_tobacco"), at=AT)
    assert waiting not in set(alarms.unattended(AT))


def away(story: Story) -> Iterator[tuple[str, Callable[[], Any], tuple[str, str]]]:
    """Who is missing though the body is not empty."""
    officers = User.objects.filter(body="dept_tobacco")
    head = story.cast.head("dept_tobacco")
    days: dict[str, Any] = {"since": AT.date(), "until": AT.date() + timedelta(3), "reason": "休假"}
    stand_in = story.cast.officer("dept_tobacco")
    act: dict[str, Any] = {"actor": story.cast.actor(head), "at": AT} | days
    yield (
        "the head left",
        lambda: User.objects.filter(pk=head.pk).update(is_active=False),
        ("extension", "dept_tobacco"),
    )
    yield (
        "the head is away, and whoever stands in may not approve",
        lambda: substitutions.appoint(absent=head, substitute=stand_in, head_power=False, **act),
        ("extension", "dept_tobacco"),
    )
    yield (
        "only those are left who examined it",
        lambda: officers.exclude(pk=stand_in.pk).update(is_active=False),
        ("hearing", "dept_tobacco"),
    )


def test_a_head_away_and_a_hearing_that_nobody_may_preside_raise_an_alarm(story: Story) -> None:
    open_work(story)
    for what, leave, expected in away(story):
        with transaction.atomic():
            leave()
            assert expected in set(alarms.unattended(AT)), what
            transaction.set_rollback(True)
