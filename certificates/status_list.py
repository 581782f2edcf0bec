"""The signed status list: what changed since the codes were printed, small enough for a phone to keep.

Only exceptions stand in it: licences with a newer version, or with an item that is not valid. A term that is over needs
no entry, since every code carries its dates. A seat above `last_seat` was issued after the list was made.

| key | value |
|---|---|
| 1 | format, 100 (a licence's code has 1: neither is ever taken for the other) |
| 2 | as of, seconds since 1970 |
| 3 | expires, seconds since 1970 |
| 4 | last seat |
| 5 | seat → [newest version, position → number of the state] |

Pure. The file is a COSE_Sign1 message like a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from certificates.cbor import Malformed, Value, decode, encode
from certificates.code import Forged, check_key_time, parse_bytes, prove, sign1
from certificates.signing import Signer, VerifyingKey
from certificates.status import RECORDED, ItemState

FORMAT = 100
CHINA = timezone(timedelta(hours=8))
MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A licence that is not as its first code says: its newest version, and the items that are not valid."""

    newest: int
    states: Mapping[int, ItemState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusList:
    """All exceptions as of a moment; after `expires` a verifier says that the list is stale."""

    as_of: datetime
    expires: datetime
    last_seat: int
    entries: Mapping[int, Entry]


def seal(statuses: StatusList, signer: Signer) -> bytes:
    """The signed file."""
    payload: Value = {
        1: FORMAT,
        2: int(statuses.as_of.timestamp()),
        3: int(statuses.expires.timestamp()),
        4: statuses.last_seat,
        5: {
            seat: [entry.newest, {position: RECORDED.index(state) for position, state in entry.states.items()}]
            for seat, entry in statuses.entries.items()
        },
    }
    return sign1(encode(payload), signer)


def unseal(raw: bytes, keys: Mapping[bytes, VerifyingKey]) -> StatusList:
    """The list of a signed file. Raises Unknown for a key not listed, Forged for all else."""
    signed = parse_bytes(raw, limit=MAX_BYTES)
    key = prove(signed, keys)
    try:
        statuses = _unpack(decode(signed.payload))
    except (Malformed, TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise Forged("status_list") from error
    check_key_time(key, statuses.as_of)
    return statuses


def _unpack(fields: Value) -> StatusList:
    if not isinstance(fields, dict) or set(fields) != set(range(1, 6)) or fields[1] != FORMAT:
        raise Malformed("not a status list")
    as_of, expires, last_seat, entries = (fields[key] for key in range(2, 6))
    if not isinstance(as_of, int) or not isinstance(expires, int) or not isinstance(last_seat, int):
        raise Malformed("not a status list")
    if not isinstance(entries, dict):
        raise Malformed("no entries")
    return StatusList(
        as_of=datetime.fromtimestamp(as_of, CHINA),
        expires=datetime.fromtimestamp(expires, CHINA),
        last_seat=last_seat,
        entries={seat: _entry(entry) for seat, entry in entries.items()},
    )


def _entry(value: Value) -> Entry:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed("not an entry")
    newest, states = value
    if not isinstance(newest, int) or not isinstance(states, dict):
        raise Malformed("not an entry")
    return Entry(newest, {position: _state(number) for position, number in states.items()})


def _state(number: Value) -> ItemState:
    if not isinstance(number, int) or not 0 <= number < len(RECORDED):
        raise Malformed("not a state")
    return RECORDED[number]
