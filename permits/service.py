"""Serving (送达) of papers from which days run: decisions that open a remedy (R2.34), the supplement notice (R2.10).

On line with consent and an account, where arrival is service; else handed over, posted or brought to the door, or given at the
counter in the act itself, with a numbered receipt (送达回证). No last day is known before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Representation
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from permits import documents, messages
from permits.acting_for import agents
from permits.bodies import service_office
from permits.law import remedies
from permits.models import Case, CaseMatter, Delivery, Document

KIND = "permits.serve"
"""The kind of the parcels that say that papers were written which can be served on line (`workflows.handlers`)."""
PERMITS = "permits"
"""Stands among the things of a handing for all that was granted; papers are named by their numbers."""


@dataclass(frozen=True, slots=True)
class Handing:
    """How something was handed over. `on` (left out: the day of the record) and `hour` say when, as far as they are known;
    `things` what of all that could be (left out: everything): `PERMITS`, numbers of papers."""

    way: str
    receiver: str
    on: date | None = None
    hour: time | None = None
    place: str = ""
    carrier: str = ""
    tracking_number: str = ""
    deliverer: str = ""
    things: frozenset[str] | None = None


def has_account(case: Case) -> bool:
    """Whether somebody of the enterprise has an account, which is the system that papers arrive in."""
    return Representation.objects.filter(enterprise_id=case.enterprise_id, until=None).exists()


def is_online(case: Case) -> bool:
    """Whether papers of the case are served by arriving in an account; a statement only where there is a consent."""
    return case.e_service_since is not None and has_account(case)


def known_on(case: Case, at: datetime, taken_by: str = "") -> date | None:
    """The day of service where it is known when a paper is written: on line, or where somebody takes it at the counter."""
    return timezone.localtime(at).date() if taken_by or is_online(case) else None


def after_writing(
    case: Case, papers: Sequence[Document], *, actor: Actor, at: datetime, taken_by: str = ""
) -> list[documents.Parcel]:
    """What an act that wrote papers does for their service, behind its own log entry and before the case is saved: at the
    counter whoever takes them signs; on line they arrive behind the commit; else the service office has it on its list."""
    if taken_by:
        handing = Handing(Delivery.Way.WINDOW, taken_by, deliverer=actor.label.partition(" ")[2])
        record, parcels = write(case, handing, papers=papers, actor=actor, at=at)
        return [*parcels, message_of(case, record, papers)]
    return on_line(case)


def on_line(case: Case) -> list[documents.Parcel]:
    """The parcel that serves on line what was written; none without a consent. Call it behind `chain.append`."""
    if case.e_service_since is None:
        return []
    return [(KIND, f"serve:{case.pk}:{case.audit_length}", {"case": case.pk})]


def require_taker(case: Case, taken_by: str, at: datetime) -> str:
    """Who takes a paper at the counter, where somebody does: an agent only within their authority (R2.16)."""
    if name := taken_by.strip():
        agents.require_receiver(case, name, timezone.localtime(at).date())
    return name


def unserved(case: Case) -> list[Document]:
    """The papers of a case that have still to be served, the oldest first."""
    return list(Document.objects.unserved().filter(case=case).order_by("pk"))


def last_days(paper: Document, calendar: WorkingCalendar) -> dict[str, Any]:
    """The remedies that a paper opens: with their last days once it is served; as it printed them where it is from a time
    when nothing was served."""
    told = dict(paper.facts.get("remedies") or {})
    if not told or not paper.to_serve:
        return told
    return remedies.with_last_days(told, paper.service.on if paper.service else None, calendar)


def check(case: Case, handing: Handing) -> None:
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


def check_day(papers: Iterable[Document], handing: Handing, today: date) -> None:
    """No paper is served before it was written, nor in the future; on line it arrives now."""
    day = handing.on or today
    if any(day < paper.on for paper in papers) or day > today:
        raise RuleViolation("impossible_day", _("送达日期应在文书作出当日或之后，且不晚于今天"), field="on")
    if handing.way == Delivery.Way.ELECTRONIC and day != today:
        raise RuleViolation("arrives_now", _("电子送达以到达申请人账户的时间为准，请写今天的日期"), field="on")


def write(
    case: Case,
    handing: Handing,
    *,
    actor: Actor,
    at: datetime,
    papers: Sequence[Document] = (),
    permits: Sequence[CaseMatter] = (),
    listed: Sequence[Document] = (),
) -> tuple[Delivery, list[documents.Parcel]]:
    """The row, its receipt, what it covers, the log. `listed` are the papers of `permits`. The caller saves the case.

    Papers that arrive on line need no receipt: the account tells the moment.
    """
    record = _row(case, handing, actor, at)
    parcels: list[documents.Parcel] = []
    if permits or record.way != Delivery.Way.ELECTRONIC:
        draft = _receipt(case, permits, [*listed, *papers], record, handing.hour)
        (record.receipt,), parcels = documents.write(case, [draft], at=at)
    insert_rows([record])
    for row in permits:
        row.delivery = record
    update_rows(permits, ["delivery"])
    for paper in papers:
        paper.service = record
    update_rows(papers, ["service"])
    if any(paper.kind == Document.Kind.SUPPLEMENT_NOTICE for paper in papers):
        _begin_answer(case, record.on)
    noted: dict[str, Any] = {"way": record.way, "receiver": record.receiver, "on": str(record.on)}
    noted |= {"receipt": record.receipt.number} if record.receipt else {}
    noted |= {"papers": [paper.number for paper in papers]} if papers else {}
    about = permits or sorted({id for paper in papers for id in paper.matters})
    noted["matters"] = [one.matter if isinstance(one, CaseMatter) else one for one in about]
    act = "delivered" if permits else "papers_served"
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted)
    return record, parcels


def message_of(case: Case, record: Delivery, papers: Sequence[Document]) -> documents.Parcel:
    """What the party is told of papers. On line this is the service itself: with it they have arrived in the account."""
    numbers = "、".join(paper.number for paper in papers)
    return messages.told(case, "papers_served", at=record.at, on=str(record.on), way=record.way, numbers=numbers)


def _begin_answer(case: Case, on: date) -> None:
    """The days for the corrections run from the day on which their notice was served (R2.10), and never end earlier."""
    waiting = case.supplements.filter(answered_at=None).first()
    if waiting is not None:
        due = current_calendar().add(on, settings.SUPPLEMENT_DAYS).date
        waiting.due_on, waiting.awaits_service, waiting.told_on = max(due, waiting.due_on), False, on
        update_rows([waiting], ["due_on", "awaits_service", "told_on"])


def told_on(case: Case) -> date | None:
    """The day on which the open supplement notice reached the applicant; None while its service is still to come."""
    waiting = case.supplements.filter(answered_at=None).first()
    return waiting.begun_on if waiting else None


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


def _receipt(
    case: Case, permits: Sequence[CaseMatter], papers: Sequence[Document], record: Delivery, hour: time | None
) -> documents.Draft:
    """The receipt as a paper: what, how, when, to whom, by whom (R6.3), and until when what can be done against it (R2.34)."""
    if record.way == Delivery.Way.ELECTRONIC:
        moment = timezone.localtime(record.at).isoformat()
    else:
        day, zone = record.on, timezone.get_default_timezone()
        moment = datetime.combine(day, hour, zone).isoformat() if hour else day.isoformat()
    told: dict[str, Any] = {
        "way": record.way,
        "receiver": record.receiver,
        "delivered_at": moment,
        "papers": _named(papers),
        "deliverer": record.deliverer or service_office().name,
        "place": record.place,
        "last_days": _last_days(papers, record.on),
    }
    if record.way == Delivery.Way.ELECTRONIC and case.e_service_since:
        told["consent_on"] = str(timezone.localtime(case.e_service_since).date())
    if record.way == Delivery.Way.POST:
        told["note"] = f"{record.carrier}，运单号 {record.tracking_number}"
    return documents.Draft(Document.Kind.DELIVERY_RECEIPT, service_office(), permits, told)


def _named(papers: Sequence[Document]) -> list[list[str]]:
    """Titles and numbers of what is handed over."""
    with translation.override(settings.LANGUAGE_CODE):
        return [[paper.title, paper.number] for paper in papers]


def _last_days(papers: Sequence[Document], on: date) -> list[dict[str, Any]]:
    """Of each served paper that opens remedies: its number and their last days, from the day of service."""
    calendar = current_calendar()
    opened = [paper for paper in papers if paper.to_serve and paper.facts.get("remedies")]
    dated = [(paper, remedies.with_last_days(paper.facts["remedies"], on, calendar)) for paper in opened]
    wanted = ("review_by", "suit_by", "provisional")
    return [{"number": paper.number} | {name: told[name] for name in wanted} for paper, told in dated]
