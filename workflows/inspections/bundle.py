"""Everything that an officer needs of one visit, as JSON: what a phone takes along before it loses its signal."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language

from accounts.models import User
from industries.reading_aid import english
from permits.inspections import closing, entries, signing
from permits.inspections.record import premises_of
from permits.models import Inspection, InspectionEntry, InspectionMatter, InspectionPhoto, InspectionSignature

FORMAT = "one-licence/inspection/1"


def visits_of(user: User) -> Any:
    """The visits in which a person has a part, with what a list and a bundle read of them."""
    found = Inspection.objects.visible_to(user).select_related("case__enterprise", "case__catalogue", "lead", "follows")
    return found.defer("case__catalogue__document")


def summary(visit: Inspection, today: date) -> dict[str, Any]:
    """A visit as a list shows it, with the version of its bundle: who has that one need not fetch it again."""
    parts = [part.case_matter for part in visit.parts.all() if part.left_at is None]
    told = {
        "key": visit.key,
        "state": visit.state,
        "starts_at": _moment(visit.starts_at),
        "again": visit.is_again,
        "enterprise": visit.case.enterprise.name,
        "place": premises_of(visit.case),
        "number": visit.case.number,
        "matters": [row.name for row in parts],
        "url": reverse("workflows:inspection_bundle", args=[visit.key]),
        "page": visit.get_absolute_url(),
    }
    return told | {"version": _version(visit, told, today)}


def _version(visit: Inspection, told: dict[str, Any], today: date) -> str:
    """Other than before whenever the bundle may be: every act on a visit is an entry of its case, and some words hang on the day."""
    case = visit.case
    said = [FORMAT, get_language(), str(today), case.audit_head, case.enterprise.phone, case.enterprise.uscc, told]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def bundle(visit: Inspection, user: User, now: datetime) -> dict[str, Any]:
    """The whole visit: place, matters, officers, checklist, and everything that was entered so far."""
    standing = closing.standing(visit)
    parts = [part for part in visit.parts.select_related("case_matter__section__body") if part.left_at is None]
    own = {part.case_matter.matter for part in parts if part.case_matter.section.body_id == user.body_id}
    officers = list(visit.officers.select_related("officer", "body"))
    return summary(visit, localtime(now).date()) | {
        "format": FORMAT,
        "me": user.pk,
        "is_officer": any(one.officer_id == user.pk for one in officers),
        "may_enter": entries.why_closed(visit, now),
        "uscc": visit.case.enterprise.uscc,
        "phone": visit.case.enterprise.phone,
        "lead": {"body": visit.lead_id, "name": visit.lead.short_name},
        "matters": [
            {
                "id": part.case_matter.matter,
                "name": part.case_matter.name,
                "body": part.case_matter.section.body_id,
                "body_name": part.case_matter.section.body.short_name,
                "outcome": part.outcome,
            }
            for part in parts
        ],
        "officers": [
            {"id": one.officer_id, "name": str(one.officer), "body": one.body_id, "body_name": one.body.short_name}
            for one in officers
        ],
        "points": _points(standing, own),
        "meanings": _meanings(standing, parts),
        "entries": [_entry(row, standing) for row in visit.entries.select_related("officer")],
        "photos": [_photo(photo) for photo in visit.photos.all()],
        "signatures": [_signature(row, standing.signed) for row in visit.signatures.all()],
        "statement": visit.statement,
        "open": standing.open,
        "disputed": standing.disputed,
        "unsigned": [one.officer_id for one in standing.signed.missing],
        "business_signed": standing.signed.business is not None,
        "is_ready": standing.is_ready,
        "usual_days": closing.usual_days(parts, localtime(now).date()),
    }


def _meanings(standing: closing.Standing, parts: list[InspectionMatter]) -> dict[str, str]:
    """The reading aid for whoever reads English: what texts of the catalogue mean."""
    if get_language() != "en":
        return {}
    texts = [text for point in standing.points for text in (point.text, point.proof)]
    for part in parts:
        texts += [part.case_matter.name, part.case_matter.section.body.short_name]
    return {text: meaning for text in texts if (meaning := english(text))}


def _points(standing: closing.Standing, own: set[str]) -> list[dict[str, Any]]:
    """The checklist; `mine`: whether this officer's department finds on it; `before`: what a re-inspection looks at again."""
    follows = standing.visit.follows
    before = {change.point: change for change in follows.changes.all()} if follows else {}
    return [
        {
            "id": point.id,
            "text": point.text,
            "proof": point.proof,
            "matters": list(point.matters),
            "bases": [{"matter": matter, "legal_basis": basis} for matter, basis in point.bases],
            "mine": not own.isdisjoint(point.matters),
            "finding": standing.found[point.id].finding,
            "is_disputed": standing.found[point.id].is_disputed,
            "before": {"text": before[point.id].text, "note": before[point.id].note} if point.id in before else None,
        }
        for point in standing.points
    ]


def _entry(row: InspectionEntry, standing: closing.Standing) -> dict[str, Any]:
    found = standing.found.get(row.point)
    return {
        "client_id": str(row.client_id),
        "point": row.point,
        "finding": row.finding,
        "note": row.note,
        "officer": row.officer_id,
        "officer_name": str(row.officer),
        "made_at": _moment(row.made_at),
        "received_at": _moment(row.received_at),
        "settles": row.settles,
        "counts": found is not None and any(one.id == str(row.client_id) for one in found.entries),
    }


def _photo(photo: InspectionPhoto) -> dict[str, Any]:
    return {
        "client_id": str(photo.client_id),
        "purpose": photo.purpose,
        "point": photo.point,
        "sha256": photo.sha256_received,
        "sha256_stored": photo.sha256_stored,
        "taken_at": _moment(photo.taken_at),
        "received_at": _moment(photo.received_at),
        "place": photo.place,
        "url": reverse("workflows:inspection_photo", args=[photo.client_id]),
    }


def _signature(row: InspectionSignature, signed: signing.Signed) -> dict[str, Any]:
    counting = signed.business if row.officer_id is None else signed.officers.get(row.officer_id)
    return {
        "client_id": str(row.client_id),
        "officer": row.officer_id,
        "name": row.name,
        "declined": row.declined,
        "reason": row.reason,
        "signed_at": _moment(row.signed_at),
        "received_at": _moment(row.received_at),
        "counts": counting is not None and counting.pk == row.pk,
    }


def _moment(at: datetime | None) -> str | None:
    return localtime(at).isoformat() if at else None
