"""Signatures under what was found: the business's, with its statement, and each officer's. The newest of each counts, and only
while nothing was found or settled after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits.files import uploads
from permits.inspections import findings
from permits.inspections.arranging import reloaded
from permits.inspections.entries import ACCEPTED, CONFLICT, DUPLICATE, Answer, person, require_officer, why_closed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Inspection, InspectionOfficer, InspectionSignature
from permits.rules import require_applicant, require_reason

LONGEST_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, when, and for whom: `is_officer` for oneself, else for the business, whose name and statement are given.

    The business may decline, with its reason; the officers then write that down.
    """

    client_id: UUID
    signed_at: datetime
    is_officer: bool
    name: str = ""
    statement: str = ""
    declined: bool = False
    reason: str = ""


def sign(visit: Inspection, signing: Signing, *, actor: Actor, at: datetime, drawn: IO[bytes] | None = None) -> Answer:
    """Take in one signature; sent again it is there once. `drawn` is the picture of what was drawn on the screen."""
    picture = uploads.take_in(drawn, "signature.png") if drawn is not None else None
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        actor = _require_part(visit, signing, actor, at)
        if (known := InspectionSignature.objects.filter(client_id=signing.client_id).first()) is not None:
            same = known.inspection_id == visit.pk and (known.officer_id == actor.user_id) is signing.is_officer
            return Answer(str(signing.client_id), DUPLICATE if same else CONFLICT)
        row = InspectionSignature(
            client_id=signing.client_id,
            inspection=visit,
            officer_id=actor.user_id if signing.is_officer else None,
            name=_name_of(signing, actor),
            declined=signing.declined,
            reason=require_reason(signing.reason) if signing.declined else "",
            file=uploads.store(picture, case.key) if picture else "",
            sha256=picture.sha256_stored if picture else "",
            by_id=person(actor),
            signed_at=signing.signed_at,
            received_at=at,
        )
        insert_rows([row])
        if not signing.is_officer and not signing.declined:
            visit.statement = signing.statement.strip()[:LONGEST_STATEMENT]
            update_rows([visit], ["statement"])
        facts = {"inspection": visit.key, "name": row.name, "declined": row.declined, "officer": signing.is_officer}
        chain.append(case, act="inspection_signed", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return Answer(str(signing.client_id), ACCEPTED)


@dataclass(frozen=True, slots=True)
class Signed:
    """The signatures of a visit that count, and who has still to sign, or to sign again."""

    business: InspectionSignature | None
    officers: Mapping[int, InspectionSignature]
    missing: tuple[InspectionOfficer, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the business has signed or declined, and every officer has signed."""
        return self.business is not None and not self.missing


def signed(
    officers: Iterable[InspectionOfficer],
    signatures: Iterable[InspectionSignature],
    found: Mapping[str, findings.Found],
) -> Signed:
    """Which signatures stand over what was found."""
    standing = [one for one in signatures if not findings.changed_after(found, min(one.signed_at, one.received_at))]
    by_officer = {one.officer_id: one for one in standing if one.officer_id is not None}
    business = next((one for one in reversed(standing) if one.officer_id is None), None)
    missing = tuple(one for one in officers if one.officer_id not in by_officer)
    return Signed(business, by_officer, missing)


def _name_of(signing: Signing, actor: Actor) -> str:
    """The officer's own name, or the name of whoever signs for the business."""
    if signing.is_officer:
        return actor.label.partition(" ")[2] or actor.label
    name = signing.name.strip()
    if not name and not signing.declined:
        raise RuleViolation("name_missing", _("请写签字人的姓名"), field="name")
    return (name or str(_("被核查人")))[:60]


def _require_part(visit: Inspection, signing: Signing, actor: Actor, at: datetime) -> Actor:
    """Officers sign for themselves, and hold the screen for the business; the business may sign at home too."""
    if closed := why_closed(visit, at):
        raise RuleViolation("visit_closed", closed)
    if not signing.is_officer and actor.is_role(User.Role.APPLICANT):
        return require_applicant(visit.case, actor, Authority.Act.FILE, at)
    require_officer(visit, actor)
    return actor
