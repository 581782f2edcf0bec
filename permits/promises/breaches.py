"""Records of commitments not kept: written by a revocation or from the credit platform, repaired by the service office."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Enterprise, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits.files import uploads
from permits.files.uploads import Received
from permits.intake import HEAD
from permits.models import BreachRecord, Case, CaseMatter, Document
from permits.rules import require_reason, require_role


def unrepaired(enterprise_id: int) -> list[BreachRecord]:
    """What keeps an enterprise from commitment (R6.4); one statement."""
    return list(BreachRecord.objects.unrepaired().filter(enterprise_id=enterprise_id))


def of_revocation(case: Case, row: CaseMatter, decision: Document, *, at: datetime) -> BreachRecord:
    """The record that a revocation for a broken commitment leaves (R6.6); the act's own audit entry tells of it."""
    record = BreachRecord(
        enterprise_id=case.enterprise_id,
        about=row.name,
        decided_on=decision.on,
        source=decision.number,
        case_matter=row,
        document=decision,
        recorded_at=at,
    )
    insert_rows([record])
    return record


def record(
    enterprise: Enterprise,
    *,
    about: str,
    source: str,
    decided_on: date,
    actor: Actor,
    at: datetime,
    number: str = "",
    proof: Received | None = None,
) -> BreachRecord:
    """Take over what the credit platform says of an enterprise (R5.9): the number of its paper stands there once."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    if decided_on > timezone.localtime(at).date():
        raise RuleViolation("not_yet", _("认定日期不能晚于今天"), field="decided_on")
    made = BreachRecord(
        enterprise=enterprise,
        about=require_reason(about, "about"),
        source=require_reason(source, "source"),
        number=number.strip(),
        decided_on=decided_on,
        recorded_at=at,
    )
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)  # a second click waits here, and finds the first's
        if made.number and BreachRecord.objects.filter(enterprise=enterprise, number=made.number).exists():
            raise RuleViolation("recorded_already", _("该经营者的这份文书已经登记过"), field="number")
        if proof is not None:
            made.proof, made.proof_type = uploads.store(proof, "breaches"), proof.content_type
            made.proof_sha256 = proof.sha256_stored
        insert_rows([made])
        facts = {"about": made.about, "source": made.source, "decided_on": str(decided_on)}
        told = {"number": made.number, "proof_sha256": made.proof_sha256}
        facts |= {name: value for name, value in told.items() if value}
        chain.append(made, act="breach_recorded", actor=actor.label, at=at, facts=facts)
        update_rows([made], HEAD)
    return made


def repair(breach: BreachRecord, *, reason: str, actor: Actor, at: datetime) -> BreachRecord:
    """Note that the breach is repaired (信用修复), with the reason: the enterprise may commit itself again (R6.4)."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with transaction.atomic():
        locked = BreachRecord.objects.select_for_update().get(pk=breach.pk)
        if locked.repaired_on is not None:
            raise RuleViolation("already_repaired", _("这条记录已于%(on)s修复") % {"on": locked.repaired_on})
        locked.repair_reason = require_reason(reason)
        locked.repaired_on, locked.repaired_by_id = timezone.localtime(at).date(), actor.user_id
        chain.append(locked, act="breach_repaired", actor=actor.label, at=at, facts={"reason": locked.repair_reason})
        update_rows([locked], ["repaired_on", "repaired_by", "repair_reason", *HEAD])
    return locked
