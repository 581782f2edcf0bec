"""Cancellation (注销) at the holder's request: applied for on line, decided permit by permit, each by its own department.

What is granted is closed with the record of cancellation, as any other cancellation is (R2.33); the holder's thirty days
at the registration office begin (R1.19). Silence decides nothing: the law knows it for renewals alone (R2.28, R2.30).
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import life
from certificates.acts import applications, closing
from certificates.models import ApplicationPart, HolderApplication
from certificates.wording import STATES
from outbox import post
from permits import documents, messages, service
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Document
from permits.rules import require_reason

CANCELLATION = HolderApplication.Kind.CANCELLATION
REQUESTED = "requested"
"""The ground of such a cancellation (art. 70)."""


def request(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> HolderApplication:
    """Apply for the cancellation of these permits. They hold until their departments have decided."""
    reason = require_reason(reason)
    with holding(case):
        actor = applications.require_holder(case, actor, at)
        today = timezone.localtime(at).date()
        items = [item for item in applications.items_of(case) if item.matter in set(matters)]
        if not items or len(items) < len(set(matters)):
            raise RuleViolation("no_such_permit", _("请选择本办件中已核发的许可"), field="matters", rule="R2.33")
        for item in items:
            state = life.state_now(item, today)
            if state not in life.HOLDING:
                raise RuleViolation(
                    "permit_ended",
                    _("“%(name)s”%(state)s，不需要再申请注销") % {"name": item.name, "state": STATES[state]},
                    field="matters",
                    rule="R2.33",
                )
        applications.require_none_pending(items)
        due = dict.fromkeys(items, applications.due(today))
        made, _parts, parcels = applications.file(case, CANCELLATION, due, actor=actor, at=at, reason=reason)
        told = {"matters": [item.matter for item in items], "wanted": str(CANCELLATION)}
        noted = told | {"receipt": made.receipt.number, "reason": reason}
        chain.append(case, act="cancellation_applied_for", actor=actor.label, at=at, facts=noted)
        update_rows([case], HEAD)
        post.put_many([*parcels, messages.told(case, "holder_applied", at=at, **told)], at=at)
        return made


def grant(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> list[ApplicationPart]:
    """Cancel these permits as their holder asked: each with its record, the licence with its next version."""
    with holding(case):
        parts = applications.pending(case, CANCELLATION, matters, actor)
        life.permits_of(case, matters, actor=actor, today=timezone.localtime(at).date())
        for part in parts:
            part.grant()
            part.ended_at = at
        update_rows(parts, ["state", "ended_at"])
        for asked, group in groupby(parts, key=lambda part: part.application):
            alike = list(group)
            told = {"ground": REQUESTED, "reason": asked.reason}
            items = [part.item for part in alike]
            records = closing.end(case, closing.CANCELLATION, items, told, actor=actor, at=at)
            applications.close(alike, records, actor=actor, at=at)
        return parts


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[ApplicationPart]:
    """Refuse the cancellation, with reasons and remedies: the permits stay as they are (R2.39)."""
    reason = require_reason(reason)
    with holding(case):
        parts = applications.pending(case, CANCELLATION, matters, actor)
        known_on = service.known_on(case, at)
        drafts = [
            life.draft(
                Document.Kind.CANCELLATION_REFUSAL,
                part.item,
                known_on,
                reason=reason,
                filed_on=str(part.application.filed_on),
            )
            for part in parts
        ]
        decisions, parcels = documents.write(case, drafts, at=at)
        for part in parts:
            part.reason = reason
            part.refuse()
        applications.close(parts, decisions, actor=actor, at=at)
        told = {"matters": [part.item.matter for part in parts], "reason": reason}
        noted = told | {"decisions": [one.number for one in decisions]}
        chain.append(case, act="cancellation_refused", actor=actor.label, at=at, facts=noted)
        parcels += service.after_writing(case, decisions, actor=actor, at=at)
        update_rows([case], HEAD)
        said = {"wanted": str(CANCELLATION), "outcome": str(ApplicationPart.State.REFUSED)}
        post.put_many([*parcels, messages.told(case, "application_decided", at=at, **told, **said)], at=at)
        return parts
