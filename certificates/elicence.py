"""The licence as an electronic one (电子证照): its identifier (GB/T 36904), and the numbers of states and operations. Pure.

`1.2.156.3005.2.<kind, 21>.<issuer, 18>.<serial>.<version, 3>.<check>`; every change is a version of its own and names the one
before it (关联证照标识, R4.1).
"""

import re
from collections.abc import Mapping

from certificates import check_character
from certificates.status import ItemState, LicenceState

ROOT = "1.2.156.3005.2"
KIND, ISSUER = re.compile(r"[0-9A-Z]{21}"), re.compile(r"[0-9A-Z]{18}")
SERIAL_LENGTHS = (7, 32)
_NOT_IN_SERIAL = re.compile(r"[^0-9A-Za-z]")
_WHOLE = re.compile(
    rf"{re.escape(ROOT)}\.([0-9A-Z]{{21,22}})\.([0-9A-Z]{{6,18}})\.([0-9A-Z]{{7,32}})\.(\d{{3}})\.([0-9A-Z])"
)

STATES: Mapping[ItemState, str] = {
    ItemState.VALID: "01",
    ItemState.SUSPENDED: "02",
    ItemState.REVOKED: "03",
    ItemState.CANCELLED: "04",
    ItemState.EXPIRED: "05",
    ItemState.REVOKED_AS_PENALTY: "07",
    ItemState.WITHDRAWN: "99",
    ItemState.NOT_BEGUN: "99",
}
"""R4.2: 01 valid, 02 suspended, 03 revoked, 04 cancelled, 05 expired, 07 revoked as a penalty, 99 other. Withdrawal (撤回) has none."""

LICENCE_STATES: Mapping[LicenceState, str] = {
    LicenceState.VALID: "01",
    LicenceState.PARTLY_VALID: "99",
    LicenceState.NOT_VALID: "05",
    LicenceState.CANCELLED: "04",
}

OPERATIONS: Mapping[str, str] = {
    "issued": "01",
    "issued_early": "01",
    "renewed": "02",
    "suspended": "03",
    "permit_expired": "04",
    "grant_withdrawn": "05",
    "cancelled": "05",
    "revoked": "05",
    "revoked_as_penalty": "05",
    "reinstated": "06",
    "changed": "09",
    "granted_later": "09",
    "replaced": "07",
    "merged": "09",
}
"""By the reason of a version: 01 new, 02 renewed, 03 suspended, 04 expired, 05 ended, 06 reinstated, 07 other, 09 changed."""
OTHER_OPERATION = "07"
REPLACED = "05"
"""The state of a version that another took the place of: void."""


def operation(reason: str) -> str:
    """The number of what made a version."""
    return OPERATIONS.get(reason, OTHER_OPERATION)


def identifier(*, kind: str, issuer: str, number: str, version: int) -> str:
    """The identifier of a licence's version; its serial is what is digits and Latin letters in the licence's number.

    Raises ValueError for a kind that has not 21 signs, or an issuer that has not 18.
    """
    if not (KIND.fullmatch(kind) and ISSUER.fullmatch(issuer)):
        raise ValueError(f"{kind}, {issuer}: a kind has 21 signs, an issuer 18")
    least, most = SERIAL_LENGTHS
    serial = _NOT_IN_SERIAL.sub("", number).upper()[-most:].zfill(least)
    parts = [kind, issuer, serial, f"{version:03d}"]
    return ".".join([ROOT, *parts, check_character.of("".join(parts))])


def holds(text: str) -> bool:
    """Whether a text is an identifier whose check character is right."""
    found = _WHOLE.fullmatch(text)
    return bool(found) and check_character.of("".join(found.groups()[:4])) == found[5]  # type: ignore[index,union-attr]
