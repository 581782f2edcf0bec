"""The code on a licence: a COSE_Sign1 message (RFC 9052) over a small deterministic CBOR map, as digits behind a URL.

    signed = seal(content, signer)                        # bytes, at most 260 with six items and a usual name
    url = to_url("https://host", "7KQ2M4XWZD", signed)    # https://host/v/7KQ2M4XWZD#6528…
    content = verify(parse(url), keys)                    # raises Forged or Unknown, nothing else

The digits stand in the fragment: any phone opens the page, no server's log sees them, and a QR code holds them in its
numeric mode. Pure: no Django, no files, no clock. `packing` has the map key by key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from certificates.coding import packing
from certificates.coding.cbor import Malformed, Value, decode, encode
from certificates.coding.packing import Content
from certificates.signers.signing import KID_BYTES, SIGNATURE_BYTES, Signer, VerifyingKey

MAX_BYTES = 512
MAX_DIGITS = 1234
"""512 bytes are at most 1,234 digits."""

MAX_TEXT = MAX_DIGITS + 300
CLOCK_SKEW = timedelta(minutes=10)
_TAG_SIGN1 = b"\xd2"
_ALG, _KID = 1, 4
BLANKS = " \t\n\r\f\v"
"""What may stand around a code. Named, since languages differ in what they call blank."""

_TEXT = re.compile(r"(?:https?://[^/\s#?]+/v/(?P<code>[0-9A-Z]{4,16})/?#)?(?P<digits>[1-9][0-9]*)", re.ASCII)
_MANY_DIGITS = re.compile(r"[0-9]{40}")


class Refused(Exception):
    """The code does not prove what it says. `reason` is a word for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forged(Refused):
    """Changed, cut off, or never a code of ours."""


class Unknown(Refused):
    """Signed, it says, with a key that is not on the list, or with one that has leaked."""


@dataclass(frozen=True, slots=True)
class SignedCode:
    """A code's parts before anything is proved. `code` is the licence's address where the text was a URL."""

    raw: bytes
    protected: bytes
    algorithm: int
    kid: bytes
    payload: bytes
    signature: bytes
    code: str = ""


def seal(content: Content, signer: Signer) -> bytes:
    """The signed message. Raises ValueError where the content would not be read back or is too long to be printed."""
    payload = encode(packing.pack(content))
    packing.unpack(payload)
    signed = sign1(payload, signer)
    if len(signed) > MAX_BYTES:
        raise ValueError(f"a code of {len(signed)} bytes; at most {MAX_BYTES} can be printed")
    return signed


def sign1(payload: bytes, signer: Signer) -> bytes:
    """A COSE_Sign1 message with algorithm and key id in the protected header."""
    protected = encode({_ALG: signer.algorithm, _KID: signer.kid})
    signature = signer.sign(to_be_signed(protected, payload))
    return _TAG_SIGN1 + encode([protected, {}, payload, signature])


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """COSE's Sig_structure of a message without further authenticated data."""
    return encode(["Signature1", protected, b"", payload])


def to_digits(signed: bytes) -> str:
    """The bytes as one decimal number. The first byte is never zero, so that nothing is lost."""
    return str(int.from_bytes(signed, "big"))


def from_digits(digits: str) -> bytes:
    """The bytes of the number. Raises Forged for anything but digits of a code's length."""
    if not 0 < len(digits) <= MAX_DIGITS or not digits.isascii() or not digits.isdigit() or digits[0] == "0":
        raise Forged("digits")
    number = int(digits)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_url(site: str, code: str, signed: bytes) -> str:
    """The address on the paper; `site` is scheme and host."""
    return f"{site}/v/{code}#{to_digits(signed)}"


def looks_like_code(text: str) -> bool:
    """Whether a text claims to be a code (a URL with digits, or many digits) rather than a number someone typed."""
    text = text.strip(BLANKS)
    return "#" in text or text.startswith("http") or bool(_MANY_DIGITS.match(text))


def parse(text: str) -> SignedCode:
    """The parts of a URL's or digits' code. Raises Forged for whatever is not exactly such a code."""
    if len(text) > MAX_TEXT:
        raise Forged("length")
    found = _TEXT.fullmatch(text.strip(BLANKS))
    if found is None:
        raise Forged("text")
    return parse_bytes(from_digits(found["digits"]), code=found["code"] or "")


def parse_bytes(raw: bytes, *, code: str = "", limit: int = MAX_BYTES) -> SignedCode:
    """The parts of a message of at most `limit` bytes. Raises Forged."""
    if len(raw) > limit or raw[:1] != _TAG_SIGN1:
        raise Forged("structure")
    try:
        protected, unprotected, payload, signature = _four(decode(raw[1:]))
        header = decode(protected)
    except Malformed as error:
        raise Forged("structure") from error
    if unprotected != {} or len(signature) != SIGNATURE_BYTES:
        raise Forged("structure")
    algorithm, kid = _header(header)
    return SignedCode(raw, protected, algorithm, kid, payload, signature, code)


def _four(message: Value) -> tuple[bytes, Value, bytes, bytes]:
    if not isinstance(message, list) or len(message) != 4:
        raise Malformed("not four parts")
    protected, unprotected, payload, signature = message
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise Malformed("parts of another kind")
    return protected, unprotected, payload, signature


def _header(header: Value) -> tuple[int, bytes]:
    """Algorithm and key id: both protected, nothing beside them."""
    if not isinstance(header, dict) or set(header) != {_ALG, _KID}:
        raise Forged("header")
    algorithm, kid = header[_ALG], header[_KID]
    if not isinstance(algorithm, int) or not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise Forged("header")
    return algorithm, kid


def claimed(signed: SignedCode) -> Content:
    """What the code says of itself, proved by nothing. Raises Forged where it says nothing readable."""
    try:
        return packing.unpack(signed.payload)
    except Malformed as error:
        raise Forged("content") from error


def verify(signed: SignedCode, keys: Mapping[bytes, VerifyingKey]) -> Content:
    """What the code says, proved by its signature. Raises Unknown for a key not listed, Forged for all else.

    The algorithm is the key's; a code that names another is refused, never followed.
    """
    key = prove(signed, keys)
    content = claimed(signed)
    check_key_time(key, content.issued_at)
    return content


def prove(signed: SignedCode, keys: Mapping[bytes, VerifyingKey]) -> VerifyingKey:
    """The key that signed the message. Raises Unknown for a key not listed or leaked, Forged where it did not sign."""
    key = keys.get(signed.kid)
    if key is None:
        raise Unknown("key")
    if key.algorithm != signed.algorithm:
        raise Forged("algorithm")
    if not key.verifies(signed.signature, to_be_signed(signed.protected, signed.payload)):
        raise Forged("signature")
    if key.leaked:
        raise Unknown("key_leaked")
    return key


def check_key_time(key: VerifyingKey, moment: datetime) -> None:
    """Refuse what a key signed before it was made or after it was retired. Raises Forged."""
    if moment < key.valid_from or (key.retired_at is not None and moment > key.retired_at):
        raise Forged("key_time")


def check_moment(content: Content, at: datetime) -> None:
    """Refuse what says it was issued after `at` (with a little patience for clocks). Raises Forged."""
    if content.issued_at > at + CLOCK_SKEW:
        raise Forged("future")
