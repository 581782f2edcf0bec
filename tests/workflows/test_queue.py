"""Booking a time at the counter, and the day's numbers."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import Actor
from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox import delivery
from outbox.models import Message
from tests.workflows.conftest import MONDAY, Story
from workflows import periodic
from workflows.desk import booking, queueing
from workflows.desk.queue_rules import Span, Waiting, next_of, overlap, times
from workflows.messages.kinds import ALL
from workflows.models import Appointment, Slot, Ticket

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
    booking.open_slots(on=DAY, begins=time(13), ends=time(14), minutes=30, capacity=1, actor=office, at=MONDAY)
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
            booking.open_slots(**{"actor": office, **asked, **wrong})
    more = {"begins": time(13), "ends": time(14, 30)}
    assert [slot.begins for slot in booking.open_slots(on=DAY, **asked | more, actor=office)] == [time(14)]
    with pytest.raises(RuleViolation, match="已经开放过"):
        booking.open_slots(on=DAY, **asked | more, actor=office)
    assert Slot.objects.count() == 3, "what is open stays as it is"


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"), [((13, 15), (13, 45), 30), ((12, 40), (13, 10), 30), ((13, 0), (14, 0), 60)]
)
def test_times_that_overlap_are_refused_with_both_of_them(
    office: Actor, slots: list[Slot], begins: tuple[int, int], ends: tuple[int, int], minutes: int
) -> None:
    asked = {"on": DAY, "begins": time(*begins), "ends": time(*ends), "minutes": minutes, "capacity": 1}
    with pytest.raises(RuleViolation, match="13:00–13:30 重叠") as refused:
        booking.open_slots(**asked, actor=office, at=MONDAY)
    assert (refused.value.code, refused.value.field) == ("slots_overlap", "begins")
    assert Slot.objects.count() == len(slots)


@given(
    st.lists(st.tuples(HOURS, HOURS).filter(lambda one: one[0] < one[1]), max_size=4),
    st.tuples(HOURS, HOURS).filter(lambda one: one[0] < one[1]),
)
def test_times_overlap_where_they_share_a_minute(there: list[Span], new: Span) -> None:
    def minutes(span: Span) -> set[int]:
        return set(range(span[0].hour * 60 + span[0].minute, span[1].hour * 60 + span[1].minute))

    shared = [old for old in there if minutes(old) & minutes(new)]
    assert overlap([new], there) == ((new, shared[0]) if shared else None)


def test_a_place_is_taken_once_and_freed_again(story: Story, office: Actor, slots: list[Slot]) -> None:
    first, second = slots
    made = booking.book(first.pk, **WHO, actor=story.applicant, at=MONDAY)
    other = story.cast.actor(story.cast.stranger) if hasattr(story.cast, "stranger") else story.window
    with pytest.raises(RuleViolation):
        booking.book(second.pk, **WHO, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.book(first.pk, **WHO, actor=other, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.cancel(made.pk, actor=story.cast.actor(story.cast.officer("dept_mrb")), at=MONDAY)
    booking.cancel(made.pk, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.cancel(made.pk, actor=story.applicant, at=MONDAY)
    booking.close_slot(first.pk, actor=office, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.book(first.pk, **WHO, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.book(second.pk, **WHO, actor=story.applicant, at=MONDAY.replace(hour=15))


@pytest.fixture
def told(story: Story, office: Actor) -> Callable[[], list[tuple[str, str]]]:
    """Delivers what waits: kind and channel of every message about a booking."""
    shop = story.cast.shopkeeper
    shop.email, shop.phone = "wang@example.com", "13800000000"
    shop.save()

    def brought() -> list[tuple[str, str]]:
        while delivery.deliver_due(timezone.now()).delivered:
            pass
        rows = Message.objects.filter(kind__startswith="appointment_").order_by("pk")
        return list(rows.values_list("kind", "channel"))

    return brought


def test_a_booking_is_told_on_every_channel_when_made_moved_and_called_off(
    story: Story, office: Actor, slots: list[Slot], told: Callable[[], list[tuple[str, str]]]
) -> None:
    first, second = slots
    made = booking.book(first.pk, **WHO, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation, match="原来的时间"):
        booking.move(made.pk, first.pk, actor=story.applicant, at=MONDAY)
    with pytest.raises(RuleViolation):
        booking.move(made.pk, second.pk, actor=story.cast.actor(story.cast.stranger), at=MONDAY)
    booking.move(made.pk, second.pk, actor=story.applicant, at=MONDAY)
    booking.book(first.pk, **WHO, actor=story.cast.actor(story.cast.stranger), at=MONDAY)  # the place is free again
    with pytest.raises(RuleViolation, match="约满"):
        booking.move(made.pk, first.pk, actor=story.applicant, at=MONDAY)
    booking.cancel(made.pk, actor=story.window, at=MONDAY)
    log = AuditEntry.objects.filter(act__startswith="appointment_").order_by("pk").values_list("act", "actor")
    own, other, desk = (one.label for one in (story.applicant, story.cast.actor(story.cast.stranger), story.window))
    assert list(log) == [
        ("appointment_booked", own), ("appointment_moved", own), ("appointment_booked", other), ("appointment_cancelled", desk),
    ]  # fmt: skip
    told()
    mine = Message.objects.filter(recipient=story.cast.shopkeeper).order_by("pk")
    kinds = [f"appointment_{one}" for one in ("booked", "moved", "cancelled")]
    assert list(mine.values_list("kind", "channel")) == [(kind, channel) for kind in kinds for channel in ALL]
    inbox = list(mine.filter(channel="inbox").values_list("body", flat=True))
    assert "13:00–13:30 改为 2026-03-02 13:30–14:00" in inbox[1]
    assert "由政务服务窗口取消" in inbox[2]
    texts = mine.filter(channel="sms")
    assert set(texts.values_list("address", flat=True)) == {WHO["phone"]}, "the telephone of the booking"
    for text in texts.values_list("body", flat=True):
        assert "2026-03-02 13:" in text
        assert WHO["who"] not in text and WHO["what"] not in text


def test_the_day_before_is_reminded_once_and_a_missed_night_is_made_up(
    story: Story, slots: list[Slot], told: Callable[[], list[tuple[str, str]]]
) -> None:
    week = timedelta(days=7)
    made = booking.book(slots[0].pk, **WHO, actor=story.applicant, at=MONDAY - week)
    eve = MONDAY - timedelta(days=1)
    assert booking.remind(eve - timedelta(days=1)) == 0, "too early"
    assert (booking.remind(eve), booking.remind(eve)) == (1, 0)
    booking.move(made.pk, slots[1].pk, actor=story.applicant, at=MONDAY - week)
    assert booking.remind(MONDAY) == 1, "of the new time, though a night was missed"
    assert [kind for kind, channel in told() if channel == "sms"].count("appointment_reminder") == 2
    booking.move(made.pk, slots[0].pk, actor=story.applicant, at=eve)
    assert booking.remind(eve) == 0, "whoever chose the time the day before knows"
    booking.cancel(made.pk, actor=story.applicant, at=eve)
    assert periodic.run_due(MONDAY).counts["appointments_reminded"] == 0


def test_numbers_follow_each_other_and_a_booked_time_comes_first(story: Story, slots: list[Slot]) -> None:
    booked = booking.book(slots[0].pk, **WHO, actor=story.applicant, at=MONDAY)
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


def test_a_number_has_a_slip_whose_second_printing_is_marked(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.clerk)
    slip = client.post("/window/queue/", {"do": "draw", "who": case.number}, follow=True)
    ticket = Ticket.objects.get()
    assert slip.request["PATH_INFO"] == f"/window/queue/{ticket.pk}/"
    assert (ticket.case, ticket.who) == (case, case.enterprise.name)
    assert slip.text.count('="/window/queue/"') >= 3, "back by the link and by a key, and to print again"
    assert "A001" in slip.text and "补打（第" not in slip.text and "扫码查办件进度" in slip.text
    again = client.post("/window/queue/", {"do": "print", "ticket": ticket.pk}, follow=True)
    assert "补打（第 1 次）" in again.text
    client.post("/window/queue/", {"do": "draw", "who": "李某"})
    other = client.get(f"/window/queue/{Ticket.objects.get(number=2).pk}/").text
    assert "李某" in other and "<dd>1 人</dd>" in other and "预约" in other
    for wrong in ({"do": "print", "ticket": "9"}, {"do": "draw", "who": "31010520990000014"}):
        assert client.post("/window/queue/", wrong).status_code == 302
    assert Ticket.objects.count() == 2
    client.post("/window/queue/", {"do": "call"})
    assert f"/window/desk/{case.key}/" in client.get("/window/queue/").text


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
        assert "改到这个时间" in client.get(f"/appointments/?move={made.pk}").text or page.context["slots"] == [slot]
        assert client.post("/appointments/", {"do": "move", "appointment": made.pk}).status_code == 422
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
