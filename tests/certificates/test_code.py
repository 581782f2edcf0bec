"""The code: small, readable by anybody, and nothing but what we signed is accepted."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import code
from certificates.code import Forged, Refused, Unknown
from certificates.coding import packing
from certificates.coding.cbor import decode, encode
from certificates.coding.packing import CodeItem, Content, tail_of
from certificates.signers.signing import KeySigner, VerifyingKey, make_private_key
from certificates.status import RECORDED
from tests.certificates.factories import content

SITE = "https://yyyz.example.gov.cn"
Keys = Mapping[bytes, VerifyingKey]
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30)
ITEMS = st.builds(
    CodeItem,
    position=st.just(1),
    matter=st.sampled_from(["m_food_license", "m_new_matter", "m_parking"]),
    department=st.sampled_from(["dept_mrb", "dept_new", "dept_commerce"]),
    valid_from=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    valid_to=st.none() | st.dates(date(2030, 1, 1), date(2060, 1, 1)),
    tail=st.none() | st.integers(0, 999_999),
    state=st.sampled_from(RECORDED),
)
CONTENTS = st.builds(
    Content,
    number=NAMES,
    version=st.integers(1, 999),
    holder=NAMES,
    uscc=st.sampled_from(["91310105MA1FW00290", "3101051990****1234", "short"]),
    issued_at=st.datetimes(datetime(2020, 1, 2), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
    seat=st.integers(1, 10**9),
    items=st.lists(ITEMS, min_size=1, max_size=12).map(
        lambda items: tuple(replace(item, position=n) for n, item in enumerate(items, 1))
    ),
)


def test_six_items_take_no_more_than_260_bytes(signer: KeySigner) -> None:
    assert len(code.seal(content(6), signer)) <= 260


@given(CONTENTS)
def test_what_is_sealed_is_what_is_verified(signer: KeySigner, known: Keys, said: Content) -> None:
    url = code.to_url(SITE, "7KQ2M4XWZD", code.seal(said, signer))
    parsed = code.parse(url)
    assert parsed.code == "7KQ2M4XWZD"
    assert code.verify(parsed, known) == said
    assert code.verify(code.parse(url.partition("#")[2]), known) == said


def test_eddsa_works_the_same_way() -> None:
    signer = KeySigner(make_private_key("EdDSA"))
    key = VerifyingKey(signer.kid, signer.algorithm, signer.private.public_key(), datetime(2020, 1, 1, tzinfo=UTC))
    digits = code.to_digits(code.seal(content(), signer))
    assert code.verify(code.parse(digits), {key.kid: key}) == content()


def test_a_code_that_could_not_be_read_back_is_not_made(signer: KeySigner) -> None:
    with pytest.raises(ValueError):
        code.seal(content(holder="店\n名"), signer)
    with pytest.raises(ValueError):
        code.seal(replace(content(), seat=0), signer)


# Every change is found.


def refused(raw: bytes, keys: Keys) -> bool:
    """Whether the bytes are refused, and by nothing but a refusal."""
    try:
        code.verify(code.parse(code.to_digits(raw)), keys)
    except Refused:
        return True
    return False


def test_every_flipped_byte_is_found(signer: KeySigner, known: Keys) -> None:
    raw = code.seal(content(), signer)
    for place in range(len(raw)):
        for mask in (0x01, 0x80, 0xFF):
            changed = bytearray(raw)
            changed[place] ^= mask
            assert refused(bytes(changed), known), (place, mask)


def test_every_changed_digit_is_found(signer: KeySigner, known: Keys) -> None:
    digits = code.to_digits(code.seal(content(), signer))
    for place, digit in enumerate(digits):
        other = digits[:place] + str((int(digit) + 1) % 10) + digits[place + 1 :]
        with pytest.raises(Refused):
            code.verify(code.parse(other), known)


def test_mutations_raise_nothing_but_refusals(signer: KeySigner, known: Keys) -> None:
    chance = random.Random(20260226)
    raw = code.seal(content(), signer)
    for _ in range(4000):
        changed = bytearray(raw)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed))
            match chance.randrange(4):
                case 0:
                    changed[place] = (changed[place] + chance.randint(1, 255)) % 256
                case 1:
                    del changed[place]
                case 2:
                    changed.insert(place, chance.randrange(256))
                case 3:
                    changed[place:place] = changed[: chance.randrange(1, 40)]
        if bytes(changed) != raw:
            assert refused(bytes(changed), known)


@given(st.text(max_size=200) | st.text("0123456789", max_size=1500) | st.binary(max_size=200).map(code.to_digits))
def test_any_text_is_refused_quietly(known: Keys, text: str) -> None:
    with pytest.raises(Refused):
        code.verify(code.parse(text), known)


# Forgeries with a key in hand, and without.


def resign(signer: KeySigner, payload: bytes, *, header: Any = None, unprotected: Any = None) -> bytes:
    protected = encode({1: signer.algorithm, 4: signer.kid} if header is None else header)
    signature = signer.sign(code.to_be_signed(protected, payload))
    return b"\xd2" + encode([protected, unprotected or {}, payload, signature])


FIELDS: Any = packing.pack(content())
FIRST: Any = FIELDS[8][1]
WRONG_FIELDS: dict[str, Any] = {
    "another format": {1: 2},
    "a status list's format": {1: 100},
    "one key more": {9: 1},
    "number is bytes": {2: b"x"},
    "version zero": {3: 0},
    "version huge": {3: 10**6},
    "name is null": {4: None},
    "name of 101 signs": {4: "店" * 101},
    "name with a control sign": {4: "店\u0000"},
    "credit code of 11 bytes": {5: b"x" * 11},
    "credit code beyond its alphabet": {5: b"\xff" * 12},
    "time below zero": {6: -1},
    "time beyond all": {6: 2**62},
    "seat zero": {7: 0},
    "no items": {8: {}},
    "items in a list": {8: list(FIELDS[8].values())},
    "position zero": {8: {0: FIRST}},
    "item too short": {8: {1: FIRST[:3]}},
    "item too long": {8: {1: [*FIRST, None, 1, 1]}},
    "matter beyond the table": {8: {1: [999, *FIRST[1:]]}},
    "matter that is no id": {8: {1: ["<script>", *FIRST[1:]]}},
    "new matter without department": {8: {1: ["m_new", *FIRST[1:]]}},
    "begins in another age": {8: {1: [FIRST[0], 10**7, *FIRST[2:]]}},
    "ends before it begins": {8: {1: [*FIRST[:2], -1, FIRST[3]]}},
    "tail of seven digits": {8: {1: [*FIRST[:3], 10**6]}},
    "state of nobody": {8: {1: [*FIRST, None, 99]}},
    "valid written out": {8: {1: [*FIRST, None, 0]}},
    "usual department written out": {8: {1: [*FIRST, 2]}},
}
WRONG_PAYLOADS = {name: encode(FIELDS | change) for name, change in WRONG_FIELDS.items()} | {
    "no number": encode({key: value for key, value in FIELDS.items() if key != 2}),
    "not a map": encode([1, 2]),
    "a text": encode("licence"),
    "nothing": b"",
}


@pytest.mark.parametrize("name", WRONG_PAYLOADS)
def test_even_a_good_signature_does_not_carry_a_wrong_content(signer: KeySigner, known: Keys, name: str) -> None:
    with pytest.raises(Forged):
        code.verify(code.parse_bytes(resign(signer, WRONG_PAYLOADS[name])), known)


def test_dates_changed_without_the_key(signer: KeySigner, known: Keys) -> None:
    parts = decode(code.seal(content(), signer)[1:])
    later = replace(content(), items=tuple(replace(item, valid_to=date(2041, 1, 1)) for item in content().items))
    forged = b"\xd2" + encode([parts[0], {}, encode(packing.pack(later)), parts[3]])
    with pytest.raises(Forged, match="signature"):
        code.verify(code.parse_bytes(forged), known)


def test_the_algorithm_belongs_to_the_key(signer: KeySigner, known: Keys) -> None:
    payload = encode(packing.pack(content()))
    raw = resign(signer, payload, header={1: -8, 4: signer.kid})
    with pytest.raises(Forged, match="algorithm"):
        code.verify(code.parse_bytes(raw), known)


@pytest.mark.parametrize("header", [{}, {1: -7}, {4: b"12345678"}, {1: -7, 4: b"short"}, {1: "ES256", 4: b"12345678"}])
def test_a_header_without_key_or_algorithm_is_refused(signer: KeySigner, known: Keys, header: Any) -> None:
    with pytest.raises(Forged):
        code.parse_bytes(resign(signer, encode(packing.pack(content())), header=header))


def test_what_stands_outside_the_signature_is_refused(signer: KeySigner) -> None:
    raw = resign(signer, encode(packing.pack(content())), unprotected={1: -7})
    with pytest.raises(Forged):
        code.parse_bytes(raw)


def test_a_key_nobody_knows(known: Keys) -> None:
    stranger = KeySigner(make_private_key("ES256"))
    with pytest.raises(Unknown):
        code.verify(code.parse_bytes(code.seal(content(), stranger)), known)


def test_a_stranger_under_our_key_id(signer: KeySigner, known: Keys) -> None:
    stranger = KeySigner(make_private_key("ES256"))
    raw = resign(stranger, encode(packing.pack(content())), header={1: -7, 4: signer.kid})
    with pytest.raises(Forged, match="signature"):
        code.verify(code.parse_bytes(raw), known)


def test_the_second_form_of_a_signature_is_refused(signer: KeySigner, known: Keys) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    parts = decode(code.seal(content(), signer)[1:])
    r, s = parts[3][:32], int.from_bytes(parts[3][32:], "big")
    other = b"\xd2" + encode([*parts[:3], r + (order - s).to_bytes(32, "big")])
    with pytest.raises(Forged, match="signature"):
        code.verify(code.parse_bytes(other), known)


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"\xff" * 64, b"\0" * 63, b"\1" * 70])
def test_signatures_that_are_none(signer: KeySigner, known: Keys, signature: bytes) -> None:
    parts = decode(code.seal(content(), signer)[1:])
    with pytest.raises(Forged):
        code.verify(code.parse_bytes(b"\xd2" + encode([*parts[:3], signature])), known)


def test_a_key_signs_only_in_its_time(signer: KeySigner, known: Keys) -> None:
    parsed = code.parse_bytes(code.seal(content(), signer))
    key = known[signer.kid]
    issued_at = content().issued_at
    with pytest.raises(Forged, match="key_time"):
        code.verify(parsed, {key.kid: replace(key, valid_from=issued_at + timedelta(days=1))})
    with pytest.raises(Forged, match="key_time"):
        code.verify(parsed, {key.kid: replace(key, retired_at=issued_at - timedelta(days=1))})
    assert code.verify(parsed, {key.kid: replace(key, retired_at=issued_at + timedelta(days=1))})


def test_what_comes_from_the_future_is_refused() -> None:
    code.check_moment(content(), content().issued_at)
    with pytest.raises(Forged, match="future"):
        code.check_moment(content(), content().issued_at - timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "0",
        "1",
        "9" * 1235,
        "1" * 1_000_000,
        "１２３４５" * 20,
        "٣" * 200,
        "-5",
        "1e400",
        "0x10",
        "javascript:1",
    ]
    + [f"{SITE}/v/#123", f"{SITE}/w/ABCDEFGHJK#123", f"{SITE}/v/ABCDEFGHJK#0123", f"{SITE}/v/ABC DEF#123"],
)
def test_texts_that_are_no_code(text: str) -> None:
    with pytest.raises(Forged):
        code.parse(text)


def test_leading_or_trailing_bytes_are_refused(signer: KeySigner, known: Keys) -> None:
    raw = code.seal(content(), signer)
    for other in (raw + b"\0", b"\1" + raw, raw[:-1], raw[1:], raw + raw, b"\xd2" + raw):
        assert refused(other, known)


@pytest.mark.parametrize(
    ("number", "tail"),
    [("长市场监管局准〔2026〕000123号", 123), ("JY13101050012345", 12345), ("无号", None), ("2026-7", 7)],
)
def test_the_tail_of_a_number_is_what_one_compares(number: str, tail: int | None) -> None:
    assert tail_of(number) == tail
