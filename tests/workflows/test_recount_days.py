"""A notice that comes late moves the days of checks, completeness reviews and visits, in the loading transaction, on record."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.models import AuditEntry
from audit.verify import verify
from calendars import services
from certificates.acts import changing
from certificates.models import ApplicationPart, HolderApplication
from industries.models import CatalogueVersion
from outbox import delivery
from outbox.models import Message, Parcel
from permits.at_counter import drop_ins
from permits.completeness import gaps
from permits.hearing import hearings
from permits.law.check_window import Window
from permits.messages import KIND
from permits.models import Case, CaseMatter, CompletenessReview, Hearing, Inspection, PostCheck
from permits.promises import post_checks
from permits.recounting import recount_days
from tests.people import Cast
from tests.workflows.conftest import Story
from tests.workflows.inspecting import inspected
from tests.workflows.test_recount import FILED, LOADED, file_with, load
from workflows import recount_visits, steps
from workflows.models import Visit
from workflows.ratings import acts as ratings
from workflows.ratings.rules import answer_days

pytestmark = pytest.mark.django_db
FOOD = "m_food_license"


@pytest.fixture
def late(cast: Cast, catalogue: CatalogueVersion) -> Story:
    """Cases of the last days of a year whose successor has no notice yet."""
    return Story(cast, catalogue)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """New Year is taken together with a make-up day: 4 January is off, 9 January works."""
    return file_with(tmp_path, "2027-01-04,holiday,元旦", "2027-01-09,makeup,元旦")


@pytest.fixture(autouse=True)
def _five_working_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks of these stories are due five working days after the decision."""
    monkeypatch.setattr("permits.recounting.recount_days.window_of", lambda _matter: Window(5, "working"))


def moves(case: Case) -> list[dict[str, str]]:
    entries = AuditEntry.objects.filter(subject=case.audit_subject, act="days_recounted").order_by("seq")
    return [move for entry in entries for move in entry.facts["moved"]]


def told(kind: str) -> set[str]:
    """Who found a message of the kind in their inbox."""
    delivery.deliver_all(list(Parcel.objects.filter(kind=KIND).values_list("key", flat=True)), at=LOADED)
    found = Message.objects.filter(kind=kind, channel="inbox")
    return set(found.values_list("recipient__username", flat=True))


def test_r2_8_the_day_of_a_completeness_review_moves_with_the_intake_check(late: Story, notice: Path) -> None:
    case = late.submitted(FILED)
    officer = late.cast.officer("dept_mrb")
    gaps.open_reviews(case, departments=["dept_mrb"], actor=late.window, at=FILED)
    assert str(CompletenessReview.objects.get().due_on) == "2027-01-05"
    load(notice)
    assert str(CompletenessReview.objects.get().due_on) == "2027-01-06"
    assert moves(case) == [{"matter": "", "limit": "review:dept_mrb", "before": "2027-01-05", "after": "2027-01-06"}]
    assert told("review_moved") == {officer.username}
    assert verify() is None


def test_r6_17_the_day_of_an_answer_to_whoever_left_without_one_moves(late: Story, notice: Path) -> None:
    made = drop_ins.leave_record(who="路人", phone="13812345678", what="没有办成", actor=late.window, at=FILED)
    assert str(made.due_on) == "2027-01-05"
    load(notice)
    made.refresh_from_db()
    assert str(made.due_on) == "2027-01-06"
    entry = AuditEntry.objects.get(subject=made.audit_subject, act="drop_in_recounted")
    assert entry.facts == {"before": "2027-01-05", "after": "2027-01-06"}
    assert verify() is None


@pytest.mark.parametrize("is_difficult", [False, True])
def test_r3_7_the_day_of_an_answer_to_a_bad_review_moves(late: Story, notice: Path, is_difficult: bool) -> None:
    case = late.submitted(FILED)
    rating = ratings.give(case, level=1, actor=late.applicant, at=FILED)
    if is_difficult:
        office = late.cast.actor(late.cast.service_office)
        rating = ratings.prolong(rating, reason="需要多部门核实", actor=office, at=FILED)
    before = rating.answer_by
    load(notice)
    rating.refresh_from_db()
    expected = answer_days(services.current(), FILED.date())
    assert rating.answer_by == (expected.difficult_by if is_difficult else expected.answer_by)
    moved = [move for move in moves(case) if move["limit"].startswith("rating:")]
    if is_difficult:  # a day off and a day of work in its place leave the fifteenth where it was
        assert rating.answer_by == before
        assert moved == []
    else:
        assert [move["after"] for move in moved] == ["2027-01-06"]
    assert verify() is None


@pytest.mark.each_database
def test_r1_33_the_day_of_a_visit_moves(late: Story, notice: Path) -> None:
    late.cast.officer("dept_subdistrict")
    at = FILED + timedelta(days=2)
    case = late.decided(at)
    steps.issue(case, at=at + timedelta(days=1))
    delivery.deliver_all(list(Parcel.objects.values_list("key", flat=True)), at=at + timedelta(days=1))
    before = Visit.objects.get().due_on
    load(notice)
    visit = Visit.objects.get()
    assert visit.due_on == services.current().add(visit.licence.issued_on, 2).date > before
    assert moves(case) == [{"matter": "", "limit": "visit_by", "before": str(before), "after": str(visit.due_on)}]
    assert "subdistrict" in told("visit_moved")


def test_r6_5_the_day_of_a_check_moves_and_both_sides_are_told(late: Story, notice: Path) -> None:
    case, check = checked_in_working_days(late)
    before = check.due_on
    load(notice)
    check.refresh_from_db()
    assert check.due_on == before + timedelta(days=1)
    assert not check.provisional
    assert [(move["matter"], move["limit"]) for move in moves(case)] == [(check.case_matter.matter, "check_by")]
    assert told("check_moved") >= {late.cast.shopkeeper.username}


def test_nothing_is_recorded_where_nothing_moves_or_all_is_done(late: Story, tmp_path: Path) -> None:
    case = late.submitted(FILED)
    gaps.open_reviews(case, departments=["dept_mrb"], actor=late.window, at=FILED)
    load(file_with(tmp_path))
    assert moves(case) == []
    gaps.review(case, items={}, actor=late.officer("dept_mrb"), at=FILED)
    assert case.pk not in recount_days.concerned()


def test_a_visit_that_was_made_stays(late: Story, notice: Path) -> None:
    late.cast.officer("dept_subdistrict")
    steps.issue(late.decided(FILED), at=FILED + timedelta(days=1))
    delivery.deliver_all(list(Parcel.objects.values_list("key", flat=True)), at=FILED + timedelta(days=1))
    Visit.objects.update(done_on=FILED.date(), notes="了解开业准备情况", recorded_at=FILED)
    before = Visit.objects.get().due_on
    recount_visits.recount_visits(days=(), at=LOADED)
    assert Visit.objects.get().due_on == before


def checked_in_working_days(late: Story) -> tuple[Case, PostCheck]:
    """A case with a check that is due in working days of the year without notice."""
    case = late.decided(FILED)
    row = case.matters.get(matter=FOOD)
    # It waited for a paper (R6.10) and came into force a week after its decision.
    row.decided_on = FILED.date() - timedelta(days=7)
    row.save(update_fields=["decided_on"])
    check = PostCheck.objects.create(case_matter=row, due_on=date(2027, 1, 6), provisional=True)
    return case, check


def test_r2_8_r6_6_the_day_of_the_answer_and_of_an_order_move(late: Story, notice: Path) -> None:
    case = late.submitted(FILED)
    check = broken(late.accepted(FILED), late)
    assert check.order is not None and check.order.facts["provisional"]
    load(notice)
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="clock_recounted")
    assert entry.facts["moved"] == [{"matter": "", "limit": "answer_by", "before": "2027-01-05", "after": "2027-01-06"}]
    after = PostCheck.objects.get(pk=check.pk).rectify_by
    assert after == date(2027, 1, 6)
    assert moves(check.case_matter.case)[-1]["limit"] == "rectify_by"
    assert told("answer_moved") == told("rectification_moved") == {late.cast.shopkeeper.username}


def broken(case: Case, story: Story) -> PostCheck:
    """A grant by commitment whose check found something, with five working days to put it right."""
    row = case.matters.get(matter=FOOD)
    CaseMatter.objects.filter(pk=row.pk).update(route=CaseMatter.Route.COMMITMENT)
    about: dict[str, Any] = {"matters": [FOOD], "actor": story.officer("dept_mrb"), "at": FILED}
    steps.grant(case, **about)
    [check] = post_checks.check(case, result="broken", findings="现场与承诺不符", items=["改正"], days=5, **about)
    return check


def test_r2_23_the_days_of_hearings_move_on_and_nobody_loses_one_that_was_told(late: Story, notice: Path) -> None:
    case, officer = late.accepted(FILED), late.officer("dept_mrb")
    right: dict[str, Any] = {"matter": FOOD, "intended": "不符合条件", "actor": officer, "at": FILED}
    told_of = hearings.tell(case, cause="refusal", **right)
    held = hearings.tell(case, cause="public", **right | {"matter": "m_tobacco", "actor": late.officer("dept_tobacco")})
    before, hold_by = told_of.ask_by, held.hold_by
    load(notice)
    told_of.refresh_from_db()
    assert (before, told_of.ask_by) == (date(2027, 1, 5), date(2027, 1, 6))
    assert {move["limit"] for move in moves(case)} == {"ask_by"}, "nine working days later both calendars agree again"
    assert Hearing.objects.get(pk=held.pk).hold_by == hold_by
    assert told("hearing_moved") >= {late.cast.shopkeeper.username}
    last = datetime(2027, 1, 6, 10, tzinfo=UTC)
    assert hearings.ask(case, pk=told_of.pk, actor=late.applicant, at=last).asked_on == last.date()


def test_r2_23_a_day_that_was_told_stays_where_the_notice_makes_it_shorter(late: Story, tmp_path: Path) -> None:
    case, officer = late.accepted(FILED), late.officer("dept_mrb")
    one = hearings.tell(case, matter=FOOD, cause="refusal", intended="不符合条件", actor=officer, at=FILED)
    load(file_with(tmp_path, "2027-01-02,makeup,元旦"))
    one.refresh_from_db()
    assert (one.ask_by, moves(case)) == (date(2027, 1, 5), [])
    assert hearings.ask(case, pk=one.pk, actor=late.applicant, at=datetime(2027, 1, 5, 10, tzinfo=UTC)).asked_on


def test_the_day_of_a_decision_on_a_change_moves(late: Story, notice: Path) -> None:
    at = FILED + timedelta(days=2)
    case = late.decided(at - timedelta(days=1))
    steps.issue(case, at=at)
    changing.change(case, fields={"f_rep_name": "李新"}, actor=late.applicant, at=at)
    ApplicationPart.objects.update(due_on=date(2027, 1, 20))
    load(notice)
    filed = HolderApplication.objects.get().filed_on
    after = services.current().add(filed, 20).date
    assert set(ApplicationPart.objects.values_list("due_on", flat=True)) == {after}
    assert {move["limit"] for move in moves(case)} == {"application_by"}
    assert told("application_moved") >= {late.cast.shopkeeper.username}


def test_r2_22_what_a_visit_found_may_be_put_right_a_day_later(late: Story, notice: Path) -> None:
    case = inspected(late)
    visit = Inspection.objects.get(case=case)
    Inspection.objects.filter(pk=visit.pk).update(ended_at=FILED, rectify_by=date(2027, 1, 5))
    load(notice)
    visit.refresh_from_db()
    assert visit.rectify_by == date(2027, 1, 6)
    moved = [move for move in moves(case) if move["limit"] == "changes_by"]
    assert [(move["before"], move["after"]) for move in moved] == [("2027-01-05", "2027-01-06")]
    assert told("rectification_moved") >= {late.cast.shopkeeper.username}
