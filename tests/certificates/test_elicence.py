"""The electronic licence's identifier (GB/T 36904): identifiers of other authorities, and our own."""

import pytest

from certificates import check_character, elicence
from certificates.signers import checks
from certificates.status import ItemState, LicenceState

KIND, ISSUER = "11310105MB0000000N901", "11310105MB0000000N"
LIVE = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
]


@pytest.mark.parametrize("text", LIVE)
def test_r4_1_identifiers_in_use_hold(text: str) -> None:
    assert elicence.holds(text)
    assert not elicence.holds(text[:-1] + ("A" if text[-1] != "A" else "B"))
    assert not elicence.holds(text.replace(".001.", ".003.").replace(".002.", ".003."))


def test_r4_1_an_identifier_in_use_is_made_again() -> None:
    made = elicence.identifier(
        kind="11100000000013338W011", issuer="11430000006122244L", number="湘〔2023〕0000403号", version=1
    )
    assert made == LIVE[0]


def test_r4_1_every_version_has_its_own_and_a_short_number_is_filled_up() -> None:
    first, second = (elicence.identifier(kind=KIND, issuer=ISSUER, number="第12号", version=n) for n in (1, 2))
    assert first != second
    assert ".0000012.001." in first
    assert ".0000012.002." in second


@pytest.mark.parametrize("number", ["", "沪长综许〔2026〕000123号", "a-b_c.d", "9" * 60, "１２３", "\n"])
def test_what_is_made_holds(number: str) -> None:
    made = elicence.identifier(kind=KIND, issuer=ISSUER, number=number, version=999)
    assert elicence.holds(made)
    assert check_character.of("".join(made.split(".")[5:-1])) == made[-1]


def test_codes_of_another_length_are_refused(settings: object) -> None:
    with pytest.raises(ValueError):
        elicence.identifier(kind=KIND[:-1], issuer=ISSUER, number="1", version=1)
    assert checks.identifiers_can_be_made() == []
    settings.LICENCE_ISSUER_CODE = "310105"  # type: ignore[attr-defined]
    assert [found.id for found in checks.identifiers_can_be_made()] == ["certificates.E002"]


def test_r4_2_every_state_has_its_number() -> None:
    assert set(elicence.STATES) == set(ItemState)
    assert set(elicence.LICENCE_STATES) == set(LicenceState)
    assert (elicence.STATES[ItemState.REVOKED], elicence.STATES[ItemState.WITHDRAWN]) == ("03", "99")
