"""A licence that the business shows on its own telephone (亮证): the paper's code, and behind it a token that is signed now and
holds for minutes, so that a picture of the screen is soon worth nothing.

    text = join("https://host/v/7KQ2M4XWZD#6528…", token)      # https://host/v/7KQ2M4XWZD#6528….7031…
    paper, digits = split(text)                                # the paper's code verifies on its own
    examine(paper, digits, keys, at)                           # Presented(State.LIVE, until)

The token proves that whoever may act for the holder was signed in when it was signed, nothing more: neither who holds the
telephone nor in which shop it is. Pure: no Django, no files, no clock. The payload:

| 1 | format, 101 |
| 2 | the first 16 bytes of the SHA-256 of the paper's message |
| 3 | signed at, seconds since 1970 |
| 4 | holds until, seconds since 1970; at most an hour later |
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from certificates.code import (
    BLANKS,
    MAX_TEXT,
    Forged,
    Unknown,
    check_key_time,
    from_digits,
    parse,
    parse_bytes,
    prove,
    sign1,
    to_digits,
)
from certificates.coding.cbor import Malformed, Value, decode, encode
from certificates.coding.packing import SECONDS, whole
from certificates.signers.signing import Signer, VerifyingKey

FORMAT = 101
MAX_BYTES = 160
LIFE = timedelta(minutes=10)
LONGEST = timedelta(hours=1)
"""A verifier believes no token that claims more, whatever a site is set to."""

SKEW = timedelta(minutes=2)
"""How far the clocks of two telephones may differ."""

HASH_BYTES = 16
_TEXT = re.compile(r"(.*#[1-9][0-9]*)\.([1-9][0-9]*)", re.ASCII | re.DOTALL)


class State(StrEnum):
    """What a token is worth at a moment."""

    LIVE = "live"
    OVER = "over"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Presented:
    """A token's worth, and until when it holds; None where it proves nothing."""

    state: State
    until: datetime | None = None


def token(paper: bytes, signer: Signer, *, at: datetime) -> bytes:
    """The signed token for a paper's code (its bytes), from now on for `LIFE`."""
    begin = int(at.timestamp())
    payload: Value = {1: FORMAT, 2: _digest(paper), 3: begin, 4: begin + int(LIFE.total_seconds())}
    return sign1(encode(payload), signer)


def join(paper: str, signed: bytes) -> str:
    """The text of the shown code. Raises ValueError where it would be too long to be read."""
    text = f"{paper}.{to_digits(signed)}"
    if len(text) > MAX_TEXT:
        raise ValueError(f"a code of {len(text)} signs; at most {MAX_TEXT} are read")
    return text


def split(text: str) -> tuple[str, str]:
    """The paper's code and the token's digits; no digits where none stand behind it."""
    found = _TEXT.fullmatch(text.strip(BLANKS)) if len(text) <= MAX_TEXT else None
    return (found[1], found[2]) if found else (text, "")


def examine(paper: str, digits: str, keys: Mapping[bytes, VerifyingKey], at: datetime) -> Presented:
    """What the token behind a paper's code is worth. Whatever is not exactly a token for this code is forged."""
    try:
        signed = parse_bytes(from_digits(digits), limit=MAX_BYTES)
        key = prove(signed, keys)
        begin, until = _unpack(decode(signed.payload), _digest(parse(paper).raw))
        check_key_time(key, begin)
    except (Forged, Unknown, Malformed):
        return Presented(State.FORGED)
    if not timedelta() < until - begin <= LONGEST or begin > at + SKEW:
        return Presented(State.FORGED)
    return Presented(State.LIVE if at <= until else State.OVER, until)


def _unpack(fields: Value, digest: bytes) -> tuple[datetime, datetime]:
    if not isinstance(fields, dict) or set(fields) != {1, 2, 3, 4} or fields[1] != FORMAT or fields[2] != digest:
        raise Malformed("not a token for this code")
    begin, until = (datetime.fromtimestamp(whole(fields[place], SECONDS), UTC) for place in (3, 4))
    return begin, until


def _digest(paper: bytes) -> bytes:
    return hashlib.sha256(paper).digest()[:HASH_BYTES]
