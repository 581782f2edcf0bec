"""What comes first (R1.31): a matter whose own law asks for another permit is not granted before that one, parallel or not.

Which matter needs which is the catalogue's; here only those count that this case applies for. What was obtained before is proved
by a material. Whoever waits for another department's decision is told of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from permits import messages
from permits.documents import Parcel
from permits.models import Case, CaseMatter

EVENT = "prerequisite_over"


class Standing(StrEnum):
    """How far it is with what comes first."""

    NONE = ""
    """The matter waits for nothing in this case."""
    OPEN = "open"
    GRANTED = "granted"
    """All of it was granted: the matter can be granted too."""
    BARRED = "barred"
    """Some of it was refused, or its permit has ended: the matter cannot be granted any more."""


def of(case: Case, row: CaseMatter, everything: Iterable[CaseMatter]) -> list[CaseMatter]:
    """The matters of the case that come before this one, withdrawn ones aside; no statement."""
    wanted = case.own_catalogue.matters[row.matter].prerequisites
    if not wanted:
        return []
    return [one for one in everything if one.matter in wanted and one.state != CaseMatter.State.WITHDRAWN]


def stands(first: CaseMatter) -> bool:
    """Whether what comes first was granted and its permit has not ended since."""
    return first.state == CaseMatter.State.GRANTED and first.permit_ended_at is None


def standing(first: Sequence[CaseMatter]) -> Standing:
    """What the matters that come first mean for the one that waits for them."""
    if not first:
        return Standing.NONE
    if any(not stands(one) and not one.is_undecided for one in first):
        return Standing.BARRED
    return Standing.GRANTED if all(stands(one) for one in first) else Standing.OPEN


def require_granted(case: Case, rows: Sequence[CaseMatter], everything: Sequence[CaseMatter]) -> None:
    """Nothing is granted before its prerequisites in the same case are, or together with them. A refusal needs none of them."""
    together = {row.matter for row in rows}
    for row in rows:
        missing = [one for one in of(case, row, everything) if not stands(one) and one.matter not in together]
        if missing:
            raise RuleViolation(
                "prerequisite_open",
                _("“%(name)s”须在下列事项准予之后才能准予：%(missing)s")
                % {"name": row.name, "missing": "、".join(f"{one.name}（{one.state_words()}）" for one in missing)},
                field="matters",
                rule="R1.31",
            )


def told(case: Case, rows: Sequence[CaseMatter], everything: Sequence[CaseMatter], at: datetime) -> list[Parcel]:
    """The messages to the departments whose open matters waited for one of these, which have just been decided or withdrawn:
    one for those that stand alike. Nothing, and no statement, where nobody waited."""
    over = {row.matter for row in rows}
    waiting = [
        (row, of(case, row, everything))
        for row in everything
        if row.is_undecided and over.intersection(case.own_catalogue.matters[row.matter].prerequisites)
    ]
    parcels = []
    for (still, barred), group in groupby(sorted(waiting, key=_left), key=_left):
        alike = [row.matter for row, _first in group]
        said = {"first": [row.matter for row in rows], "how": str(rows[0].state), "still": still, "barred": barred}
        parcels.append(messages.told(case, EVENT, alike[0], at=at, matters=alike, **said))
    return parcels


def _left(waiting: tuple[CaseMatter, Sequence[CaseMatter]]) -> tuple[list[str], list[str]]:
    """Of what comes before a matter: what is still open, and what forbids to grant it."""
    _row, first = waiting
    still = [one.matter for one in first if one.is_undecided]
    return still, [one.matter for one in first if not one.is_undecided and not stands(one)]
