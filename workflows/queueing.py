"""Booking a time and queueing at the counter: opened by the service office, booked on line, drawn and called at the counter."""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.identity import check_phone
from accounts.models import User
from audit import journal
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.rules import require_reason, require_role
from workflows import queue_rules
from workflows.models import Appointment, Slot, Ticket
from workflows.queue_rules import Waiting

JOURNAL = "counter"
MOST_PEOPLE, SHORTEST, LONGEST = 50, 5, 240


@transaction.atomic
def open_slots(
    *, on: date, begins: time, ends: time, minutes: int, capacity: int, actor: Actor, at: datetime
) -> list[Slot]:
    """Open the times of a working day; those that are open already stay as they are. Raises RuleViolation on a day off."""
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
    there = set(Slot.objects.filter(on=on).values_list("begins", flat=True))
    rows = [Slot(on=on, begins=begin, ends=end, capacity=capacity) for begin, end in wanted if begin not in there]
    made = Slot.objects.bulk_create(rows, ignore_conflicts=True)
    facts = {"on": str(on), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}", "minutes": minutes}
    journal.record(JOURNAL, act="slots_opened", actor=actor.label, at=at, facts=facts | {"capacity": capacity})
    return made


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
    slot = Slot.objects.select_for_update().filter(pk=pk).first()
    if slot is None or not open_ones(at).filter(pk=pk).exists():
        raise RuleViolation("slot_gone", _("这个时间不能再预约，请选择其他时间"), field="slot")
    held = slot.appointments.filter(state__in=Appointment.HELD)
    if Appointment.objects.filter(user_id=actor.user_id, slot__on=slot.on, state=Appointment.State.BOOKED).exists():
        raise RuleViolation("booked_already", _("您当天已有预约，改时间请先取消"), field="slot")
    if held.count() >= slot.capacity:
        raise RuleViolation("slot_full", _("这个时间已约满，请选择其他时间"), field="slot")
    return Appointment.objects.create(
        slot=slot,
        user_id=actor.user_id,
        enterprise_id=enterprise_id,
        who=require_reason(who, "who"),
        phone=check_phone(phone),
        what=require_reason(what, "what"),
        booked_at=at,
    )


@transaction.atomic
def cancel(pk: int, *, actor: Actor, at: datetime) -> Appointment:
    """Call a booking off: one's own, or for the business at the counter."""
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
    own = Q(user_id=actor.user_id) if actor.is_role(User.Role.APPLICANT) else Q()
    row = Appointment.objects.select_for_update().filter(own, pk=pk).first()
    if row is None or row.state != Appointment.State.BOOKED:
        raise RuleViolation("no_booking", _("没有可以取消的预约，请刷新页面查看"))
    row.cancel()
    row.ended_at = at
    row.save()
    return row


@transaction.atomic
def draw(*, actor: Actor, at: datetime, who: str = "", appointment: int | None = None) -> Ticket:
    """The next number of the day; whoever booked for today gets theirs once."""
    require_role(actor, User.Role.WINDOW)
    today = timezone.localtime(at).date()
    booked = None
    if appointment is not None:
        rows = Appointment.objects.select_for_update(of=("self",)).select_related("slot")
        booked = rows.filter(pk=appointment, slot__on=today, state=Appointment.State.BOOKED).first()
        if booked is None:
            raise RuleViolation("no_booking", _("没有今天的预约，请刷新页面查看"))
        booked.arrive()
        booked.ended_at, who = at, booked.who
        booked.save()
    journal.record(JOURNAL, act="number_drawn", actor=actor.label, at=at, facts={"on": str(today)})  # holds its row
    last = Ticket.objects.filter(on=today).aggregate(last=Max("number"))["last"] or 0
    return Ticket.objects.create(on=today, number=last + 1, who=who.strip()[:60], appointment=booked, drawn_at=at)


@transaction.atomic
def call_next(*, actor: Actor, at: datetime) -> Ticket | None:
    """Call whoever's turn it is to this clerk; None where nobody waits. Two clerks at once call two people."""
    require_role(actor, User.Role.WINDOW)
    now = timezone.localtime(at)
    if current_of(actor, now.date()) is not None:
        raise RuleViolation("one_is_here", _("请先结束正在办的号，再叫下一号"))
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("appointment__slot")
    waiting = {row.number: row for row in rows.filter(on=now.date(), state=Ticket.State.WAITING)}
    chosen = queue_rules.next_of(
        [Waiting(row.number, row.appointment.slot.begins if row.appointment else None) for row in waiting.values()],
        now.time(),
    )
    if chosen is None:
        return None
    ticket = waiting[chosen.number]
    ticket.call()
    ticket.called_at, ticket.called_by_id = at, actor.user_id
    ticket.save()
    return ticket


@transaction.atomic
def finish(*, served: bool, actor: Actor, at: datetime) -> Ticket:
    """The clerk is done with whom they called, or nobody came."""
    require_role(actor, User.Role.WINDOW)
    ticket = current_of(actor, timezone.localtime(at).date())
    if ticket is None:
        raise RuleViolation("nobody_here", _("现在没有正在办的号"))
    if served:
        ticket.serve()
    else:
        ticket.skip()
    ticket.ended_at = at
    ticket.save()
    return ticket


def current_of(actor: Actor, on: date) -> Ticket | None:
    """Whom this clerk has called and not done with."""
    return Ticket.objects.filter(on=on, called_by_id=actor.user_id, state=Ticket.State.CALLED).first()


def waiting_now(on: date) -> int:
    """How many wait on this day."""
    return Ticket.objects.filter(on=on, state=Ticket.State.WAITING).count()


def of_day(on: date) -> QuerySet[Ticket]:
    """The day's numbers."""
    return Ticket.objects.filter(on=on).select_related("appointment__slot", "called_by")
