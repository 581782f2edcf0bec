"""A licence that is believed forged is reported to the service office, which looks into it and concludes; what another has to go
on with is handed over (R5.8). It belongs to no case: each report has a chain of its own in the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Body, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates import live
from certificates.verifying import verification
from outbox import post
from permits.files import uploads
from permits.rules import require_reason, require_role
from workflows.messages import suspicions as words
from workflows.models import Scan, Suspicion
from workflows.scanning.referrals import SCANNERS

LOOK_DAYS = 3
"""Working days in which somebody looks at a report, and at what was handed over: the house's own measure, no statute's."""
FOLDER = "suspicions"
HEAD = ["audit_length", "audit_head"]
CONCLUDED = ["state", "finding", "concluded_by", "concluded_at", "to_body", "to_others", *HEAD]
DEALT = ["state", "result", "dealt_by", "dealt_at", *HEAD]
State = Suspicion.State


@dataclass(frozen=True, slots=True)
class Told:
    """A report as the device tells it: why the code was refused there, where it hangs, what the inspector saw."""

    client_id: UUID
    ground: str
    where: str
    what: str
    made_at: datetime
    reason: str = ""


def report(scan: Scan, told: Told, *, actor: Actor, at: datetime, photo: uploads.Received | None = None) -> Suspicion:
    """Report what was scanned to the service office; sent again it is there once."""
    if scan.officer_id != actor.user_id:
        raise RuleViolation("not_your_scan", _("只能就自己的扫码记录报告"))
    if told.ground not in Suspicion.Ground.values:
        raise RuleViolation("ground_unknown", _("请选择疑点"), field="ground")
    if not told.where.strip():
        raise RuleViolation("where_missing", _("请写明在哪里发现"), field="where")
    if photo and not photo.content_type.startswith("image/"):
        raise uploads.refused("not_a_picture", _("请上传照片(JPG、PNG 或 HEIC)"))
    what = require_reason(told.what, "what")
    with transaction.atomic():
        Scan.objects.select_for_update(no_key=True).get(pk=scan.pk)
        if known := Suspicion.objects.filter(client_id=told.client_id).first():
            if known.scan_id != scan.pk:
                raise RuleViolation("id_taken", _("这个编号已由另一条记录使用"))
            return known
        made = _made(scan, told, what, at)
        if photo:
            made.photo, made.photo_type = uploads.store(photo, FOLDER), photo.content_type
            made.photo_sha256 = photo.sha256_stored
        insert_rows([made])
        facts = {
            "scan": str(scan.client_id),
            "ground": made.ground,
            "where": made.where,
            "what": what,
            "number": made.number,
            "reason": made.found_reason or made.said_reason,
            "photo": made.photo_sha256,
        }
        _log(made, "suspicion_reported", actor, at, facts)
        update_rows([made], HEAD)
        post.put_many([words.told(made, words.REPORTED, at=at)], at=at)
        return made


def _made(scan: Scan, told: Told, what: str, at: datetime) -> Suspicion:
    """With what the record says of the code: why it refuses it, and whose number it bears."""
    paper, _presented = live.examine(scan.text, at=scan.made_at)
    content, licence = verification.claims(paper)
    licence = licence or scan.licence
    number = (content.number if content else "") or (licence.number if licence else "")
    return Suspicion(
        client_id=told.client_id,
        scan=scan,
        licence=licence,
        number=number[:80],
        ground=told.ground,
        said_reason=told.reason[:40],
        found_reason=verification.verify_text(paper, at=min(scan.made_at, at)).reason,
        where=told.where.strip()[:200],
        what=what,
        made_at=told.made_at,
        received_at=at,
    )


MOVES: Mapping[str, Callable[[Suspicion], None]] = {
    State.FORGED: Suspicion.find_forged,
    State.MISREAD: Suspicion.find_misread,
    State.OURS: Suspicion.find_ours,
    State.HANDED_OVER: Suspicion.hand_over,
    State.HANDED_OUT: Suspicion.hand_out,
}
"""What the service office may find."""


def conclude(
    suspicion: Suspicion,
    *,
    outcome: str,
    finding: str,
    actor: Actor,
    at: datetime,
    to_body: str = "",
    to_others: str = "",
) -> Suspicion:
    """The service office has looked into it: forged, misread, ours, or another's to go on with (R5.8)."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    finding, to_others = require_reason(finding, "finding"), to_others.strip()
    if outcome not in MOVES:
        raise RuleViolation("outcome_unknown", _("请选择核查结果"), field="outcome")
    if outcome == State.HANDED_OVER and not receivers().filter(code=to_body).exists():
        raise RuleViolation("to_missing", _("请选择移送给哪个部门"), field="to_body", rule="R5.8")
    if outcome == State.HANDED_OUT and not to_others:
        raise RuleViolation("to_missing", _("请写明移送给哪个机关"), field="to_others", rule="R5.8")
    with transaction.atomic():
        row = _held(suspicion)
        if row.state != State.REPORTED:
            raise _over(row)
        MOVES[outcome](row)
        row.to_body_id = to_body if outcome == State.HANDED_OVER else None
        row.to_others = to_others[:120] if outcome == State.HANDED_OUT else ""
        row.finding, row.concluded_by_id, row.concluded_at = finding, actor.user_id, at
        facts = {"outcome": outcome, "finding": finding, "to": row.to_body_id or row.to_others}
        _log(row, "suspicion_concluded", actor, at, facts)
        update_rows([row], CONCLUDED)
        events = [words.CONCLUDED, *([words.HANDED_OVER] if outcome == State.HANDED_OVER else [])]
        post.put_many([words.told(row, event, at=at) for event in events], at=at)
        return row


def deal_with(suspicion: Suspicion, *, result: str, actor: Actor, at: datetime) -> Suspicion:
    """The department to which it was handed over says what it did; a penalty or a suspension is an act of its own."""
    result = require_reason(result, "result")
    with transaction.atomic():
        row = _held(suspicion)
        if not actor.is_role(*SCANNERS) or row.to_body_id is None or row.to_body_id != actor.body:
            raise RuleViolation("not_handed_to_you", _("只有受移送的部门可以处理"), rule="R1.2")
        if row.state != State.HANDED_OVER:
            raise _over(row)
        row.deal_with()
        row.result, row.dealt_by_id, row.dealt_at = result, actor.user_id, at
        _log(row, "suspicion_dealt_with", actor, at, {"body": row.to_body_id, "result": result})
        update_rows([row], DEALT)
        post.put_many([words.told(row, words.DEALT_WITH, at=at)], at=at)
        return row


def receivers() -> QuerySet[Body]:
    """The bodies of this house to which the office can hand over."""
    return Body.objects.exclude(code=settings.SERVICE_OFFICE).order_by("code")


def _held(suspicion: Suspicion) -> Suspicion:
    return Suspicion.objects.select_for_update().get(pk=suspicion.pk)


def _over(row: Suspicion) -> RuleViolation:
    return RuleViolation("concluded_already", _("这条报告已经处理过：%(state)s") % {"state": row.get_state_display()})


def _log(row: Suspicion, act: str, actor: Actor, at: datetime, facts: Mapping[str, object]) -> None:
    chain.append(row, act=act, actor=actor.label, at=at, facts=facts)
