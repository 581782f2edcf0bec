"""Deterministic CBOR: the same bytes as an independent encoder, and nothing else is read."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.coding.cbor import Malformed, decode, encode

WHOLE = st.integers(-(2**63), 2**63)
LEAVES = st.none() | WHOLE | st.binary(max_size=300) | st.text(max_size=80)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WHOLE, inner, max_size=4), max_leaves=8
)
WRONG = {
    "empty": "",
    "left over": "0000",
    "indefinite array": "9f01ff",
    "indefinite map": "bf0101ff",
    "indefinite text": "7f6161ff",
    "longer than needed": "1801",
    "longer than needed, two bytes": "190001",
    "longer length of a text": "780161" + "61",
    "repeated key": "a201010102",
    "unsorted keys": "a202010101",
    "key that is a text": "a1616101",
    "tag": "c101",
    "float": "f90000",
    "true": "f5",
    "undefined": "f7",
    "break": "ff",
    "reserved length": "1c",
    "cut off": "1901",
    "text that is not UTF-8": "61ff",
    "huge array": "9bffffffffffffffff",
    "huge bytes": "5bffffffffffffffff",
    "deep": "81" * 100 + "00",
}


def depth(value: object) -> int:
    inner = list(value) if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return 1 + max(map(depth, inner), default=0)


@given(VALUES.filter(lambda value: depth(value) <= 6))
def test_what_is_written_is_read_back_and_is_what_others_write(value: object) -> None:
    data = encode(value)
    assert decode(data) == value
    assert data == cbor2.dumps(value, canonical=True) or isinstance(value, list | dict)
    assert cbor2.loads(data) == value


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_any_other_encoding_is_refused(wrong: str) -> None:
    with pytest.raises(Malformed):
        decode(bytes.fromhex(wrong))


@given(st.binary(max_size=60))
def test_any_bytes_are_either_refused_or_the_one_encoding(data: bytes) -> None:
    try:
        value = decode(data)
    except Malformed:
        return
    assert encode(value) == data
