"""Delivering (送达): the licence, or a permit of its own, reaches its holder; each time with a numbered receipt (送达回证).

On line only with consent, and then the day is that of arrival in the holder's account. A version that brings further
permits is delivered for those.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import early, facts, issuing
from certificates.models import LicenceItem
from outbox import post
from permits import delivery, documents, messages, service
from permits.acting_for import agents
from permits.bodies import service_office
from permits.intake import HEAD
from permits.late import lacking
from permits.locking import holding
from permits.models import Case, CaseMatter, Delivery, Document, Tolerance
from permits.rules import require_role
from permits.service import PERMITS, Handing

ENDED = (Case.State.ISSUED, Case.State.CLOSED_SINGLE, Case.State.WITHDRAWN, Case.State.RETURNED)
"""Ends of a case after which what was granted is delivered."""


OF_PERMITS = Q(matters__isnull=False) | Q(matters_alone__isnull=False)
"""Deliveries of what was granted, as a condition; others are of papers alone."""


def deliver(case: Case, *, handing: Handing, actor: Actor, at: datetime) -> Delivery:
    """Record that what can be delivered and served now has been, all of it or the `things` that the handing names, with its
    receipt. Raises RuleViolation where nothing can."""
    require_role(actor, User.Role.SERVICE_OFFICE, User.Role.WINDOW)
    with holding(case):
        today = timezone.localtime(at).date()
        rows, papers = deliverable(case, facts.matters_of(case), today), service.unserved(case)
        if not rows and not papers:
            _refuse(case)
        rows, papers = _chosen(handing, rows, papers)
        service.check(case, handing)
        if rows:
            _check_day(case, rows, handing, today)
        service.check_day(papers, handing, today)
        agents.require_receiver(case, handing.receiver, handing.on or today)
        return _record(case, handing, rows, papers, actor, at)


def serve(case: Case, *, at: datetime) -> Delivery | None:
    """Serve on line what was granted: only where the applicant wants and consents to it, and has an account to receive it.

    None where it is not so, or where nothing is left to serve.
    """
    with holding(case):
        if case.delivery_way != Delivery.Way.ELECTRONIC or not service.is_online(case):
            return None
        rows = deliverable(case, facts.matters_of(case), timezone.localtime(at).date())
        return _record(case, _on_line(case), rows, [], SYSTEM, at) if rows else None


def serve_papers(case: Case, *, at: datetime) -> tuple[Delivery, list[Document]] | None:
    """Serve on line the papers from which days run, with consent and an account, however the licence is wanted (R2.34).

    The caller brings the message into the account, which is the service. None where it is not so, or nothing is left to serve.
    """
    with holding(case):
        papers = service.unserved(case) if service.is_online(case) else []
        if not papers:
            return None
        record, _parcels = service.write(case, _on_line(case), papers=papers, actor=SYSTEM, at=at)
        update_rows([case], HEAD)
        return record, papers


def _on_line(case: Case) -> Handing:
    return Handing(Delivery.Way.ELECTRONIC, case.holder()[0], deliverer=service_office().name)


def _chosen(
    handing: Handing, rows: list[CaseMatter], papers: list[Document]
) -> tuple[list[CaseMatter], list[Document]]:
    """What the handing names of what can be handed over."""
    if handing.things is None:
        return rows, papers
    rows = rows if PERMITS in handing.things else []
    papers = [paper for paper in papers if paper.number in handing.things]
    if not rows and not papers:
        raise RuleViolation("nothing_chosen", _("请选择这次送达的内容"), field="things")
    return rows, papers


def _record(
    case: Case, handing: Handing, rows: list[CaseMatter], papers: list[Document], actor: Actor, at: datetime
) -> Delivery:
    """What was handed over, the log, the message."""
    listed = papers_of(case, rows) if rows else []
    record, parcels = service.write(case, handing, permits=rows, papers=papers, listed=listed, actor=actor, at=at)
    update_rows([case], HEAD)
    if rows:
        parcels.append(message_of(case, record))
    if papers:
        parcels.append(service.message_of(case, record, papers))
    post.put_many(parcels, at=at)
    return record


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
    return left if alone and early.need_not_wait(case, left, today) else []


def _refuse(case: Case) -> None:
    """Say what was delivered before, or what is waited for."""
    known = Delivery.objects.filter(case=case).select_related("by")
    before = known.filter(OF_PERMITS).distinct().last() if case.is_open else known.last()
    if before is not None:
        raise RuleViolation(
            "already_delivered",
            _("%(by)s 已于 %(on)s 登记送达（%(way)s），不能重复登记")
            % {"by": before.by or _("系统"), "on": before.on, "way": before.way_words},
            rule="R1.32",
        )
    granted = case.matters.filter(state=CaseMatter.State.GRANTED, lapsed_at=None)
    if granted.exists() and not granted.filter(permit_ended_at=None).exists():
        words = _("已准予的许可都已终止，没有要送达的证照；还有事项没有决定的，决定后再送达")
        raise RuleViolation("all_ended", words, rule="R2.33")
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
        "需要容缺材料的决定，材料补齐并确认之前没有生效，不能送达：%(names)s。"
        "不需要这些材料的决定，承诺办结日期过后可以先行发证或者单独送达，临近其十个工作日的送达期限时也可以单独送达"
    ) % {"names": names}


def _check_day(case: Case, rows: Sequence[CaseMatter], handing: Handing, today: date) -> None:
    """No permit is delivered before it is there."""
    there = max(since for row in rows if (since := row.to_deliver_since))
    licensed = case.issued_early_at or (case.closed_at if case.state == Case.State.ISSUED else None)
    if licensed and not Delivery.objects.filter(OF_PERMITS, case=case).exists():
        there = max(there, timezone.localtime(licensed).date())
    if (handing.on or today) < there:
        raise RuleViolation("impossible_day", _("送达日期应在办结当日或之后，且不晚于今天"), field="on")


def message_of(case: Case, record: Delivery) -> documents.Parcel:
    """What the enterprise is told. On line this is the service itself: with it the papers have arrived in the account."""
    event = "served" if record.way == Delivery.Way.ELECTRONIC else "delivered"
    return messages.told(case, event, at=record.at, on=str(record.on))


def papers_of(case: Case, rows: Sequence[CaseMatter]) -> list[Document]:
    """What is handed over with these permits: the newest version of the licence, and their decisions."""
    kinds = (Document.Kind.GRANT_DECISION, Document.Kind.COMBINED_LICENCE)
    found = list(Document.objects.filter(case=case, kind__in=kinds).order_by("pk"))
    ids = {row.matter for row in rows}
    licences = [one for one in found if one.kind == Document.Kind.COMBINED_LICENCE][-1:]
    decisions = [one for one in found if one.kind == Document.Kind.GRANT_DECISION and ids & set(one.matters)]
    return [*licences, *decisions]
