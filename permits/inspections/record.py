"""What the papers of a visit say, frozen: the record with its officers, findings, photographs and signatures (R6.3), and the
one notice of what has to be put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from calendars.services import current as current_calendar
from permits import documents
from permits.bodies import body
from permits.delivery import PREMISES
from permits.inspections import findings, needs
from permits.inspections.signing import Signed
from permits.models import (
    Case,
    CaseMatter,
    Document,
    Finding,
    FormEntry,
    Inspection,
    InspectionMatter,
    InspectionPhoto,
)

if TYPE_CHECKING:
    from permits.inspections.closing import Standing

WORDS = {Finding.PASS: "符合", Finding.RECTIFY: "需要整改", Finding.FAIL: "不符合"}
"""Findings as official papers name them."""


def record_draft(now: Standing, parts: Sequence[InspectionMatter], at: datetime) -> documents.Draft:
    """The record of the visit, about all its matters."""
    visit = now.visit
    photos = _photos(visit)
    names = {part.case_matter.matter: part.case_matter.name for part in parts}
    facts = {
        "visited_at": localtime(visit.starts_at).isoformat(),
        "recorded_at": localtime(at).isoformat(),
        "place": premises_of(visit.case),
        "again": visit.is_again,
        "officers": [
            {"name": str(one.officer), "body": one.body.name}
            for one in visit.officers.select_related("officer", "body")
        ],
        "points": [
            {
                "text": point.text,
                "matters": [names[id] for id in point.matters if id in names],
                "finding": WORDS[Finding(now.found[point.id].finding)],
                "note": now.found[point.id].note,
                "photos": photos.get(point.id, []),
            }
            for point in now.points
        ],
        "outcomes": [
            {
                "name": part.case_matter.name,
                "body": part.case_matter.section.body.name,
                "finding": WORDS[Finding(part.outcome)],
                "reason": part.reason,
            }
            for part in parts
        ],
        "statement": visit.statement or "没有意见",
        "signatures": _signatures(now.signed, visit),
        "waived": waived(visit.case),
    }
    rows = [part.case_matter for part in parts]
    return documents.Draft(Document.Kind.INSPECTION_RECORD, body(visit.lead_id), rows, facts)


def notice_draft(
    now: Standing, wanting: Sequence[InspectionMatter], stopped: Sequence[InspectionMatter], due: date, today: date
) -> documents.Draft:
    """The one notice: every point that has to be put right, for which matters, until when, and how it is looked at again."""
    names = {part.case_matter.matter: part.case_matter.name for part in wanting}
    changes = [
        {
            "text": point.text,
            "note": now.found[point.id].note,
            "matters": [names[id] for id in point.matters if id in names],
        }
        for point in now.points
        if now.found[point.id].finding == findings.RECTIFY and names.keys() & set(point.matters)
    ]
    facts = {
        "found_on": str(today),
        "changes": changes,
        "due_on": str(due),
        "provisional": current_calendar().is_tentative(today, due),
        "stopped": [part.case_matter.name for part in stopped],
        "running": [part.case_matter.name for part in wanting if part not in stopped],
    }
    rows = [part.case_matter for part in wanting]
    return documents.Draft(Document.Kind.RECTIFICATION_NOTICE, body(now.visit.lead_id), rows, facts)


def premises_of(case: Case) -> str:
    """Where the business is: as the form says, else the domicile."""
    said = FormEntry.objects.filter(case_id=case.pk, field=PREMISES).values_list("value", flat=True).first()
    return str(said or case.enterprise.domicile or "经营场所")


def waived(case: Case) -> list[dict[str, str]]:
    """The matters of the case that were not looked at although their catalogue knows a check, each with the rule."""
    known = case.own_catalogue.matters
    told = []
    for row in case.matters.all():
        why = needs.waived_by(known[row.matter], row)
        if row.site_check == CaseMatter.SiteCheck.ELSEWHERE:
            why = row.site_check_reason
        if why:
            told.append({"name": row.name, "why": why})
    return told


def _photos(visit: Inspection) -> dict[str, list[str]]:
    """The hashes of the photographs of each point."""
    found: dict[str, list[str]] = {}
    for photo in visit.photos.filter(purpose=InspectionPhoto.Purpose.FINDING):
        found.setdefault(photo.point, []).append(photo.sha256_stored)
    return found


def _signatures(signed: Signed, visit: Inspection) -> list[Mapping[str, Any]]:
    """Who signed, for whom, when; the business first."""
    rows = []
    if signed.business is not None:
        rows.append(("被核查人", signed.business))
    for one in visit.officers.select_related("body"):
        if one.officer_id in signed.officers:
            rows.append((one.body.short_name, signed.officers[one.officer_id]))
    return [
        {
            "of": of,
            "name": row.name,
            "at": localtime(row.signed_at).isoformat(),
            "declined": row.reason if row.declined else "",
            "sha256": row.sha256,
        }
        for of, row in rows
    ]
