"""Which permits of this system a case can name for its combined licence, and when (R1.10).

All of the same business at the same premises that stand alone and are in force: while the case applies for something, or for a
change of its licence. A licence that stands also takes in what its holder has obtained since, whatever it was applied for with.

What stands on a licence stays there: no permit leaves a licence while it is in force (R1.17), a licence that is hung up goes on
saying what it says, and one shop is not left with two halves. It is the new permit that joins (docs/decisions/0029).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from certificates import life
from certificates.models import HolderApplication, Licence, LicenceItem
from permits.delivery import PREMISES
from permits.merged_form.form import notice_of
from permits.models import Case, FormEntry, HeldPermit


@dataclass(frozen=True, slots=True)
class AtPremises:
    """What the business holds at the premises of a case besides what the case is about."""

    joinable: list[LicenceItem]
    """What the case can name now."""
    on_others: list[LicenceItem]
    """What stands on another combined licence, with that licence and its case."""


def at_premises(case: Case, today: date) -> AtPremises:
    """The permits in force of the business at the premises of the case, in other cases; none of a matter that the case is about,
    none that is named already."""
    found = LicenceItem.objects.filter(case_matter__case__enterprise=case.enterprise_id, ended_on=None)
    items = list(
        found.exclude(case_matter__case=case).select_related("body", "case_matter", "licence__case").order_by("pk")
    )
    named = {one.source_id for one in HeldPermit.objects.going_on().filter(case__enterprise=case.enterprise_id)}
    here, taken = premises_of(case), matters_of(case)
    places = _premises([item.case_matter.case_id for item in items])
    known = [
        item
        for item in items
        if item.case_matter_id not in named
        and item.matter not in taken
        and here
        and places.get(item.case_matter.case_id) == here
        and life.state_now(item, today) in life.HOLDING
    ]
    alone = [item for item in known if item.licence_id is None]
    return AtPremises(_nameable(case, alone, today), [item for item in known if item.licence_id is not None])


def applies(case: Case, today: date) -> bool:
    """Whether the case is one in which permits are named: a draft, under way, or with a change of its licence (R1.10)."""
    return case.state == Case.State.DRAFT or case.is_open or _is_changing(case, today)


def _is_changing(case: Case, today: date) -> bool:
    """Whether the holder of a licence applies for a change: one waits for a decision, or was filed today."""
    if not hasattr(case, "licence"):
        return False
    changes = HolderApplication.objects.filter(case=case, kind=HolderApplication.Kind.CHANGE)
    return changes.filter(filed_on=today).exists() or changes.filter(parts__state="pending").exists()


def _nameable(case: Case, alone: list[LicenceItem], today: date) -> list[LicenceItem]:
    """All of them while the case applies; else what was granted since the licence of the case stands, as long as that holds
    something: with nothing left on it there is no combined licence to join (R1.11)."""
    if not alone or applies(case, today):
        return alone
    licence = getattr(case, "licence", None)
    if licence is None or not any(life.state_now(item, today) in life.HOLDING for item in licence.items.all()):
        return []
    return [item for item in alone if item.granted_on >= licence.issued_on]


def licence_to_join(case: Case, today: date) -> Licence | None:
    """The combined licence of the same shop that the single permits of an ended case can join, the newest; of an open case, and of
    one with a licence of its own, none."""
    if case.state != Case.State.CLOSED_SINGLE:
        return None
    others = at_premises(case, today).on_others
    newer = [item.licence for item in others if item.licence and item.licence.issued_on <= _granted_on(case)]
    return max(newer, key=lambda licence: licence.pk, default=None)


def _granted_on(case: Case) -> date:
    """The day of the newest grant of a case."""
    return max(
        LicenceItem.objects.filter(case_matter__case=case).values_list("granted_on", flat=True), default=date.min
    )


def premises_of(case: Case) -> str:
    """Where the case is about, as its form says; empty while it does not."""
    return _premises([case.pk]).get(case.pk, "")


def _premises(cases: Sequence[int]) -> dict[int, str]:
    rows = FormEntry.objects.filter(case__in=cases, field=PREMISES).values_list("case", "value")
    return {case: str(value).strip() for case, value in rows if value}


def matters_of(case: Case) -> set[str]:
    """What the case applies for, or holds, itself."""
    rows = set(case.matters.values_list("matter", flat=True))
    return rows or {entry.id for entry in notice_of(case).matters}
