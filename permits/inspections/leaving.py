"""Matters that need a visit no more - withdrawn, refused, sent back, or checked otherwise - leave it; an empty visit is cancelled."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from permits import messages
from permits.documents import Parcel
from permits.inspections.agreeing import agree
from permits.models import Case, CaseMatter, Inspection, InspectionMatter

CANCELLED = ["state", "ended_at", "ended_by", "cancel_reason"]


def under_way(rows: Sequence[CaseMatter]) -> list[CaseMatter]:
    """Those with which a visit is under way. Ask before their state changes."""
    return [row for row in rows if row.is_under_inspection]


def leave(case: Case, rows: Sequence[CaseMatter], why: str, *, actor: Actor, at: datetime) -> list[Parcel]:
    """Take these matters out of the open visit of a held case; what is to be told. The caller saves the case's head.

    No statement where there are none. A visit that was closed keeps what it found.
    """
    visit = case.inspections.open().first() if rows else None
    if visit is None:
        return []
    parts = list(visit.parts.filter(left_at=None))
    gone = {row.pk for row in rows}
    leaving = [part for part in parts if part.case_matter_id in gone]
    _note_leaving(leaving, why, at)
    if len(leaving) < len(parts):
        waited = bool(leaving) and visit.state == Inspection.State.PROPOSED and bool(visit.suits)
        return agree(case, visit, actor, at) if waited else []
    return cancel(case, visit, why, actor=actor, at=at)


def _note_leaving(parts: Sequence[InspectionMatter], why: str, at: datetime) -> None:
    for part in parts:
        part.left_at, part.left_why = at, why
    update_rows(parts, ["left_at", "left_why"])


def cancel(case: Case, visit: Inspection, why: str, *, actor: Actor, at: datetime) -> list[Parcel]:
    """Cancel a visit in which nothing is left to look at; its officers and the business are told."""
    visit.cancel()
    visit.ended_at, visit.ended_by_id, visit.cancel_reason = at, actor.user_id, why
    update_rows([visit], CANCELLED)
    facts = {"inspection": visit.key, "reason": why, "on": str(visit.on or "")}
    chain.append(case, act="inspection_cancelled", actor=actor.label, at=at, facts=facts)
    return [messages.told(case, "inspection_cancelled", at=at, inspection=visit.pk, on=facts["on"])]
