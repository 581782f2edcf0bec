"""What comes first (R1.31): a matter whose own law asks for another permit is not granted before that one, parallel or not.

Which matter needs which is the catalogue's; here only those count that this case applies for. What was obtained before is proved
by a material.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from permits.models import Case, CaseMatter


def of(case: Case, row: CaseMatter, everything: Iterable[CaseMatter]) -> list[CaseMatter]:
    """The matters of the case that come before this one, withdrawn ones aside; no statement."""
    wanted = case.own_catalogue.matters[row.matter].prerequisites
    if not wanted:
        return []
    return [one for one in everything if one.matter in wanted and one.state != CaseMatter.State.WITHDRAWN]


def require_granted(case: Case, rows: Sequence[CaseMatter], everything: Sequence[CaseMatter]) -> None:
    """Nothing is granted before its prerequisites in the same case are, or together with them. A refusal needs none of them."""
    together = {row.matter for row in rows}
    for row in rows:
        missing = [
            one
            for one in of(case, row, everything)
            if one.state != CaseMatter.State.GRANTED and one.matter not in together
        ]
        if missing:
            raise RuleViolation(
                "prerequisite_open",
                _("“%(name)s”须在下列事项准予之后才能准予：%(missing)s")
                % {"name": row.name, "missing": "、".join(f"{one.name}（{one.state_words()}）" for one in missing)},
                field="matters",
                rule="R1.31",
            )
