"""What a forger tries: every one of these must be refused, for this reason, by every verifier."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from certificates import code
from certificates.coding import packing
from certificates.coding.cbor import decode, encode
from certificates.coding.packing import Content
from certificates.signers import sm2
from tests.vectors.issuer import (
    AT,
    CHINESE,
    COMING,
    EDWARDS,
    ISSUED,
    LEAKED,
    MAIN,
    ORDER,
    RETIRED,
    SITE,
    STRANGER,
    Case,
    VectorSigner,
    licence,
    status_file,
    url,
    with_items,
)

RAW = code.seal(licence(), MAIN)
PROTECTED, _EMPTY, PAYLOAD, SIGNATURE = decode(RAW[1:])  # type: ignore[misc]
FIELDS: Any = packing.pack(licence())
FIRST: Any = FIELDS[8][1]
TAG = b"\xd2"


def message(*parts: Any) -> bytes:
    """A tagged message of these parts, whatever they are."""
    return TAG + encode(list(parts))


def signed(payload: bytes, *, signer: VectorSigner = MAIN, header: Any = None, unprotected: Any = None) -> bytes:
    """A message that was really signed, whatever stands in it."""
    protected = header if isinstance(header, bytes) else encode(header or {1: signer.algorithm, 4: signer.kid})
    return message(protected, unprotected or {}, payload, signer.sign(code.to_be_signed(protected, payload)))


def cases() -> Iterator[Case]:
    """All of them."""
    yield from texts()
    yield from structures()
    yield from headers_and_keys()
    yield from signatures()
    yield from spliced()
    yield from contents()
    yield from times()


def forged(name: str, raw: bytes, reason: str, *, at: datetime = AT) -> Case:
    return Case(name, url(raw), "forged", reason, at)


def texts() -> Iterator[Case]:
    """Texts that are no code, and digits that are no message."""
    digits = code.to_digits(RAW)
    for name, text in {
        "fragment without digits": f"{SITE}/v/7KQ2M4XWZD#",
        "letters in the digits": f"{url(RAW)}a",
        "a minus sign": f"{SITE}/v/7KQ2M4XWZD#-{digits}",
        "leading zero": f"{SITE}/v/7KQ2M4XWZD#0{digits}",
        "full-width digits": f"{SITE}/v/7KQ2M4XWZD#" + digits.translate({48 + n: 0xFF10 + n for n in range(10)}),
        "arabic digits": f"{SITE}/v/7KQ2M4XWZD#" + digits.translate({48 + n: 0x0660 + n for n in range(10)}),
        "digits in groups": f"{SITE}/v/7KQ2M4XWZD#{digits[:50]} {digits[50:]}",
        "another page": f"{SITE}/w/7KQ2M4XWZD#{digits}",
        "small letters in the address": f"{SITE}/v/7kq2m4xwzd#{digits}",
        "a script's address": f"javascript:alert(1)//#{digits}",
        "a second address": f"{SITE}/v/7KQ2M4XWZD#{SITE}/v/7KQ2M4XWZD#{digits}",
        "a zero byte": f"{url(RAW)}\0",
        "a no-break space behind": f"{url(RAW)}\u00a0",
        "a joiner between": f"{SITE}/v/7KQ2M4XWZD#\u200d{digits}",
        "a page of somebody": "https://evil.example/menu",
        "a bracket for a host": "http://[evil",
    }.items():
        host = "://" in text and not text.startswith(f"{SITE}/v/")
        yield Case(name, text, "forged", "text", warnings=("other_address",) if host else ())
    yield Case("1,235 digits", f"{SITE}/v/7KQ2M4XWZD#{'9' * 1235}", "forged", "digits")
    yield Case("too long", f"{SITE}/v/7KQ2M4XWZD#{'9' * 2000}", "forged", "length")
    yield Case("40 digits that are nothing", "1" * 40, "forged", "structure")
    for name, other in {
        "a digit less": digits[:-1],
        "a digit more": f"{digits}0",
        "the digits backwards": digits[::-1].lstrip("0"),
        "the digits but one group": digits[:100] + digits[110:],
    }.items():
        yield Case(name, f"{SITE}/v/7KQ2M4XWZD#{other}", "forged", "structure")


def structures() -> Iterator[Case]:
    """Bytes that are not the one encoding of a signed message."""
    body = RAW[1:]
    deep = b"\x81" * 200 + b"\x00"
    for name, raw in {
        "a byte behind": RAW + b"\0",
        "a byte before": b"\1" + RAW,
        "twice": (RAW + RAW)[:512],
        "cut off": RAW[:-1],
        "without its tag": body,
        "with its tag twice": TAG + RAW,
        "another tag": b"\xd1" + body,
        "a tag around it": b"\xd8\x3d" + RAW,
        "three parts": message(PROTECTED, {}, PAYLOAD),
        "five parts": message(PROTECTED, {}, PAYLOAD, SIGNATURE, b""),
        "an array without a length": TAG + b"\x9f" + body[1:] + b"\xff",
        "a length too long": TAG + b"\x98\x04" + body[1:],
        "a text for bytes": message(PROTECTED, {}, "payload", SIGNATURE),
        "no payload": message(PROTECTED, {}, None, SIGNATURE),
        "a header that is a map": message({1: -7, 4: MAIN.kid}, {}, PAYLOAD, SIGNATURE),
        "something beside the signature": message(PROTECTED, {1: -7}, PAYLOAD, SIGNATURE),
        "a key id beside the signature": message(encode({1: -7}), {4: MAIN.kid}, PAYLOAD, SIGNATURE),
        "deep nesting": TAG + deep,
        "huge length": TAG + b"\x84\x5b" + b"\xff" * 8,
        "huge array": TAG + b"\x9b" + b"\xff" * 8,
        "huge map": TAG + b"\xbb\x00\x00\x00\x00\x7f\xff\xff\xff",
        "a float": TAG + b"\x84\xfb" + b"\x40" * 8 + body[1:],
        "the longest code of nothing": TAG + b"\x84" + b"\x00" * 510,
    }.items():
        yield forged(name, raw, "structure")


def headers_and_keys() -> Iterator[Case]:
    """Algorithms and keys that do not belong together, or to us."""
    for name, header in {
        "no algorithm": {4: MAIN.kid},
        "no key id": {1: -7},
        "an empty header": {1: -7, 2: [1], 4: MAIN.kid},
        "a name for an algorithm": {1: "ES256", 4: MAIN.kid},
        "a short key id": {1: -7, 4: MAIN.kid[:7]},
        "a text for a key id": {1: -7, 4: MAIN.kid.hex()},
    }.items():
        yield forged(name, signed(PAYLOAD, header=header), "header")
    twice = b"\xa3\x01\x26\x01\x26\x04\x48" + MAIN.kid
    backwards = b"\xa2\x04\x48" + MAIN.kid + b"\x01\x26"
    endless = b"\xbf\x01\x26\x04\x48" + MAIN.kid + b"\xff"
    for name, written in {
        "algorithm named twice": twice,
        "header out of order": backwards,
        "header without end": endless,
    }.items():
        yield forged(name, signed(PAYLOAD, header=written), "structure")
    for algorithm in (-8, -37, -257, -65538, 5, 0, 2**63):
        yield forged(f"algorithm {algorithm}", signed(PAYLOAD, header={1: algorithm, 4: MAIN.kid}), "algorithm")
    yield forged("EdDSA's key with ES256", signed(PAYLOAD, signer=MAIN, header={1: -7, 4: EDWARDS.kid}), "algorithm")
    yield forged(
        "a stranger under our key id", signed(PAYLOAD, signer=STRANGER, header={1: -7, 4: MAIN.kid}), "signature"
    )
    yield forged("another of our keys", signed(PAYLOAD, signer=RETIRED, header={1: -7, 4: MAIN.kid}), "signature")
    yield Case("a key nobody knows", url(code.seal(licence(), STRANGER)), "unknown", "key")
    yield Case("a key that has leaked, dated back", url(code.seal(licence(), LEAKED)), "unknown", "key_leaked")
    yield forged("a leaked key's id, another's signature", signed(PAYLOAD, header={1: -7, 4: LEAKED.kid}), "signature")
    nobody = signed(PAYLOAD, header={1: -7, 4: b"\0" * 8})
    yield Case("a key id of zeros", url(nobody), "unknown", "key")


def signatures() -> Iterator[Case]:
    """Signatures that are none, or a second form of one."""
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "big")
    half = ORDER.to_bytes(32, "big")
    for name, signature in {
        "high s": r + (ORDER - s).to_bytes(32, "big"),
        "zeros": b"\0" * 64,
        "ones": b"\xff" * 64,
        "r is zero": b"\0" * 32 + SIGNATURE[32:],
        "s is zero": r + b"\0" * 32,
        "r is the order": half + SIGNATURE[32:],
        "s is the order": r + half,
        "r and s changed places": SIGNATURE[32:] + r,
        "of another licence": code.parse_bytes(code.seal(licence(seat=7), MAIN)).signature,
        "over the payload alone": MAIN.sign(PAYLOAD),
        "over an empty header": MAIN.sign(code.to_be_signed(b"", PAYLOAD)),
    }.items():
        yield forged(f"signature: {name}", message(PROTECTED, {}, PAYLOAD, signature), "signature")
    for length in (0, 63, 65, 72):
        other = (SIGNATURE + b"\1" * 8)[:length]
        yield forged(f"signature of {length} bytes", message(PROTECTED, {}, PAYLOAD, other), "structure")
    chinese = code.parse_bytes(code.seal(licence(), CHINESE))
    big = sm2.ORDER.to_bytes(32, "big")
    for name, signature in {
        "last byte": chinese.signature[:-1] + bytes([chinese.signature[-1] ^ 1]),
        "zeros": b"\0" * 64,
        "s is the order": chinese.signature[:32] + big,
        "r and s make the order": chinese.signature[:32]
        + (sm2.ORDER - int.from_bytes(chinese.signature[:32], "big")).to_bytes(32, "big"),
        "ES256's": SIGNATURE,
    }.items():
        yield forged(f"SM2: {name}", message(chinese.protected, {}, chinese.payload, signature), "signature")
    edwards = code.seal(licence(), EDWARDS)
    yield forged("EdDSA, last byte", edwards[:-1] + bytes([edwards[-1] ^ 1]), "signature")


def spliced() -> Iterator[Case]:
    """True parts put together to say something else."""
    other = licence(6, holder="上海别家有限公司", seat=9)
    changes: dict[str, Content] = {
        "dates changed": with_items(licence(), valid_to=date(2041, 2, 25)),
        "items of another licence": replace(licence(), items=other.items),
        "an item added": licence(3),
        "an item taken away": licence(1),
        "another holder": replace(licence(), holder=other.holder),
        "another credit code": replace(licence(), uscc="91310105MA1FW0030X"),
        "another seat": replace(licence(), seat=9),
        "another number": replace(licence(), number="沪长综许〔2026〕000124号"),
        "a higher version": replace(licence(), version=2),
        "issued earlier": replace(licence(), issued_at=ISSUED - timedelta(days=30)),
    }
    for name, content in changes.items():
        yield forged(name, message(PROTECTED, {}, encode(packing.pack(content)), SIGNATURE), "signature")
    parsed = code.parse_bytes(code.seal(licence(), EDWARDS))
    yield forged("header of another key", message(parsed.protected, {}, PAYLOAD, SIGNATURE), "signature")
    yield forged("status list as a code", status_file_of_code(), "content")


def status_file_of_code() -> bytes:
    """A small, truly signed status list."""
    raw = status_file()
    assert len(raw) <= code.MAX_BYTES
    return raw


WRONG_FIELDS: dict[str, dict[int, Any]] = {
    "another format": {1: 2},
    "one key more": {9: 1},
    "number is bytes": {2: b"x"},
    "version zero": {3: 0},
    "version huge": {3: 1000},
    "version beyond all": {3: 2**64 - 1},
    "name is null": {4: None},
    "name of 101 signs": {4: "x" * 101},
    "name with a control sign": {4: "店\u0000"},
    "name with a change of direction": {4: "店\u202egpj"},
    "name with a byte order mark": {4: "\ufeff店"},
    "credit code of 11 bytes": {5: b"x" * 11},
    "credit code beyond its alphabet": {5: b"\xff" * 12},
    "credit code written out": {5: "91310105MA1FW00290"},
    "time below zero": {6: -1},
    "time beyond all": {6: 2**62},
    "seat zero": {7: 0},
    "seat beyond all": {7: 2**48},
    "no items": {8: {}},
    "41 items": {8: {n: [1, 0, None, None] for n in range(1, 42)}},
    "items in a list": {8: list(FIELDS[8].values())},
    "position zero": {8: {0: FIRST}},
    "position below zero": {8: {-1: FIRST}},
    "item too short": {8: {1: FIRST[:3]}},
    "item too long": {8: {1: [*FIRST, None, 1, 1]}},
    "matter beyond the table": {8: {1: [999, *FIRST[1:]]}},
    "matter zero": {8: {1: [0, *FIRST[1:]]}},
    "matter that is no id": {8: {1: ["<script>", *FIRST[1:]]}},
    "matter written out": {8: {1: ["m_food_license", *FIRST[1:]]}},
    "new matter without department": {8: {1: ["m_new", *FIRST[1:]]}},
    "begins in another age": {8: {1: [FIRST[0], 10**7, *FIRST[2:]]}},
    "ends before it begins": {8: {1: [*FIRST[:2], -1, FIRST[3]]}},
    "tail of seven digits": {8: {1: [*FIRST[:3], 10**6]}},
    "state of nobody": {8: {1: [*FIRST, None, 7]}},
    "valid written out": {8: {1: [*FIRST, None, 0]}},
    "usual department written out": {8: {1: [*FIRST, 2]}},
    "null department written out": {8: {1: [*FIRST, None]}},
    "department written out": {8: {1: [*FIRST, "dept_tobacco"]}},
}


def contents() -> Iterator[Case]:
    """Contents that no signature carries, though it is good."""
    for name, change in WRONG_FIELDS.items():
        yield forged(name, signed(encode(FIELDS | change)), "content")
    pairs = b"".join(encode(key) + encode(value) for key, value in FIELDS.items())
    for name, payload in {
        "nothing": b"",
        "not a map": encode([1, 2]),
        "no number": encode({key: value for key, value in FIELDS.items() if key != 2}),
        "map without end": b"\xbf" + pairs + b"\xff",
        "format named twice": b"\xa9\x01\x01" + pairs,
        "keys out of order": b"\xa8" + pairs[2:] + pairs[:2],
        "a length longer than needed": b"\xb8\x08" + pairs,
        "a byte behind": encode(FIELDS) + b"\0",
        "a text that is not UTF-8": encode(FIELDS).replace("沪".encode(), b"\xff\xfe\xfd"),
        "a half of a sign": encode(FIELDS).replace("沪".encode(), b"\xed\xa0\x80"),
        "deep": encode([[[[[[[[1]]]]]]]]),
    }.items():
        yield forged(f"content: {name}", signed(payload), "content")


def times() -> Iterator[Case]:
    """Signed outside the key's time, or tomorrow."""
    yield forged("a retired key", code.seal(licence(), RETIRED), "key_time")
    yield forged("a key that has not begun", code.seal(licence(), COMING), "key_time")
    before = replace(licence(), issued_at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC))
    yield forged("before its key was made", code.seal(before, MAIN), "key_time")
    tomorrow = replace(licence(), issued_at=AT + timedelta(days=1))
    yield forged("from tomorrow", code.seal(tomorrow, MAIN), "future")
    yield forged("eleven minutes early", RAW, "future", at=ISSUED - timedelta(minutes=11))
