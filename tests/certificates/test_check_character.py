"""The check character behind a number: ISO 7064 MOD 37,36, as electronic licences' identifiers have it (GB/T 36904)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import check_character

NUMBER = "沪长综许〔2026〕000123号"
SIGNS = st.text(check_character.ALPHABET, min_size=4, max_size=40)


@pytest.mark.parametrize(
    ("identifier", "check"),
    [
        ("11100000000013338W011.11430000006122244L.20230000403.001", "U"),
        ("11100000000013338W032.11220000013544541J.2430599.001", "F"),
        ("11100000MB03271699022.340100.000000016.001", "9"),
        ("11100000000013338W009.11330105002500287C.2025052201.002", "0"),
    ],
)
def test_identifiers_seen_in_the_world_have_this_character(identifier: str, check: str) -> None:
    assert check_character.of(identifier) == check


@given(SIGNS, st.data())
def test_every_single_wrong_sign_is_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(sorted(set(check_character.ALPHABET) - {number[place]})))
    changed = number[:place] + other + number[place + 1 :]
    assert check_character.of(changed) != check_character.of(number)


def test_nearly_all_digits_that_changed_places_are_found() -> None:
    pairs = [(one, other) for one in "0123456789" for other in "0123456789" if one != other]
    found = sum(check_character.of(f"2026{a}{b}7") != check_character.of(f"2026{b}{a}7") for a, b in pairs)
    assert (found, len(pairs)) == (88, 90)


@pytest.mark.parametrize(
    "typed", ["{n}{c}", "{n} {c}", "{n} 校验码 {c}", "{n}校验码：{c}", "沪长综许[2026] 000123 号 校验码{c}"]
)
def test_it_may_be_typed_behind_the_number(typed: str) -> None:
    text = typed.format(n=NUMBER, c=check_character.of(NUMBER).lower())
    assert check_character.split(text) == (NUMBER, check_character.of(NUMBER))
    assert check_character.fits(text)
    assert not check_character.fits(text[:-1] + "0")


@pytest.mark.parametrize("text", [NUMBER, "", "沪长综许", "7KQ2M4XWZD", "长-2026-5"])
def test_what_has_none_is_left_as_it_is(text: str) -> None:
    assert check_character.split(text) == (text, "")
    assert check_character.fits(text)
