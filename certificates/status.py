"""What holds: an item's state on a day, and the licence's state as a total function of its items (R1.5, R1.13, R1.17).

Pure: the day is an argument. The licence has no state of its own and no term of its own.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class ItemState(StrEnum):
    """An item's recorded state; five of them end it by different legal acts (R2.33)."""

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    REVOKED_AS_PENALTY = "revoked_as_penalty"
    CANCELLED = "cancelled"
    NOT_BEGUN = "not_begun"
    """Never recorded: a valid item on a day before its term begins."""


class LicenceState(StrEnum):
    """What the container says: derived, never stored."""

    VALID = "valid"
    PARTLY_VALID = "partly_valid"
    NOT_VALID = "not_valid"
    CANCELLED = "cancelled"


RECORDED = tuple(state for state in ItemState if state is not ItemState.NOT_BEGUN)
"""The states that a row may have, in the order of their numbers in codes and status lists (valid is 0)."""


def state_on(state: ItemState | str, valid_from: date, valid_to: date | None, on: date) -> ItemState:
    """The item's state on a day, also before the nightly job has run. `valid_to` is the last valid day; None: no end.

    A term that is over shows as expired for what was valid or suspended; every other ending keeps its own name.
    """
    recorded = ItemState(state)
    if recorded not in (ItemState.VALID, ItemState.SUSPENDED):
        return recorded
    if valid_to is not None and on > valid_to:
        return ItemState.EXPIRED
    if recorded is ItemState.VALID and on < valid_from:
        return ItemState.NOT_BEGUN
    return recorded


def licence_state(states: Iterable[ItemState | str]) -> LicenceState:
    """All items valid: valid; some: partly valid; all cancelled: cancelled; else, also without any item: not valid."""
    known = [ItemState(state) for state in states]
    valid = sum(state is ItemState.VALID for state in known)
    if known and valid == len(known):
        return LicenceState.VALID
    if valid:
        return LicenceState.PARTLY_VALID
    if known and all(state is ItemState.CANCELLED for state in known):
        return LicenceState.CANCELLED
    return LicenceState.NOT_VALID


def next_to_end(holding: Iterable[tuple[T, date | None]]) -> T | None:
    """Of what holds now, each with its last day, whatever ends first (R1.15); None where nothing has a term, or it stands alone."""
    known = list(holding)
    ending = [(last, place) for place, (_one, last) in enumerate(known) if last is not None]
    return known[min(ending)[1]][0] if len(known) > 1 and ending else None
