"""Delivering (送达): the licence, or a permit of its own, reaches its holder; each time with a numbered receipt (送达回证).

On line only with consent, and then the day is that of arrival in the holder's account. A version that brings further
permits is delivered for those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.models import Representation, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import early, facts, issuing
from certificates.models import LicenceItem
from outbox import post
from permits import agents, clock, delivery, documents, lacking, messages
from permits.bodies import service_office
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Delivery, Document, Tolerance
from permits.rules import require_role

NEAR = 2
"""Working days before its limit from which a single permit is delivered although other matters are still open."""
ENDED = (Case.State.ISSUED, Case.State.CLOSED_SINGLE, Case.State.WITHDRAWN, Case.State.RETURNED)
"""Ends of a case after which what was granted is delivered."""


@dataclass(frozen=True, slots=True)
class Handing:
    """How something was handed over. `on` (left out: the day of the record) and `hour` say when, as far as they are known."""

    way: str
    receiver: str
    on: date | None = None
    hour: time | None = None
    place: str = ""
    carrier: str = ""
    tracking_number: str = ""
    deliverer: str = ""


def deliver(case: Case, *, handing: Handing, actor: Actor, at: datetime) -> Delivery:
    """Record that everything which can be delivered now has been, with its receipt. Raises RuleViolation where nothing can."""
    require_role(actor, User.Role.SERVICE_OFFICE, User.Role.WINDOW)
    with holding(case):
        rows = deliverable(case, facts.matters_of(case), timezone.localtime(at).date())
        if not rows:
            _refuse(case)
        _check(case, rows, handing, timezone.localtime(at).date())
        return _record(case, rows, handing, actor, at)


def serve(case: Case, *, at: datetime) -> Delivery | None:
    """Serve on line what was granted: only where the applicant wants and consents to it, and has an account to receive it.

    None where it is not so, or where nothing is left to serve.
    """
    with holding(case):
        if case.e_service_since is None or case.delivery_way != Delivery.Way.ELECTRONIC:
            return None
        rows = deliverable(case, facts.matters_of(case), timezone.localtime(at).date())
        if not rows or not has_account(case):
            return None
        handing = Handing(Delivery.Way.ELECTRONIC, case.holder()[0], deliverer=service_office().name)
        return _record(case, rows, handing, SYSTEM, at)


def has_account(case: Case) -> bool:
    """Whether somebody of the enterprise has an account, which is the system that papers arrive in."""
    return Representation.objects.filter(enterprise_id=case.enterprise_id, until=None).exists()


def deliverable(case: Case, matters: Sequence[CaseMatter], today: date) -> list[CaseMatter]:
    """What can be delivered now: at the end all that was granted; before it what stands on an early licence, and permits
    that no licence can join yet, once the promised day has passed or their own ten days are nearly over (R2.24): a single
    one, and those that need none of the papers for which the licence waits (R6.10)."""
    left = delivery.undelivered(matters)
    if case.state in ENDED or not left:
        return left if case.state in ENDED else []
    if case.issued_early_at:
        on_licence = set(LicenceItem.objects.filter(licence__case=case).values_list("case_matter_id", flat=True))
        return [row for row in left if row.pk in on_licence]
    alone = bool(lacking.count(case)) or len(issuing.granted_of(matters)) == 1
    return left if alone and (early.is_late(case, today) or _is_near(left, today)) else []


def _is_near(rows: Sequence[CaseMatter], today: date) -> bool:
    calendar = current_calendar()
    limit = delivery.limit_of(rows, calendar)
    return limit is not None and clock.days_left(calendar, today, limit.date) <= NEAR


def _refuse(case: Case) -> None:
    """Say what was delivered before, or what is waited for."""
    before = Delivery.objects.filter(case=case).select_related("by").last()
    if before is not None:
        raise RuleViolation(
            "already_delivered",
            _("%(by)s 已于 %(on)s 登记送达（%(way)s），不能重复登记")
            % {"by": before.by or _("系统"), "on": before.on, "way": before.get_way_display()},
            rule="R1.32",
        )
    if case.is_open:
        if papers := lacking.open_papers(case):
            raise RuleViolation("paper_lacking", _waits_for(case, papers), rule="R6.10")
        raise RuleViolation(
            "nothing_issued",
            _("还没有可以送达的证照：各部门的决定汇总发证后一并送达；承诺办结日期过后可以先行发证"),
            rule="R1.32",
        )
    raise RuleViolation("nothing_granted", _("本办件没有准予的事项，无需送达证照"), rule="R1.32")


def _waits_for(case: Case, papers: Sequence[Tolerance]) -> str:
    """What holds the delivery up: the licence waits for its papers, what needs none of them for its own ten days."""
    names = "、".join(lacking.name_of(case, one.material) for one in papers)
    return _(
        "容缺的材料补齐并确认之前不发综合许可证，需要这些材料的决定也没有生效，不能送达：%(names)s。"
        "不需要这些材料的决定，承诺办结日期过后或者临近其十个工作日的送达期限时，可以单独送达"
    ) % {"names": names}


def _check(case: Case, rows: Sequence[CaseMatter], handing: Handing, today: date) -> None:
    """What this way of handing over needs."""
    if handing.way not in Delivery.Way.values:
        raise RuleViolation("unknown_way", _("请选择送达方式"), field="way")
    if not handing.receiver.strip():
        raise RuleViolation("receiver_missing", _("请写明签收人"), field="receiver")
    match handing.way:
        case Delivery.Way.ELECTRONIC if case.e_service_since is None:
            words = _("申请人没有同意电子送达，不能只送电子证照；请选择其他方式，或者请申请人先在办件页同意")
            raise RuleViolation("no_consent", words, field="way", rule="R1.32")
        case Delivery.Way.ELECTRONIC if not has_account(case):
            words = _("经营者现在没有可以接收电子证照的账户，送不到；请选择其他方式，或者请经营者先登录关联账户")
            raise RuleViolation("no_account", words, field="way", rule="R1.32")
        case Delivery.Way.POST if not handing.carrier.strip():
            raise RuleViolation("carrier_missing", _("请写明承运单位"), field="carrier")
        case Delivery.Way.POST if not handing.tracking_number.strip():
            raise RuleViolation("number_missing", _("请写明运单号"), field="tracking_number")
        case Delivery.Way.DOOR if not handing.deliverer.strip():
            raise RuleViolation("deliverer_missing", _("请写明由谁送证上门"), field="deliverer")
    _check_day(case, rows, handing, today)
    agents.require_receiver(case, handing.receiver, handing.on or today)


def _check_day(case: Case, rows: Sequence[CaseMatter], handing: Handing, today: date) -> None:
    """Nothing is delivered before it is there, nor in the future; on line it arrives now."""
    day = handing.on or today
    there = max(since for row in rows if (since := row.to_deliver_since))
    licensed = case.issued_early_at or (case.closed_at if case.state == Case.State.ISSUED else None)
    if licensed and not Delivery.objects.filter(case=case).exists():
        there = max(there, timezone.localtime(licensed).date())
    if not there <= day <= today:
        raise RuleViolation("impossible_day", _("送达日期应在办结当日或之后，且不晚于今天"), field="on")
    if handing.way == Delivery.Way.ELECTRONIC and day != today:
        raise RuleViolation("arrives_now", _("电子送达以到达申请人账户的时间为准，请写今天的日期"), field="on")


def _record(case: Case, rows: list[CaseMatter], handing: Handing, actor: Actor, at: datetime) -> Delivery:
    """The row, its receipt, the permits that it covers, the log, the message."""
    record = _row(case, handing, actor, at)
    papers, parcels = documents.write(case, [_receipt(case, rows, record, handing.hour)], at=at)
    record.receipt = papers[0]
    insert_rows([record])
    for row in rows:
        row.delivery = record
    update_rows(rows, ["delivery"])
    noted = {"way": record.way, "receiver": record.receiver, "on": str(record.on), "receipt": papers[0].number}
    matters = [row.matter for row in rows]
    chain.append(case, act="delivered", actor=actor.label, at=at, facts=noted | {"matters": matters})
    update_rows([case], HEAD)
    post.put_many([*parcels, message_of(case, record)], at=at)
    return record


def message_of(case: Case, record: Delivery) -> documents.Parcel:
    """What the enterprise is told. On line this is the service itself: with it the papers have arrived in the account."""
    event = "served" if record.way == Delivery.Way.ELECTRONIC else "delivered"
    return messages.told(case, event, at=record.at, on=str(record.on))


def _row(case: Case, handing: Handing, actor: Actor, at: datetime) -> Delivery:
    by_post = handing.way == Delivery.Way.POST
    return Delivery(
        case=case,
        way=handing.way,
        receiver=handing.receiver.strip(),
        place=handing.place.strip(),
        carrier=handing.carrier.strip() if by_post else "",
        tracking_number=handing.tracking_number.strip() if by_post else "",
        deliverer=handing.deliverer.strip() or actor.label.partition(" ")[2],
        on=handing.on or timezone.localtime(at).date(),
        by_id=actor.user_id,
        at=at,
    )


def _receipt(case: Case, rows: Sequence[CaseMatter], record: Delivery, hour: time | None) -> documents.Draft:
    """The receipt as a paper: what, how, when, to whom, by whom (R6.3)."""
    if record.way == Delivery.Way.ELECTRONIC:
        moment = timezone.localtime(record.at).isoformat()
    else:
        day, zone = record.on, timezone.get_default_timezone()
        moment = datetime.combine(day, hour, zone).isoformat() if hour else day.isoformat()
    told: dict[str, Any] = {
        "way": record.way,
        "receiver": record.receiver,
        "delivered_at": moment,
        "papers": _papers(case, rows),
        "deliverer": record.deliverer or service_office().name,
        "place": record.place,
    }
    if record.way == Delivery.Way.ELECTRONIC and case.e_service_since:
        told["consent_on"] = str(timezone.localtime(case.e_service_since).date())
    if record.way == Delivery.Way.POST:
        told["note"] = f"{record.carrier}，运单号 {record.tracking_number}"
    return documents.Draft(Document.Kind.DELIVERY_RECEIPT, service_office(), rows, told)


def _papers(case: Case, rows: Sequence[CaseMatter]) -> list[list[str]]:
    """Titles and numbers of what is handed over: the newest version of the licence, and the decisions of these permits."""
    kinds = (Document.Kind.GRANT_DECISION, Document.Kind.COMBINED_LICENCE)
    found = list(Document.objects.filter(case=case, kind__in=kinds).order_by("pk"))
    ids = {row.matter for row in rows}
    licences = [one for one in found if one.kind == Document.Kind.COMBINED_LICENCE][-1:]
    decisions = [one for one in found if one.kind == Document.Kind.GRANT_DECISION and ids & set(one.matters)]
    with translation.override(settings.LANGUAGE_CODE):
        return [[one.title, one.number] for one in (*licences, *decisions)]
