"""Queueing at the counter: numbers drawn, printed, called, and done with."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import journal
from audit.violations import RuleViolation
from permits.models import Case
from permits.rules import require_role
from workflows.desk import queue_rules
from workflows.desk.booking import JOURNAL
from workflows.desk.queue_rules import Waiting
from workflows.models import Appointment, Ticket


@transaction.atomic
def draw(
    *, actor: Actor, at: datetime, who: str = "", appointment: int | None = None, case: Case | None = None
) -> Ticket:
    """The next number of the day; whoever booked for today gets theirs once. `case`: what they come about, where known."""
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
    return Ticket.objects.create(
        on=today, number=last + 1, who=who.strip()[:60], appointment=booked, case=case, drawn_at=at
    )


@transaction.atomic
def print_slip(pk: int, *, actor: Actor) -> Ticket:
    """Count a printing of a number's slip; the second says that it is one."""
    require_role(actor, User.Role.WINDOW)
    ticket = Ticket.objects.select_for_update().filter(pk=pk).first()
    if ticket is None:
        raise RuleViolation("no_ticket", _("没有这个号，请刷新页面查看"))
    ticket.printed += 1
    ticket.save(update_fields=["printed"])
    return ticket


def ahead_of(ticket: Ticket) -> int:
    """How many waited on that day when the number was drawn, and still do."""
    before = Ticket.objects.filter(on=ticket.on, state=Ticket.State.WAITING, number__lt=ticket.number)
    return before.count()


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
    return Ticket.objects.filter(on=on).select_related("appointment__slot", "called_by", "case")
