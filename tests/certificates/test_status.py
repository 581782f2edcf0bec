"""What holds: items on a day, and the licence as a total function of its items."""

from datetime import date
from itertools import combinations_with_replacement

import pytest

from certificates.models import LicenceItem
from certificates.status import RECORDED, ItemState, LicenceState, licence_state, next_to_end, state_on

BEGIN, END = date(2026, 3, 1), date(2031, 2, 28)
COMBINATIONS = [states for n in range(5) for states in combinations_with_replacement(ItemState, n)]


@pytest.mark.parametrize("states", COMBINATIONS, ids=lambda states: "+".join(states) or "none")
def test_r1_13_every_combination_of_items_has_one_state(states: tuple[ItemState, ...]) -> None:
    valid = states.count(ItemState.VALID)
    if not states:
        expected = LicenceState.NOT_VALID
    elif valid == len(states):
        expected = LicenceState.VALID
    elif valid:
        expected = LicenceState.PARTLY_VALID
    elif set(states) == {ItemState.CANCELLED}:
        expected = LicenceState.CANCELLED
    else:
        expected = LicenceState.NOT_VALID
    assert licence_state(states) is expected
    assert licence_state(reversed(states)) is expected


@pytest.mark.parametrize("state", RECORDED)
@pytest.mark.parametrize("on", [date(2026, 2, 28), BEGIN, END, date(2031, 3, 1)])
def test_r1_15_an_item_lapses_by_its_own_date(state: ItemState, on: date) -> None:
    found = state_on(state, BEGIN, END, on)
    if state in (ItemState.VALID, ItemState.SUSPENDED) and on > END:
        assert found is ItemState.EXPIRED
    elif state is ItemState.VALID and on < BEGIN:
        assert found is ItemState.NOT_BEGUN
    else:
        assert found is state


def test_an_item_without_end_never_expires() -> None:
    assert state_on("valid", BEGIN, None, date(2199, 1, 1)) is ItemState.VALID


@pytest.mark.parametrize(
    ("holding", "first"),
    [
        ([], None),
        ([("a", date(2031, 1, 1))], None),
        ([("a", None), ("b", None)], None),
        ([("a", None), ("b", date(2031, 1, 1))], "b"),
        ([("a", date(2031, 1, 2)), ("b", date(2031, 1, 1)), ("c", None)], "b"),
        ([("a", date(2031, 1, 1)), ("b", date(2031, 1, 1))], "a"),
    ],
)
def test_r1_15_what_ends_first_of_several_is_named(holding: list[tuple[str, date | None]], first: str | None) -> None:
    assert next_to_end(holding) == first


def test_rows_and_rules_know_the_same_states() -> None:
    assert [str(state) for state in RECORDED] == list(LicenceItem.State.values)
