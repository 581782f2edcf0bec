"""Delivery (送达) as a rule and a wish: ten working days from each decision (art. 44), or from the day on which it comes into
force where it waited for a paper (R6.10), and how the applicant wants it.

The act of delivering is `certificates.delivering`, which knows what was granted.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.working_days import Deadline, WorkingCalendar
from outbox import post
from permits import service
from permits.clock import days_left
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Delivery, FormEntry
from permits.rules import require_applicant

DELIVERY_DAYS = 10
"""Working days from a decision in force in which its permit must be delivered (Licensing Law art. 44, R1.32, R2.24)."""
NEAR = 3
"""Working days before that limit from which what is granted does not wait for the rest: the first reminder comes then."""
PREMISES = "f_premises_address"
"""The field of the form that says where the business is."""
ON_PAPER = {
    Delivery.Way.ELECTRONIC: "电子证照",
    Delivery.Way.WINDOW: "窗口领取",
    Delivery.Way.POST: "邮寄",
    Delivery.Way.DOOR: "送证上门",
}
"""The ways as official papers name them."""
LONGEST_ADDRESS = 200


TO_DELIVER = Q(state=CaseMatter.State.GRANTED, valid_from__isnull=False, permit_ended_at=None, delivery=None)
"""The same as `undelivered`, as a condition."""
TO_DELIVER_SINCE = Coalesce("licensed_on", "valid_from")
"""The same as `CaseMatter.to_deliver_since`, as an expression."""


def undelivered(matters: Iterable[CaseMatter]) -> list[CaseMatter]:
    """What is granted and in force, has not ended, and has not reached its holder."""
    granted = (row for row in matters if row.state == CaseMatter.State.GRANTED and row.valid_from is not None)
    return [row for row in granted if row.permit_ended_at is None and row.delivery_id is None]


def is_delivered(matters: Iterable[CaseMatter]) -> bool:
    """Whether something was granted and all of it has reached its holder."""
    granted = [row for row in matters if row.state == CaseMatter.State.GRANTED]
    return bool(granted) and not undelivered(granted)


def limit_of(matters: Iterable[CaseMatter], calendar: WorkingCalendar) -> Deadline | None:
    """The last day for what is not delivered: ten working days from the earliest that came into force, of a licence that
    joined permits delivered alone from its own day; None without any."""
    since = [day for row in undelivered(matters) if (day := row.to_deliver_since)]
    return calendar.add(min(since), DELIVERY_DAYS) if since else None


def is_near(matters: Iterable[CaseMatter], calendar: WorkingCalendar, today: date) -> bool:
    """Whether the ten days of what is not delivered are nearly over, or are over."""
    limit = limit_of(matters, calendar)
    return limit is not None and days_left(calendar, today, limit.date) <= NEAR


def started_by(calendar: WorkingCalendar, last: date) -> date:
    """The last day in force whose limit ends on or before `last`: what was in force by then was due by then."""
    day = last
    while calendar.add(day, DELIVERY_DAYS).date > last:
        day = date.fromordinal(day.toordinal() - 1)
    return day


def wish_of(case: Case) -> Delivery.Way:
    """How the applicant wants it; to the door, the usual way (R1.32), where they have not said."""
    return Delivery.Way(case.delivery_way or Delivery.Way.DOOR)


def address_of(case: Case) -> str:
    """Where papers go: the address given for them, else the premises, else the domicile."""
    if case.delivery_address:
        return case.delivery_address
    said = FormEntry.objects.filter(case_id=case.pk, field=PREMISES).values_list("value", flat=True).first()
    return str(said or case.enterprise.domicile)


def choose(case: Case, *, way: str, consents: bool, address: str, actor: Actor, at: datetime) -> Case:
    """Say how and where the licence is wanted, and consent to service on line or take that back; until all is delivered.

    What a draft says is logged with its submission, later changes by themselves. With a consent, what waits to be served
    arrives on line (R2.34).
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.RECEIVE, at)
        if case.state != Case.State.DRAFT and not case.is_open and not _is_awaited(case):
            raise RuleViolation("nothing_to_deliver", _("没有还要送达的证照，不需要再选择送达方式"), rule="R1.32")
        _check_wish(way, consents, address)
        case.delivery_way, case.delivery_address = way, address.strip()
        case.e_service_since = (case.e_service_since or at) if consents else None
        if case.state != Case.State.DRAFT:
            chain.append(case, act="delivery_chosen", actor=actor.label, at=at, facts=chosen(case))
            post.put_many(service.on_line(case), at=at)
        update_rows([case], ["delivery_way", "delivery_address", "e_service_since", *HEAD])
    return case


def _is_awaited(case: Case) -> bool:
    """Whether something of a closed case has still to reach its receiver."""
    return bool(undelivered(case.matters.all()) or service.unserved(case))


def _check_wish(way: str, consents: bool, address: str) -> None:
    if way not in Delivery.Way.values:
        raise RuleViolation("unknown_way", _("请选择送达方式"), field="way")
    if way == Delivery.Way.ELECTRONIC and not consents:
        words = _("仅要电子证照的，须同意电子送达；不同意的，请选择其他方式")
        raise RuleViolation("consent_needed", words, field="consents", rule="R1.32")
    if len(address.strip()) > LONGEST_ADDRESS:
        raise RuleViolation("address_too_long", _("送达地址最多 200 个字"), field="address")


def chosen(case: Case) -> dict[str, str]:
    """The wish as the log keeps it: the way, the address, since when service on line is consented to."""
    since = case.e_service_since.isoformat() if case.e_service_since else ""
    return {"delivery_way": case.delivery_way, "delivery_address": case.delivery_address, "e_service_since": since}
