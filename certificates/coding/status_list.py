"""The signed status list: what changed since the codes were printed, small enough for a phone to keep.

Only exceptions stand in it: licences with a newer version, or with an item that is not valid. A term that is over needs
no entry, since every code carries its dates. A seat above `last_seat` was issued after the list was made.

| key | value |
|---|---|
| 1 | format, 100 (a licence's code has 1: neither is ever taken for the other) |
| 2 | as of, seconds since 1970 |
| 3 | expires, seconds since 1970 |
| 4 | last seat |
| 5 | the entries, a byte string |
| 6 | the SHA-256 of the keys.json that is published with it |

Entries stand in ascending order of their seats; each is a run of whole numbers, seven bits a byte: what its seat is above
the entry's before (the first: above zero); twice its newest version, plus one where items follow; then for each item that
is not valid, by position, 16 times its position plus twice the number of its state, plus one where another follows. A
hundred thousand licences with a thousand exceptions take some four kilobytes.

Pure. The file is a COSE_Sign1 message like a code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from certificates.code import Forged, check_key_time, parse_bytes, prove, sign1
from certificates.coding import varints
from certificates.coding.cbor import Malformed, Value, decode, encode, whole
from certificates.coding.packing import POSITIONS, SEATS, SECONDS, VERSIONS
from certificates.signers.signing import Signer, VerifyingKey
from certificates.status import RECORDED, ItemState

FORMAT = 100
CHINA = timezone(timedelta(hours=8))
MAX_BYTES = 16 * 1024 * 1024
HASH_BYTES = 32


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
    keys_hash: bytes = bytes(HASH_BYTES)
    """What vouches for the keys published with the list: whoever holds its key already may take them."""


def seal(statuses: StatusList, signer: Signer) -> bytes:
    """The signed file."""
    payload: Value = {
        1: FORMAT,
        2: int(statuses.as_of.timestamp()),
        3: int(statuses.expires.timestamp()),
        4: statuses.last_seat,
        5: varints.encode(_numbers(statuses.entries)),
        6: statuses.keys_hash,
    }
    return sign1(encode(payload), signer)


def _numbers(entries: Mapping[int, Entry]) -> Iterator[int]:
    before = 0
    for seat, entry in sorted(entries.items()):
        yield seat - before
        before = seat
        yield 2 * entry.newest + bool(entry.states)
        left = len(entry.states)
        for position, state in sorted(entry.states.items()):
            left -= 1
            yield 16 * position + 2 * RECORDED.index(state) + bool(left)


def unseal(raw: bytes, keys: Mapping[bytes, VerifyingKey]) -> StatusList:
    """The list of a signed file. Raises Unknown for a key not listed, Forged for all else."""
    signed = parse_bytes(raw, limit=MAX_BYTES)
    key = prove(signed, keys)
    try:
        statuses = _unpack(decode(signed.payload))
    except Malformed as error:
        raise Forged("status_list") from error
    check_key_time(key, statuses.as_of)
    return statuses


def _unpack(fields: Value) -> StatusList:
    if not isinstance(fields, dict) or set(fields) != set(range(1, 7)) or fields[1] != FORMAT:
        raise Malformed("not a status list")
    entries, keys_hash = fields[5], fields[6]
    if not isinstance(entries, bytes) or not isinstance(keys_hash, bytes) or len(keys_hash) != HASH_BYTES:
        raise Malformed("not a status list")
    return StatusList(
        as_of=datetime.fromtimestamp(whole(fields[2], SECONDS), CHINA),
        expires=datetime.fromtimestamp(whole(fields[3], SECONDS), CHINA),
        last_seat=whole(fields[4], range(SEATS.stop)),
        entries=dict(_entries(varints.decode(entries))),
        keys_hash=keys_hash,
    )


def _entries(numbers: Iterator[int]) -> Iterator[tuple[int, Entry]]:
    seat = 0
    for gap in numbers:
        seat += gap
        newest, has_items = divmod(next(numbers, 0), 2)
        if gap == 0 or seat not in SEATS or newest not in VERSIONS:
            raise Malformed("not an entry")
        yield seat, Entry(newest, _states(numbers) if has_items else {})


def _states(numbers: Iterator[int]) -> dict[int, ItemState]:
    """The items of an entry that are not valid, by ascending position."""
    states: dict[int, ItemState] = {}
    last, more = 0, 1
    while more:
        said, more = divmod(next(numbers, 0), 2)
        position, state = divmod(said, 8)
        if position not in POSITIONS or position <= last or not 0 < state < len(RECORDED):
            raise Malformed("not an item")
        states[position] = RECORDED[state]
        last = position
    return states
