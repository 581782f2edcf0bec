"""How permits stand on a day although no nightly run came by: what the law has settled at midnight holds from then on.

A suspension ends with its last day (R2.33); a renewal that was applied for in time and not decided is granted with the last day
of the term (R2.30). The paper and the next version follow with the run.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from certificates.acts import renewing
from certificates.models import ApplicationPart, LicenceItem
from certificates.status import ItemState, state_on


class Standing(NamedTuple):
    """A permit's state on the day, and its last day; None without end."""

    state: ItemState
    valid_to: date | None


def on_day(items: Iterable[LicenceItem], on: date) -> Mapping[int, Standing]:
    """By the permits' keys. Asks nothing but where a term is over and no end was recorded."""
    every = list(items)
    over = [item for item in every if item.ended_on is None and item.valid_to is not None and item.valid_to < on]
    renewed = _renewed_by_silence(over) if over else {}
    return {item.pk: _standing(item, renewed.get(item.pk, item.valid_to), on) for item in every}


def _standing(item: LicenceItem, valid_to: date | None, on: date) -> Standing:
    until = item.suspended_until
    is_over = item.state == ItemState.SUSPENDED and until is not None and until < on
    return Standing(state_on(ItemState.VALID if is_over else item.state, item.valid_from, valid_to, on), valid_to)


def _renewed_by_silence(over: list[LicenceItem]) -> dict[int, date]:
    """The new last days of those whose renewal nobody decided in time."""
    parts = ApplicationPart.objects.filter(
        item__in=over, application__kind=renewing.RENEWAL, state=ApplicationPart.State.PENDING
    )
    return {part.item_id: renewing.next_end(part.item) for part in parts.select_related("item__case_matter")}
