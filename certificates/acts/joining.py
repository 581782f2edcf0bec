"""What a licence takes in of permits that were held before (R1.10): a row in its case, the item on the licence.

A permit of this system moves with its whole record: the item keeps number, term, state and its key, its life goes on in the
case of the licence. One that was declared becomes an item with what its department confirmed. Nothing is decided anew.

Whoever acts on a permit locks its item's row first, and never another case: so nobody moves it meanwhile, and nobody waits
in a circle.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from audit.rows import insert_rows, update_rows
from certificates.models import ActProposal, Licence, LicenceItem
from permits.models import Case, CaseMatter, HeldPermit, Section

REGISTER, DECLARED = CaseMatter.MergedFrom.REGISTER, CaseMatter.MergedFrom.DECLARED


def confirmed(case: Case) -> int:
    """How many permits wait to join the licence of a held case; what has ended meanwhile does not count."""
    return int(case.__dict__["merging"])


def waiting(case: Case) -> int:
    """How many were confirmed, whatever became of them: what the last decision counted on may have ended since."""
    return HeldPermit.objects.filter(case=case, state=HeldPermit.State.CONFIRMED).count()


def join(case: Case, licence: Licence, *, first: int, at: datetime, least: int = 0) -> list[LicenceItem]:
    """Put the confirmed permits of a held case on its licence, on the places from `first` on.

    What has ended since it was confirmed stays where it is, unless the licence needs it to have `least` items: then it ended
    while the licence was being made, and comes struck, as if it had ended a moment later (R1.17).
    """
    every = list(HeldPermit.objects.filter(case=case, state=HeldPermit.State.CONFIRMED).order_by("pk"))
    held_items = _items_of(every)
    # Read after the items are locked: whether a source has ended does not change from here on.
    sources = CaseMatter.objects.in_bulk([one.source_id for one in every if one.source_id])
    for one in every:
        one.source = sources.get(one.source_id) if one.source_id else None
    standing = [one for one in every if one.source is None or one.source.permit_ended_at is None]
    joining = every if len(standing) < least else standing
    if not joining:
        return []
    rows = _rows(case, joining, at)
    items = [
        _moved(held_items[one.source_id], row, licence, place) if one.source_id else _taken_in(one, row, licence, place)
        for place, (one, row) in enumerate(zip(joining, rows, strict=True), first)
    ]
    insert_rows([item for item in items if item.pk is None])
    moved = [held_items[one.source_id] for one in joining if one.source_id]
    update_rows(moved, MOVED_COLUMNS)
    _leave_behind([one.source for one in joining if one.source], at)
    _take_along(case, moved)
    for one in joining:
        one.merge()
    update_rows(joining, ["state"])
    return items


MOVED_COLUMNS = ["case_matter", "licence", "position"]


def _items_of(joining: Sequence[HeldPermit]) -> dict[int, LicenceItem]:
    """The items of permits of ours by their matter's row, locked."""
    rows = [one.source_id for one in joining if one.source_id]
    locked = LicenceItem.objects.select_for_update(of=("self",)).filter(case_matter__in=rows)
    return {item.case_matter_id: item for item in locked.select_related("body")}


def _rows(case: Case, joining: Sequence[HeldPermit], at: datetime) -> list[CaseMatter]:
    """A row of the case for each, in its own department's section; it has no limits, since there was nothing to decide, and
    holds here from the day on which it joins. Its own dates are its item's."""
    sections = {section.body_id: section for section in case.sections.all()}
    new = {one.body_id: Section(case=case, body_id=one.body_id, opened_at=at) for one in joining}
    new = {code: section for code, section in new.items() if code not in sections}
    insert_rows(list(new.values()))
    sections |= new
    last, today = case.matters.aggregate(last=Max("position"))["last"], timezone.localtime(at).date()
    known = case.own_catalogue.matters
    rows = [
        CaseMatter(
            case=case,
            section=sections[one.body_id],
            matter=one.matter,
            name=one.name,
            kind=one.kind,
            position=last + place,
            statutory_days=0,
            promised_days=0,
            day_type="working",
            validity_years=known[one.matter].validity_years,
            decided_on=today,
            ended_at=at,
            permit_number=one.number,
            scope=one.scope,
            valid_from=min(today, one.valid_to or today),
            valid_to=one.valid_to,
            merged_from=REGISTER if one.is_ours else DECLARED,
            permit_ended_at=one.source.permit_ended_at if one.source else None,
        )
        for place, one in enumerate(joining, 1)
    ]
    for row in rows:
        row.grant()
        row.two_persons = known[row.matter].two_persons  # for the acts of its life; the grant was elsewhere
    insert_rows(rows)
    return rows


def _moved(item: LicenceItem, row: CaseMatter, licence: Licence, place: int) -> LicenceItem:
    item.case_matter, item.licence, item.position = row, licence, place
    return item


def _taken_in(one: HeldPermit, row: CaseMatter, licence: Licence, place: int) -> LicenceItem:
    return LicenceItem(
        licence=licence,
        case_matter=row,
        matter=one.matter,
        name=one.name,
        body=one.body,
        position=place,
        number=one.number,
        scope=one.scope,
        granted_on=one.granted_on,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
    )


def _leave_behind(sources: Sequence[CaseMatter], at: datetime) -> None:
    """The rows in whose place others stand now."""
    for row in sources:
        row.moved_at = at
    update_rows(list(sources), ["moved_at"])


def _take_along(case: Case, items: Sequence[LicenceItem]) -> None:
    """What was proposed against a permit since it was confirmed is answered where the permit is now."""
    if not items:
        return
    waiting = list(ActProposal.objects.filter(item__in=items, state=ActProposal.State.PROPOSED))
    for proposal in waiting:
        proposal.case = case
    update_rows(waiting, ["case"])
