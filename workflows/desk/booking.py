"""Booking a time at the counter: opened by the service office, booked, moved and called off by the business, told each time."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.identity import check_phone
from accounts.models import User
from audit import journal
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits.rules import require_reason, require_role
from workflows.desk import queue_rules
from workflows.messages import bookings
from workflows.models import Appointment, Slot

JOURNAL = "counter"
MOST_PEOPLE, SHORTEST, LONGEST = 50, 5, 240


@transaction.atomic
def open_slots(
    *, on: date, begins: time, ends: time, minutes: int, capacity: int, actor: Actor, at: datetime
) -> list[Slot]:
    """Open the times of a working day; the very same ones that are there already stay as they are.

    Raises RuleViolation on a day off, and where a time would overlap another: one clerk cannot see two people.
    """
    require_role(actor, User.Role.SERVICE_OFFICE)
    if on < timezone.localtime(at).date():
        raise RuleViolation("day_passed", _("请选择今天或以后的日期"), field="on")
    if not current_calendar().is_working(on):
        raise RuleViolation("day_off", _("%(on)s 不是工作日，窗口不办公") % {"on": on}, field="on")
    if not SHORTEST <= minutes <= LONGEST or not 1 <= capacity <= MOST_PEOPLE:
        raise RuleViolation("out_of_range", _("每段5到240分钟，可约1到50人"), field="minutes")
    wanted = list(queue_rules.times(begins, ends, minutes))
    if not wanted:
        raise RuleViolation("no_time", _("结束时间应在开始时间之后，至少够一段"), field="ends")
    facts = {"on": str(on), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}", "minutes": minutes}
    # The journal's row is held from here on: two who open times at once see each other's.
    journal.record(JOURNAL, act="slots_opened", actor=actor.label, at=at, facts=facts | {"capacity": capacity})
    new = _without_overlap(wanted, list(Slot.objects.filter(on=on).values_list("begins", "ends")), on)
    return Slot.objects.bulk_create(Slot(on=on, begins=begin, ends=end, capacity=capacity) for begin, end in new)


def _without_overlap(
    wanted: Sequence[queue_rules.Span], there: Sequence[queue_rules.Span], on: date
) -> list[queue_rules.Span]:
    """Those of the wanted times that are not there yet."""
    new = [span for span in wanted if span not in there]
    if not new:
        raise RuleViolation("open_already", _("这些时段都已经开放过，没有新开的"), field="begins")
    clash = queue_rules.overlap(new, there)
    if clash is not None:
        told = {"on": on, "new": _span(clash[0]), "old": _span(clash[1])}
        words = _("%(on)s %(new)s 与已有的时段 %(old)s 重叠，请改开始时间、结束时间或每段时长")
        raise RuleViolation("slots_overlap", words % told, field="begins")
    return new


def _span(span: queue_rules.Span) -> str:
    return f"{span[0]:%H:%M}–{span[1]:%H:%M}"


def close_slot(pk: int, *, actor: Actor, at: datetime) -> Slot:
    """Nothing more can be booked for this time; who booked still comes."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with transaction.atomic():
        slot = Slot.objects.select_for_update().get(pk=pk)
        if slot.closed_at is None:
            slot.closed_at = at
            slot.save(update_fields=["closed_at"])
            facts = {"on": str(slot.on), "begins": f"{slot.begins:%H:%M}"}
            journal.record(JOURNAL, act="slot_closed", actor=actor.label, at=at, facts=facts)
    return slot


def open_ones(at: datetime) -> QuerySet[Slot]:
    """The times that can still be booked, with how many places are taken (`taken`)."""
    now = timezone.localtime(at)
    last = queue_rules.bookable_until(current_calendar(), now.date())
    ahead = Q(on__gt=now.date(), on__lte=last) | Q(on=now.date(), begins__gt=now.time())
    held = Count("appointments", filter=Q(appointments__state__in=Appointment.HELD))
    return Slot.objects.filter(ahead, closed_at=None).annotate(taken=held)


@transaction.atomic
def book(
    pk: int, *, who: str, phone: str, what: str, actor: Actor, at: datetime, enterprise_id: int | None = None
) -> Appointment:
    """Take a place, if there is one; the time's row is locked, so that the last place is taken once."""
    require_role(actor, User.Role.APPLICANT)
    assert actor.user_id is not None  # the role has an account
    slot = _free(pk, at)
    if Appointment.objects.filter(user_id=actor.user_id, slot__on=slot.on, state=Appointment.State.BOOKED).exists():
        raise RuleViolation("booked_already", _("您当天已有预约；要换时间，请在那个预约上点“改时间”"), field="slot")
    made = Appointment.objects.create(
        slot=slot,
        user_id=actor.user_id,
        enterprise_id=enterprise_id,
        who=require_reason(who, "who"),
        phone=check_phone(phone),
        what=require_reason(what, "what"),
        booked_at=at,
    )
    _note(made, "appointment_booked", actor, at)
    post.put_many([bookings.told(made, bookings.BOOKED, at=at)], at=at)
    return made


def _note(one: Appointment, act: str, actor: Actor, at: datetime, **facts: str) -> None:
    """The counter's log, last of all: its row is held until the end of the act."""
    told = {"appointment": one.pk, "on": str(one.slot.on), "begins": f"{one.slot.begins:%H:%M}"}
    journal.record(JOURNAL, act=act, actor=actor.label, at=at, facts=told | facts)


@transaction.atomic
def move(pk: int, to: int, *, actor: Actor, at: datetime) -> Appointment:
    """Another time for the same booking; its old place is free again."""
    row = _own(pk, actor)
    before = row.slot
    if to == before.pk:
        raise RuleViolation("same_slot", _("这就是原来的时间，请选择其他时间"), field="slot")
    slot = _free(to, at)
    others = Appointment.objects.filter(user_id=row.user_id, slot__on=slot.on, state=Appointment.State.BOOKED)
    if others.exclude(pk=row.pk).exists():
        raise RuleViolation("booked_already", _("那一天已有另一个预约，请选择其他日期"), field="slot")
    row.slot, row.booked_at, row.reminded_at = slot, at, None
    row.save()
    _note(row, "appointment_moved", actor, at, before=f"{before.on} {before.begins:%H:%M}")
    post.put_many([bookings.told(row, bookings.MOVED, at=at, before=bookings.when(before))], at=at)
    return row


@transaction.atomic
def cancel(pk: int, *, actor: Actor, at: datetime) -> Appointment:
    """Call a booking off: one's own, or for the business at the counter."""
    row = _own(pk, actor)
    row.cancel()
    row.ended_at = at
    row.save()
    _note(row, "appointment_cancelled", actor, at)
    own = actor.user_id == row.user_id
    post.put_many([bookings.told(row, bookings.CANCELLED, at=at, by_office=not own)], at=at)
    return row


def _own(pk: int, actor: Actor) -> Appointment:
    """The booking, locked: a business's own; any at the counter."""
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
    own = Q(user_id=actor.user_id) if actor.is_role(User.Role.APPLICANT) else Q()
    row = Appointment.objects.select_for_update(of=("self",)).select_related("slot").filter(own, pk=pk).first()
    if row is None or row.state != Appointment.State.BOOKED:
        raise RuleViolation("no_booking", _("没有这个预约，或者已经到场、取消，请刷新页面查看"))
    return row


def _free(pk: int, at: datetime) -> Slot:
    """The time, locked, with a place left."""
    slot = Slot.objects.select_for_update().filter(pk=pk).first()
    if slot is None or not open_ones(at).filter(pk=pk).exists():
        raise RuleViolation("slot_gone", _("这个时间不能再预约，请选择其他时间"), field="slot")
    if slot.appointments.filter(state__in=Appointment.HELD).count() >= slot.capacity:
        raise RuleViolation("slot_full", _("这个时间已约满，请选择其他时间"), field="slot")
    return slot


def to_remind(at: datetime) -> QuerySet[Appointment]:
    """The bookings of tomorrow, and of later today where a night was missed, of which nobody was reminded yet.

    Whoever booked only the day before has just been told.
    """
    now = timezone.localtime(at)
    tomorrow = now.date() + timedelta(days=1)
    ahead = Q(slot__on=tomorrow) | Q(slot__on=now.date(), slot__begins__gt=now.time())
    rows = Appointment.objects.filter(ahead, state=Appointment.State.BOOKED, reminded_at=None)
    return rows.select_related("slot").order_by("pk")


def remind(at: datetime) -> int:
    """Remind of what is booked for the next day; how many were reminded."""
    pks = [row.pk for row in to_remind(at) if _booked_early(row)]
    return sum(_remind(pk, at) for pk in pks)


def _booked_early(row: Appointment) -> bool:
    return timezone.localtime(row.booked_at).date() < row.slot.on - timedelta(days=1)


@transaction.atomic
def _remind(pk: int, at: datetime) -> bool:
    row = to_remind(at).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return False  # moved or called off meanwhile
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    post.put_many([bookings.told(row, bookings.REMINDER, at=at)], at=at)
    return True
