"""The public register: which licences there are, and how they stand today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from certificates import check_character
from certificates.holder import public_uscc
from certificates.models import Licence
from certificates.status import LicenceState, licence_state
from certificates.verifying import standing
from certificates.verifying.standing import Standing


@dataclass(frozen=True)
class Row:
    """A line of the register."""

    licence: Licence
    name: str
    uscc: str
    items: tuple[str, ...]
    state: LicenceState


def found(words: str, industry: str) -> QuerySet[Licence]:
    """Licences whose holder's name has the words, or whose number or credit code they are; within an industry.

    A credit code must be given whole: nobody lists people by pieces of a number.
    """
    licences = Licence.objects.select_related("enterprise").prefetch_related("items")
    if words:
        tidy, _check = check_character.split(words)
        licences = licences.filter(
            Q(enterprise__name__icontains=words.strip()) | Q(number__contains=tidy) | Q(enterprise__uscc=tidy.upper())
        )
    if industry:
        licences = licences.annotate(industries_text=Cast("case__industries", TextField()))
        licences = licences.filter(industries_text__contains=f'"{industry}"')
    return licences


def rows(licences: Sequence[Licence], on: date) -> list[Row]:
    """The lines of a page, with each licence's state on a day."""
    stand = standing.on_day((item for licence in licences for item in licence.items.all()), on)
    return [_row(licence, stand) for licence in licences]


def _row(licence: Licence, stand: Mapping[int, Standing]) -> Row:
    items = list(licence.items.all())
    return Row(
        licence=licence,
        name=licence.enterprise.name,
        uscc=public_uscc(licence.enterprise.uscc),
        items=tuple(item.name for item in items),
        state=licence_state(stand[item.pk].state for item in items),
    )
