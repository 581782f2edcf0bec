"""Photographs of a visit: found on the site, sent beforehand by the business, or of what was put right. Kept with both hashes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits.files import uploads
from permits.inspections.arranging import reloaded
from permits.inspections.entries import CONFLICT, DUPLICATE, Answer, checklist, person, require_officer, why_closed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Inspection, InspectionPhoto
from permits.rules import require_applicant, require_role

MOST_PHOTOS = 300
"""Photographs per visit: thirty points with ten each."""
Purpose = InspectionPhoto.Purpose


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera knows: which point, when, and where if whoever took it agreed to say so; `sha256` of what is sent."""

    client_id: UUID
    point: str
    taken_at: datetime
    sha256: str = ""
    place: dict[str, Any] | None = None


def attach(
    visit: Inspection, shot: Shot, file: IO[bytes], name: str, *, purpose: str, actor: Actor, at: datetime
) -> Answer:
    """Take in one photograph; sent again it is there once. Raises RuleViolation where it cannot be taken."""
    known = InspectionPhoto.objects.filter(client_id=shot.client_id).first()
    if known is not None:
        return _again(known, visit, shot, file)
    received = uploads.take_in(file, name)
    if not received.content_type.startswith("image/"):
        raise uploads.refused("not_a_picture", _("请上传照片(JPG、PNG 或 HEIC)"))
    if shot.sha256 and shot.sha256.lower() != received.sha256_received:
        raise uploads.refused("damaged", _("照片在传送中损坏，请重新发送"))
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        actor = _require_part(visit, shot, purpose, actor, at)
        if InspectionPhoto.objects.filter(client_id=shot.client_id).exists():
            return Answer(str(shot.client_id), DUPLICATE)
        if visit.photos.count() >= MOST_PHOTOS:
            raise uploads.refused("too_many_photos", _("一次核查最多 %(most)d 张照片") % {"most": MOST_PHOTOS})
        row = InspectionPhoto(
            client_id=shot.client_id,
            inspection=visit,
            purpose=purpose,
            point=shot.point,
            file=uploads.store(received, case.key),
            content_type=received.content_type,
            size=received.size,
            sha256_received=received.sha256_received,
            sha256_stored=received.sha256_stored,
            place=shot.place,
            by_id=person(actor),
            taken_at=shot.taken_at,
            received_at=at,
        )
        insert_rows([row])
        facts = {"inspection": visit.key, "point": shot.point, "purpose": purpose, "sha256": row.sha256_stored}
        chain.append(case, act="inspection_photo", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return Answer(str(shot.client_id), "accepted")


def photos_visible_to(user: User) -> Any:
    """The photographs that a person may see: those of visits in which they have a part, and nobody else's."""
    return InspectionPhoto.objects.filter(inspection__in=Inspection.objects.visible_to(user))


def _again(row: InspectionPhoto, visit: Inspection, shot: Shot, file: IO[bytes]) -> Answer:
    digest = hashlib.sha256(uploads.read_limited(file)).hexdigest()
    if (row.inspection_id, row.point, row.sha256_received) == (visit.pk, shot.point, digest):
        return Answer(str(shot.client_id), DUPLICATE)
    return Answer(str(shot.client_id), CONFLICT, str(_("同一编号已有另一张照片，原照片没有改动")))


def _require_part(visit: Inspection, shot: Shot, purpose: str, actor: Actor, at: datetime) -> Actor:
    """Officers of the visit photograph on its day, the business before it and when something was put right."""
    if purpose == Purpose.FINDING:
        require_officer(visit, actor)
        if closed := why_closed(visit, at):
            raise RuleViolation("visit_closed", closed, field="file")
        known = {point.id for point in checklist(visit)}
    elif purpose == Purpose.SELF_CHECK:
        actor = _applicant(visit, actor, at)
        if not visit.is_open:
            raise RuleViolation("visit_closed", _("核查已经结束，不能再添加自查照片"), field="file")
        known = {point.id for point in checklist(visit)}
    else:
        actor = _applicant(visit, actor, at)
        if visit.notice_id is None or visit.reported_at is not None:
            raise RuleViolation("nothing_to_rectify", _("没有待整改的内容，或者已经申请复查"), field="file")
        known = set(visit.changes.values_list("point", flat=True))
    if shot.point not in known:
        raise RuleViolation("no_such_point", _("核查表没有这一要点，请刷新核查表"), field="point")
    return actor


def _applicant(visit: Inspection, actor: Actor, at: datetime) -> Actor:
    require_role(actor, User.Role.APPLICANT)
    return require_applicant(visit.case, actor, Authority.Act.FILE, at)
