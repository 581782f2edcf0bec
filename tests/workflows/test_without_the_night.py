"""What the law has settled holds although no nightly run came by: acceptance by silence, the end of the time for corrections, a
clock that stood lawfully."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils.timezone import make_aware

from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import publication, register
from certificates.models import LicenceItem
from certificates.verifying import verification
from outbox import delivery as outbox
from outbox.models import Message, Parcel
from permits.deadlines import delays, extensions, stops
from permits.models import Case, CaseMatter, Document, LimitExtension
from permits.papers.grounds import speaks_of_materials
from tests.workflows.conftest import MONDAY, Story
from workflows import life_steps, steps
from workflows.reminders import alarms, sources
from workflows.words.turns import Turn, turn_of

SILENT = MONDAY + timedelta(days=10)
"""Two working days after the window's five."""


@pytest.mark.django_db
def test_r2_8_the_window_comes_too_late_to_choose(story: Story) -> None:
    case = story.submitted()
    with pytest.raises(RuleViolation) as refused:
        steps.decline(case, reason="经营场所不在本区", actor=story.window, at=SILENT)
    assert refused.value.code == "silence_is_acceptance"
    steps.accept(case, actor=story.window, at=SILENT)
    case = Case.objects.get(pk=case.pk)
    assert (case.acceptance, case.accepted_on) == (Case.Acceptance.DEEMED, MONDAY.date())
    assert case.promised_by is not None and case.promised_by < SILENT.date()


@pytest.mark.django_db
def test_r2_10_a_late_answer_is_refused_and_materials_are_no_ground_to_decline(story: Story) -> None:
    case = story.consenting(story.submitted())
    with pytest.raises(RuleViolation) as refused:
        steps.decline(case, reason="缺少平面图", actor=story.window, at=MONDAY)
    assert (refused.value.code, refused.value.rule) == ("supplement_instead", "R2.9")
    due = steps.request_supplement(case, items={"mat_floor_plan": "缺少尺寸"}, actor=story.window, at=MONDAY).due_on
    late = MONDAY + (due - MONDAY.date()) + timedelta(days=1)
    with pytest.raises(RuleViolation) as refused:
        steps.answer_supplement(case, actor=story.applicant, at=late)
    assert (refused.value.code, refused.value.rule) == ("supplement_overdue", "R2.10")
    assert steps.return_unanswered(case, at=late)


@pytest.mark.parametrize(
    ("reason", "is_of_materials"),
    [
        ("缺少平面图", True),
        ("材料不齐全", True),
        ("未提交健康证明", True),
        ("不属于本区职权范围", False),
        ("该项经营依法不需要许可", False),
    ],
)
def test_r2_9_what_speaks_of_materials(reason: str, is_of_materials: bool) -> None:
    assert speaks_of_materials(reason) is is_of_materials


@pytest.mark.django_db
def test_r1_38_a_clock_that_stood_lawfully_breaks_no_promise(story: Story) -> None:
    case = story.accepted()
    parts = story.parts(case)
    for department in sorted(parts):
        act: dict[str, Any] = dict(
            matters=parts[department], actor=story.officer(department), at=MONDAY + timedelta(days=1)
        )
        if department == "dept_mrb":
            stops.stop_clock(case, ground="testing", needed_days=5, **act)
        else:
            steps.grant(case, **act)
    after = MONDAY + timedelta(days=18)
    standing = turn(case, after)
    assert (standing.by, standing.days_left) == (None, None)
    assert "承诺办结日期已过" not in standing.text
    resumed = MONDAY + timedelta(days=15)
    stops.resume_clock(case, matters=parts["dept_mrb"], actor=story.officer("dept_mrb"), at=resumed)
    row = case.matters.get(matter=parts["dept_mrb"][0])
    running = turn(case, after)
    assert running.by == row.promised_by and "承诺办结日期已过" not in running.text
    assert not delays.is_missed(case, row, after.date())


def turn(case: Case, at: datetime) -> Turn:
    return turn_of(Case.objects.get(pk=case.pk), calendar=current_calendar(), today=at.date())


@pytest.mark.django_db
def test_r2_21_a_forgotten_stop_and_a_forgotten_request_are_brought_up(story: Story) -> None:
    case, officer = story.accepted(), story.officer("dept_mrb")
    tobacco = story.officer("dept_tobacco")
    act: dict[str, Any] = {"at": MONDAY + timedelta(days=1)}
    stops.stop_clock(case, matters=["m_food_license"], ground="testing", needed_days=5, actor=officer, **act)
    extensions.request_extension(case, matters=["m_tobacco"], reason="需要进一步核实", actor=tobacco, **act)
    assert [thing.what for thing in sources.overrun_stops(date(2026, 3, 10), None)] == [
        row(case, "m_food_license").name
    ]
    assert list(sources.overrun_stops(date(2026, 3, 9), None)) == []
    assert list(sources.joint_limits(None, None)) == [], "a clock stands: there is no last day"
    assert ("extension", "dept_tobacco") in set(alarms.unattended(act["at"]))
    story.cast.head("dept_tobacco")
    assert ("extension", "dept_tobacco") not in set(alarms.unattended(act["at"]))
    limit = row(case, "m_tobacco").statutory_by
    assert limit is not None
    assert not extensions.lapse(case, at=MONDAY + (limit - MONDAY.date()))
    over = MONDAY + (limit - MONDAY.date()) + timedelta(days=1)
    assert extensions.overdue(over.date()).exists()
    assert extensions.lapse(case, at=over)
    assert LimitExtension.objects.get().state == LimitExtension.State.REJECTED
    outbox.deliver_all(list(Parcel.objects.values_list("key", flat=True)), at=over)
    told = Message.objects.filter(kind="extension_rejected", channel="inbox")
    assert [message.recipient_id for message in told] == [tobacco.user_id]
    stops.resume_clock(case, matters=["m_food_license"], actor=officer, at=over)
    assert [thing.subject for thing in sources.joint_limits(None, None)] == [f"joint:{case.pk}"]


@pytest.mark.django_db
def test_r6_3_an_extension_approved_while_the_clock_stood_gets_its_days(story: Story) -> None:
    case, officer = story.accepted(), story.officer("dept_mrb")
    about: dict[str, Any] = {"matters": ["m_food_license"], "actor": officer, "at": MONDAY + timedelta(days=1)}
    stops.stop_clock(case, ground="testing", needed_days=5, **about)
    extensions.extend(case, reason="需要进一步核实", approver=story.cast.actor(story.cast.head("dept_mrb")), **about)
    stops.resume_clock(case, **about | {"at": MONDAY + timedelta(days=8)})
    blank, told = case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE).order_by("pk")
    assert not blank.facts["new_by"]
    assert told.facts["new_by"] == str(row(case, "m_food_license").statutory_by) > told.facts["old_by"] > ""
    [parcel] = Parcel.objects.filter(key__endswith=":clock_resumed")
    assert {move["limit"] for move in parcel.payload["moves"]} == {"promised_by", "statutory_by"}


@pytest.mark.django_db
def test_r2_21_without_a_number_in_the_statute_a_missed_promise_forbids_no_stop(story: Story) -> None:
    case = story.accepted()
    case.matters.filter(matter="m_food_license").update(statutory_days=0, statutory_by=date(2026, 3, 9))
    about: dict[str, Any] = {"matters": ["m_food_license"], "ground": "testing", "actor": story.officer("dept_mrb")}
    assert stops.stop_clock(case, at=MONDAY + timedelta(days=10), **about)


def row(case: Case, matter: str) -> CaseMatter:
    return case.matters.get(matter=matter)


@pytest.mark.django_db
def test_r2_30_r2_33_what_ends_at_midnight_has_ended_for_whoever_scans(story: Story) -> None:
    """The first minute of a day, long before the run: a suspension is over, a renewal nobody decided is granted, and what nobody
    applied for has expired."""
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    case = Case.objects.get(pk=case.pk)
    food, tobacco, signboard = case.licence.items.order_by("position")
    last = MONDAY.date() + timedelta(days=60)
    LicenceItem.objects.filter(pk__in=[food.pk, tobacco.pk]).update(valid_to=last)
    LicenceItem.objects.filter(pk=signboard.pk).update(state="suspended", suspended_until=last, valid_to=None)
    life_steps.renew(case, matters=[food.matter], actor=story.applicant, at=MONDAY + timedelta(days=20))

    def told(at: datetime) -> list[tuple[str, bool]]:
        items = verification.look_up(case.licence.number, at=at).items
        return [(str(one.state), one.valid_to is None or one.valid_to > last) for one in items]

    midnight = make_aware(datetime.combine(last + timedelta(days=1), time.min))
    evening = midnight - timedelta(minutes=1)
    assert told(evening) == [("valid", False), ("valid", False), ("suspended", True)]
    assert told(midnight) == [("valid", True), ("expired", False), ("valid", True)]
    (row,) = register.rows([case.licence], midnight.date())
    assert row.state == "partly_valid"
    assert signboard.position in publication.current_list(evening).entries[case.licence.pk].states
    assert case.licence.pk not in publication.current_list(midnight).entries
    assert life_steps.renew_by_silence(case, at=midnight)
    assert told(midnight)[0] == ("valid", True)
