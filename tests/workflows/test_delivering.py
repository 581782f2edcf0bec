"""Delivery: the way and what it needs, consent to service on line, the receipt, ten working days from each decision."""

import html
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from accounts.models import Representation
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from certificates import delivering, early
from outbox import delivery as post_office
from outbox.models import Message, Parcel
from permits import delivery, rendering
from permits.models import Case, CaseMatter, Delivery, Document
from permits.service import Handing
from tests.workflows import late
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.audit import disagreements
from workflows.lists import making
from workflows.models import CaseProcess
from workflows.reminders import sources

TUESDAY = MONDAY + timedelta(days=1)
LATE = MONDAY + timedelta(days=8)
FOOD, TOBACCO, SIGN = "m_food_license", "m_tobacco", "m_signboard"
OF = {FOOD: "dept_mrb", TOBACCO: "dept_tobacco", SIGN: "dept_subdistrict", "m_fire": "dept_fire"}


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def grant(story: Story, case: Case, *matters: str, at: datetime = TUESDAY) -> None:
    for matter in matters:
        steps.grant(case, matters=[matter], actor=story.officer(OF[matter]), at=at)


def refuse(story: Story, case: Case, *matters: str, at: datetime = TUESDAY) -> None:
    for matter in matters:
        steps.refuse(case, matters=[matter], reason="不符合条件", actor=story.officer(OF[matter]), at=at)


def issued(story: Story, **wish: Any) -> Case:
    case = story.decided()
    if wish:
        Case.objects.filter(pk=case.pk).update(**wish)
    steps.issue(case, at=TUESDAY)
    return Case.objects.get(pk=case.pk)


def office(story: Story) -> Any:
    return story.cast.actor(story.cast.service_office)


def hand(story: Story, case: Case, at: datetime = TUESDAY, **how: Any) -> Delivery:
    handing = Handing(**{"way": "window", "receiver": "王小店", **how})
    return steps.deliver(case, handing=handing, actor=office(story), at=at)


def where(case: Case) -> str:
    return steps.waiting_at(CaseProcess.objects.get(case=case))


# the act ------------------------------------------------------------------------------------------------------------


def test_r1_32_a_delivery_covers_what_was_granted_and_ends_the_flow(story: Story) -> None:
    case = issued(story)
    record = hand(story, case, way="door", deliverer="周审批", place="愚园路 1 号", hour=time(14, 30))
    assert {row.matter for row in record.matters.all()} == {FOOD, TOBACCO, SIGN}
    assert where(case) == ""
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="delivered")
    assert record.receipt is not None
    assert entry.facts["receipt"] == record.receipt.number
    assert list(disagreements()) == []
    assert verify() is None


def test_r6_3_the_receipt_says_what_how_when_to_whom_and_by_whom(story: Story) -> None:
    case = issued(story)
    record = hand(story, case, at=LATE, way="post", carrier="中国邮政", tracking_number="123", on=date(2026, 3, 4))
    receipt = Document.objects.get(kind=Document.Kind.DELIVERY_RECEIPT)
    assert record.receipt == receipt
    assert "送〔2026〕" in receipt.number
    facts = receipt.facts
    assert facts["papers"][0] == ["行业综合许可证", case.licence.number]
    assert len(facts["papers"]) == 4
    assert (facts["way"], facts["receiver"], facts["delivered_at"]) == ("post", "王小店", "2026-03-04")
    assert "运单号 123" in facts["note"]
    assert rendering.render(rendering.documents().get(pk=receipt.pk)).startswith(b"%PDF")


def test_the_hour_stands_on_the_receipt_where_it_is_known(story: Story) -> None:
    record = hand(story, issued(story), hour=time(14, 30))
    assert record.receipt is not None
    assert record.receipt.facts["delivered_at"] == "2026-03-03T14:30:00+08:00"


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"way": "pigeon"}, "way"),
        ({"receiver": " "}, "receiver"),
        ({"way": "electronic"}, "way"),
        ({"way": "post", "tracking_number": "1"}, "carrier"),
        ({"way": "post", "carrier": "中国邮政"}, "tracking_number"),
        ({"way": "door"}, "deliverer"),
        ({"on": date(2026, 3, 2)}, "on"),
        ({"on": date(2026, 3, 5)}, "on"),
    ],
)
def test_what_a_way_needs_is_asked_for_at_its_field(story: Story, how: dict[str, Any], field: str) -> None:
    case = issued(story)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, **how)
    assert refused.value.field == field
    assert not Delivery.objects.exists()
    assert not Document.objects.filter(kind=Document.Kind.DELIVERY_RECEIPT).exists()


def test_a_parcel_without_its_number_is_none_for_the_database_either(story: Story) -> None:
    record = hand(story, issued(story), way="post", carrier="中国邮政", tracking_number="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=record.pk).update(tracking_number="")


def test_what_was_not_granted_is_not_delivered(story: Story) -> None:
    case = issued(story)
    record = hand(story, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMatter.objects.create(
            case=case, section=case.sections.first(), matter="m_x", name="x", kind="许可", statutory_days=1,
            day_type="working", promised_days=1, delivery=record,
        )  # fmt: skip


# on line ------------------------------------------------------------------------------------------------------------


def on_line(story: Story) -> Case:
    return issued(story, delivery_way="electronic", e_service_since=MONDAY)


def bring(case: Case, at: datetime, version: int = 1) -> bool | None:
    return post_office.deliver(f"issued:{case.pk}:{version}", at=at)


def test_r1_32_service_on_line_is_arrival_in_the_inbox(story: Story) -> None:
    """The licence bears the moment of the last decision, its service that of the attempt at which it arrived."""
    case, arrived = on_line(story), TUESDAY + timedelta(days=2, hours=3)
    assert [bring(case, arrived) for _time in range(2)] == [True, None]
    record = Delivery.objects.get(case=case)
    assert (record.way, record.on, record.at, record.by) == ("electronic", arrived.date(), arrived, None)
    message = Message.objects.get(kind="served", channel="inbox")
    assert message.recipient == story.cast.shopkeeper
    assert record.receipt is not None
    assert (record.receipt.facts["consent_on"], record.receipt.facts["delivered_at"]) == (
        "2026-03-02",
        arrived.isoformat(),
    )
    assert where(case) == ""
    assert list(disagreements()) == []


def test_the_message_parcel_writes_no_second_letter(story: Story) -> None:
    case = on_line(story)
    bring(case, TUESDAY)
    for key in Parcel.objects.filter(kind="permits.message").values_list("key", flat=True):
        post_office.deliver(key, at=TUESDAY)
    assert Message.objects.filter(kind="served", channel="inbox").count() == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"delivery_way": "electronic", "e_service_since": None},
        {"delivery_way": "door", "e_service_since": MONDAY},
        {},
    ],
)
def test_without_consent_or_with_a_paper_wanted_nothing_is_served(story: Story, wish: dict[str, Any]) -> None:
    case = issued(story, **wish)
    assert bring(case, TUESDAY)
    assert not Delivery.objects.exists()
    assert where(case) == "deliver"


def test_whoever_has_no_account_is_not_served_on_line(story: Story) -> None:
    case = on_line(story)
    Representation.objects.update(until=MONDAY.date())
    assert bring(case, TUESDAY)
    assert not Delivery.objects.exists()
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, way="electronic")
    assert refused.value.code == "no_account"


def test_the_office_may_serve_on_line_with_consent_and_only_as_of_now(story: Story) -> None:
    case = issued(story, delivery_way="door", e_service_since=MONDAY)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, at=LATE, way="electronic", on=date(2026, 3, 4))
    assert refused.value.code == "arrives_now"
    assert hand(story, case, at=LATE, way="electronic").on == LATE.date()


def test_a_single_permit_is_served_on_line_too(story: Story) -> None:
    case = story.accepted()
    Case.objects.filter(pk=case.pk).update(delivery_way="electronic", e_service_since=MONDAY)
    grant(story, case, FOOD)
    refuse(story, case, TOBACCO, SIGN)
    assert post_office.deliver(f"issued:{case.pk}", at=TUESDAY)
    record = Delivery.objects.get()
    assert record.receipt is not None
    assert [title for title, _number in record.receipt.facts["papers"]] == ["准予行政许可决定书"]
    assert where(case) == ""
    assert list(disagreements()) == []


def test_r6_21_each_version_is_served_for_what_it_brings(story: Story) -> None:
    case = story.accepted()
    Case.objects.filter(pk=case.pk).update(delivery_way="electronic", e_service_since=MONDAY)
    grant(story, case, FOOD, TOBACCO)
    early.issue_early(case, actor=story.applicant, at=LATE)
    assert bring(case, LATE)
    assert where(case) == "sections"
    grant(story, case, SIGN, at=LATE)
    post_office.deliver(f"all_decided:{case.pk}", at=LATE)
    assert where(case) == "deliver"
    assert bring(case, LATE, version=2)
    covered = [{row.matter for row in record.matters.all()} for record in Delivery.objects.order_by("pk")]
    assert covered == [{FOOD, TOBACCO}, {SIGN}]
    assert where(case) == ""
    assert list(disagreements()) == []


# before the case ends -----------------------------------------------------------------------------------------------


def test_r6_21_an_early_licence_is_delivered_and_what_comes_later_again(story: Story) -> None:
    case = story.accepted()
    grant(story, case, FOOD, TOBACCO)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, at=LATE)
    assert refused.value.code == "nothing_issued"
    early.issue_early(case, actor=story.applicant, at=LATE)
    hand(story, case, at=LATE)
    assert (where(case), case.state) == ("sections", Case.State.DECIDING)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, at=LATE)
    assert refused.value.code == "already_delivered"
    refuse(story, case, SIGN, at=LATE)
    assert post_office.deliver(f"all_decided:{case.pk}")
    assert (Case.objects.get(pk=case.pk).state, where(case)) == (Case.State.ISSUED, "")
    assert list(disagreements()) == []


def test_what_is_granted_but_not_on_the_licence_yet_is_not_delivered_with_it(restaurant: Story) -> None:
    case = restaurant.accepted()
    grant(restaurant, case, FOOD, TOBACCO)
    early.issue_early(case, actor=restaurant.applicant, at=LATE)
    grant(restaurant, case, SIGN, at=LATE)
    record = hand(restaurant, case, at=LATE)
    assert {row.matter for row in record.matters.all()} == {FOOD, TOBACCO}


def test_r2_24_a_single_permit_does_not_wait_for_the_others_beyond_its_ten_days(story: Story) -> None:
    case = story.accepted()
    grant(story, case, FOOD)
    with pytest.raises(RuleViolation):
        hand(story, case, at=MONDAY + timedelta(days=7))  # the promised day itself
    hand(story, case, at=LATE)
    refuse(story, case, TOBACCO, SIGN, at=LATE)
    assert (case.state, where(case)) == (Case.State.CLOSED_SINGLE, "")
    assert list(disagreements()) == []


def test_r2_24_before_the_promised_day_its_own_limit_can_come_near(story: Story) -> None:
    case = story.accepted()
    Case.objects.filter(pk=case.pk).update(promised_by=date(2026, 4, 30))
    grant(story, case, FOOD)
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(RuleViolation):
        hand(story, case, at=datetime(2026, 3, 11, 9, tzinfo=MONDAY.tzinfo))  # four working days left
    hand(story, case, at=datetime(2026, 3, 12, 9, tzinfo=MONDAY.tzinfo))  # three


def test_what_was_granted_in_a_withdrawn_application_is_delivered(story: Story) -> None:
    case = story.accepted()
    grant(story, case, FOOD)
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    hand(story, case)
    assert (case.state, where(case)) == (Case.State.WITHDRAWN, "")
    assert list(disagreements()) == []


def test_where_nothing_was_decided_nothing_is_delivered(story: Story) -> None:
    case = story.accepted()
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case)
    assert refused.value.code == "nothing_granted"


# the limit ----------------------------------------------------------------------------------------------------------


def test_r2_24_the_limit_runs_from_the_earliest_decision_not_delivered(story: Story, calendar: Any) -> None:
    case = story.accepted()
    grant(story, case, FOOD)
    grant(story, case, TOBACCO, at=MONDAY + timedelta(days=3))
    matters = list(case.matters.all())
    limit = delivery.limit_of(matters, calendar)
    assert limit is not None
    assert limit.date == date(2026, 3, 17)
    early.issue_early(case, actor=story.applicant, at=LATE)
    hand(story, case, at=LATE)
    grant(story, case, SIGN, at=LATE)
    assert making.due_on(Case.objects.get(pk=case.pk), calendar) == date(2026, 3, 24)


def test_r6_10_the_ten_days_of_a_grant_that_waited_run_from_its_coming_into_force(story: Story, calendar: Any) -> None:
    case = late.promised(story)
    grant(story, case, FOOD, TOBACCO, SIGN)
    limit = making.due_on(case, calendar)
    assert limit == date(2026, 3, 17)
    hand(story, case, at=LATE)
    assert making.due_on(case, calendar) is None
    assert not list(sources.deliveries(None, [case.pk]))
    late.bring(case, story.applicant, late.THURSDAY)
    steps.confirm_late(case, material=late.PAPER, actor=story.window, at=LATE)
    assert making.due_on(case, calendar) == date(2026, 3, 24)
    assert [thing.due_on(calendar) for thing in sources.deliveries(None, [case.pk])] == [date(2026, 3, 24)]


def test_r6_10_a_licence_of_permits_that_were_delivered_singly_is_delivered_too(story: Story, calendar: Any) -> None:
    case = late.promised(story)
    grant(story, case, FOOD, TOBACCO)
    hand(story, case, at=LATE)
    refuse(story, case, SIGN, at=LATE)
    post_office.deliver_due(LATE)
    case = late.sound(case)
    assert (case.state, where(case)) == (Case.State.ISSUED, "deliver")
    first = case.deliveries.exclude(receipt=None).get()  # the refusal went on line
    assert [row.matter for row in first.covered] == [FOOD, TOBACCO]
    assert making.due_on(case, calendar) == date(2026, 3, 24)
    assert [thing.due_on(calendar) for thing in sources.deliveries(None, [case.pk])] == [date(2026, 3, 24)]
    record = hand(story, case, at=LATE)
    assert [row.matter for row in first.covered] == [row.matter for row in record.covered] == [FOOD, TOBACCO]
    assert record.receipt is not None
    assert any("行业综合许可证" in title for title, _number in record.receipt.facts["papers"])
    assert case.deliveries.exclude(receipt=None).count() == 2
    late.sound(case)


@pytest.mark.parametrize("last", [date(2026, 2, 24), date(2026, 3, 17), date(2026, 3, 22), date(2026, 10, 8)])
def test_the_last_day_of_decision_for_a_limit(calendar: Any, last: date) -> None:
    """`started_by` against a plain search."""
    days = [last - timedelta(n) for n in range(60)]
    fits = [day for day in days if calendar.add(day, delivery.DELIVERY_DAYS).date <= last]
    assert delivery.started_by(calendar, last) == max(fits)


@pytest.mark.parametrize("days", [0, 4, 8, 9, 10, 30])
def test_the_list_holds_what_the_act_allows(story: Story, calendar: Any, days: int) -> None:
    """`making.to_deliver` is `delivering.deliverable` as a condition: both say the same of every kind of case."""
    one, two, mixed, ended = (story.accepted() for _n in range(4))
    grant(story, one, FOOD)
    grant(story, two, FOOD, TOBACCO)
    grant(story, mixed, FOOD, TOBACCO)
    early.issue_early(mixed, actor=story.applicant, at=LATE)
    refuse(story, ended, FOOD, TOBACCO, SIGN)
    gone = story.accepted()
    grant(story, gone, FOOD)
    steps.withdraw(gone, actor=story.applicant, at=TUESDAY)
    done = issued(story)
    hand(story, done)
    issued(story)
    lacking = late.promised(story)
    grant(story, lacking, FOOD, TOBACCO, SIGN)
    waits = late.promised(story)
    grant(story, waits, SIGN)
    today = (TUESDAY + timedelta(days=days)).date()
    listed = set(making.cases(story.cast.service_office, making.DELIVER, "", calendar, today))
    allowed = {case for case in Case.objects.all() if delivering.deliverable(case, list(case.matters.all()), today)}
    assert listed == allowed | {ended}  # its refusals have still to be served
    assert (lacking in listed, waits in listed) == (days >= 8, False)
    assert done not in listed
    delivered = set(making.cases(story.cast.service_office, making.DELIVERED, "", calendar, today))
    assert delivered == {done}
