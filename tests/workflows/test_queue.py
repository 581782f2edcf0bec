"""Booking a time at the counter, and the day's numbers."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import Actor
from audit.violations import RuleViolation
from tests.workflows.conftest import MONDAY, Story
from workflows import queueing
from workflows.models import Appointment, Slot, Ticket
from workflows.queue_rules import Waiting, next_of, times

HOURS = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))
DAY: date = MONDAY.date()
WHO = {"who": "王小店", "phone": "13812345678", "what": "开便利店"}


@given(st.lists(st.tuples(st.integers(1, 99), st.none() | HOURS), unique_by=lambda one: one[0]), HOURS)
def test_who_is_called_next_is_nobody_s_wrong(rows: list[tuple[int, time | None]], now: time) -> None:
    """Against plain words: of those whose booked time has come the earliest, else the smallest number."""
    come = [(booked, number) for number, booked in rows if booked is not None and booked <= now]
    expected = min(come)[1] if come else min((number for number, _booked in rows), default=None)
    chosen = next_of([Waiting(number, booked) for number, booked in rows], now)
    assert (chosen.number if chosen else None) == expected


@given(HOURS, HOURS, st.integers(5, 240))
def test_the_times_of_a_day_follow_each_other_and_end_in_time(begins: time, ends: time, minutes: int) -> None:
    found = list(times(begins, ends, minutes))
    assert all(begin < end <= ends for begin, end in found)
    assert all(one[1] == after[0] for one, after in zip(found, found[1:], strict=False))
    span = datetime.combine(date.min, ends) - datetime.combine(date.min, begins)
    assert len(found) == max(0, span // timedelta(minutes=minutes))


@pytest.fixture
def office(story: Story) -> Actor:
    return story.cast.actor(story.cast.service_office)


@pytest.fixture
def slots(office: Actor) -> list[Slot]:
    queueing.open_slots(on=DAY, begins=time(13), ends=time(14), minutes=30, capacity=1, actor=office, at=MONDAY)
    return list(Slot.objects.all())


def test_the_office_opens_times_of_working_days(story: Story, office: Actor, slots: list[Slot]) -> None:
    assert [(slot.begins, slot.ends) for slot in slots] == [(time(13), time(13, 30)), (time(13, 30), time(14))]
    asked = {"begins": time(9), "ends": time(10), "minutes": 30, "capacity": 1, "at": MONDAY}
    for wrong in (
        {"on": DAY - timedelta(days=1)},
        {"on": DAY + timedelta(days=5)},
        {"on": DAY, "ends": time(9, 10)},
        {"on": DAY, "capacity": 0},
        {"on": DAY, "actor": story.window},
    ):
        with pytest.raises(RuleViolation):
            queueing.open_slots(**{"actor": office, **asked, **wrong})
    queueing.open_slots(on=DAY, **asked | {"begins": time(13), "ends": time(14)}, actor=office)
    assert Slot.objects.count() == 2, "what is open stays as it is"


def test_a_place_is_taken_once_and_freed_again(story: Story, office: Actor, slots: list[Slot]) -> None:
    first, second = slots
    made = queueing.book(first.pk, **WHO, actor=story.applicant, at=MONDAY)
    other = story.cast.actor(story.cast.stranger) if hasattr(story.cast, "stranger") else story.window
    with pytest.raises(RuleViolation):
        queueing.book(second.pk, **WHO, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        queueing.book(first.pk, **WHO, actor=other, at=MONDAY)
    with pytest.raises(RuleViolation):
        queueing.cancel(made.pk, actor=story.cast.actor(story.cast.officer("dept_mrb")), at=MONDAY)
    queueing.cancel(made.pk, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        queueing.cancel(made.pk, actor=story.applicant, at=MONDAY)
    queueing.close_slot(first.pk, actor=office, at=MONDAY)
    with pytest.raises(RuleViolation):
        queueing.book(first.pk, **WHO, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        queueing.book(second.pk, **WHO, actor=story.applicant, at=MONDAY.replace(hour=15))


def test_numbers_follow_each_other_and_a_booked_time_comes_first(story: Story, slots: list[Slot]) -> None:
    booked = queueing.book(slots[0].pk, **WHO, actor=story.applicant, at=MONDAY)
    clerk = story.window
    walk_in = queueing.draw(actor=clerk, at=MONDAY, who="李某")
    second = queueing.draw(actor=clerk, at=MONDAY)
    arrived = queueing.draw(actor=clerk, at=MONDAY, appointment=booked.pk)
    assert [one.label for one in (walk_in, second, arrived)] == ["A001", "A002", "Y003"]
    with pytest.raises(RuleViolation):
        queueing.draw(actor=clerk, at=MONDAY, appointment=booked.pk)
    assert queueing.call_next(actor=clerk, at=MONDAY) == walk_in, "the booked time has not come yet"
    with pytest.raises(RuleViolation):
        queueing.call_next(actor=clerk, at=MONDAY)
    queueing.finish(served=True, actor=clerk, at=MONDAY)
    at = MONDAY.replace(hour=13)
    assert queueing.call_next(actor=clerk, at=at) == arrived
    queueing.finish(served=False, actor=clerk, at=at)
    assert queueing.call_next(actor=clerk, at=at) == second
    queueing.finish(served=True, actor=clerk, at=at)
    assert queueing.call_next(actor=clerk, at=at) is None
    with pytest.raises(RuleViolation):
        queueing.finish(served=True, actor=clerk, at=at)
    states = list(Ticket.objects.values_list("state", flat=True))
    assert states == ["served", "served", "gone"]
    tomorrow = queueing.draw(actor=clerk, at=MONDAY + timedelta(days=1))
    assert tomorrow.number == 1


def test_the_pages_of_booking_and_queueing(story: Story, client: Client) -> None:
    now = timezone.localtime()
    on = now.date() + timedelta(days=1)
    slot = Slot.objects.create(on=on, begins=time(9), ends=time(9, 30), capacity=1)
    client.force_login(story.cast.shopkeeper)
    page = client.get("/appointments/")
    assert page.status_code == 200
    if slot in page.context["slots"]:
        assert client.post("/appointments/", {"do": "book", "slot": slot.pk}).status_code == 422
        assert client.post("/appointments/", WHO | {"do": "book", "slot": slot.pk}).status_code == 302
        made = Appointment.objects.get()
        assert "取消预约" in client.get("/appointments/").text
        client.post("/appointments/", {"do": "cancel", "appointment": made.pk})
        assert Appointment.objects.get().state == "cancelled"
    assert client.get("/window/queue/").status_code == 403
    client.force_login(story.cast.clerk)
    for do in ("draw", "call", "call", "served", "served", "dance"):
        assert client.post("/window/queue/", {"do": do}).status_code == 302
    assert client.post("/window/queue/", {"do": "arrive", "appointment": "x"}).status_code == 302
    assert client.get("/window/queue/").status_code == 200
    assert Ticket.objects.get().state == "served"
    client.force_login(story.cast.service_office)
    assert client.post("/office/slots/", {"do": "open", "on": "x"}).status_code == 422
    client.post("/office/slots/", {"do": "close", "slot": slot.pk})
    assert "已停止预约" in client.get("/office/slots/").text
