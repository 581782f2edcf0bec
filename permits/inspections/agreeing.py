"""The slot of a visit: agreed as soon as every department has answered and one slot suits all."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from permits import messages
from permits.documents import Parcel
from permits.models import Case, Inspection

PLAN = ["state", "slots", "suits", "starts_at", "wishes", "wish"]
"""The columns of what is planned."""


def bodies_of(visit: Inspection) -> list[str]:
    """The departments whose matters the visit is still about, in order."""
    parts = visit.parts.filter(left_at=None).order_by("case_matter__position")
    return list(dict.fromkeys(parts.values_list("case_matter__section__body__code", flat=True)))


def agree(case: Case, visit: Inspection, actor: Actor, at: datetime) -> list[Parcel]:
    """Agree on the first slot that suits all, once all have answered; what is to be told. Saves the plan."""
    parcels: list[Parcel] = []
    if set(bodies_of(visit)) <= set(visit.suits):
        if shared := visit.shared_slots:
            visit.starts_at = datetime.fromisoformat(shared[0])
            visit.schedule()
            parcels = tell_agreed(case, visit, actor, at)
        else:
            parcels = [messages.told(case, "inspection_no_slot", at=at, inspection=visit.pk)]
    update_rows([visit], PLAN)
    return parcels


def tell_agreed(
    case: Case, visit: Inspection, actor: Actor, at: datetime, act: str = "inspection_scheduled"
) -> list[Parcel]:
    """Log the moment and tell it: to the business, and to the officers who go."""
    note(case, act, visit, actor, at, starts_at=localtime(visit.starts_at).isoformat())
    moment = localtime(visit.starts_at).strftime("%Y-%m-%d %H:%M")
    return [messages.told(case, "inspection_scheduled", at=at, inspection=visit.pk, moment=moment)]


def note(case: Case, act: str, visit: Inspection, actor: Actor, at: datetime, **facts: Any) -> None:
    """The audit entry of something done about a visit, with the matters that it is about."""
    matters = list(visit.parts.filter(left_at=None).values_list("case_matter__matter", flat=True))
    told = {"inspection": visit.key, "matters": matters} | facts
    chain.append(case, act=act, actor=actor.label, at=at, facts=told)
