"""Files in the place of status.cbor: the one that is published, and those that must be refused."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from certificates import code
from certificates.coding import varints
from certificates.coding.cbor import encode
from certificates.coding.status_list import FORMAT
from tests.vectors.forgeries import signed
from tests.vectors.issuer import (
    AS_OF,
    COMING,
    EDWARDS,
    KEYS_HASH,
    LEAKED,
    MAIN,
    RETIRED,
    STATUSES,
    STRANGER,
    VectorSigner,
    key_row,
    keys_document,
    keys_text,
    licence,
    status_file,
)

SECONDS = int(AS_OF.timestamp())
FIELDS: dict[int, Any] = {1: FORMAT, 2: SECONDS, 3: SECONDS + 86400, 4: 100_000, 6: KEYS_HASH}

ENTRIES = {
    "seat zero": [0, 2],
    "the same seat twice": [7, 2, 0, 2],
    "no version": [7],
    "version zero": [7, 0],
    "version 1,000": [7, 2000],
    "seat beyond all": [2**48, 2],
    "items promised": [7, 3],
    "position zero": [7, 3, 2],
    "positions out of order": [7, 3, 16 * 2 + 2 + 1, 16 + 2],
    "position 100": [7, 3, 1602],
    "state valid": [7, 3, 16],
    "state 7": [7, 3, 16 + 14],
}
"""Entries as whole numbers that no list of ours has."""


@dataclass(frozen=True)
class ListCase:
    """A file's bytes and the reason of their refusal, "" where they are good; `keys`: the keys.json that comes with it."""

    name: str
    raw: bytes
    reason: str = ""
    keys: str = keys_text()


def cases() -> Iterator[ListCase]:
    """All of them; the last are older than the published list and refused only by whoever holds that."""
    yield ListCase("as published", status_file())
    yield ListCase("by another of our keys", status_file(signer=EDWARDS))
    yield ListCase("newer", status_file(replace(STATUSES, as_of=AS_OF + timedelta(hours=1))))
    yield ListCase("empty", signed(encode(FIELDS | {5: b""})))
    yield from forged()
    yield from with_keys()
    old = replace(STATUSES, as_of=AS_OF - timedelta(seconds=1), entries={})
    yield ListCase("the list of a moment before", status_file(old), "replayed")
    yield ListCase("last week's list", status_file(replace(STATUSES, as_of=AS_OF - timedelta(days=7))), "replayed")


def with_keys() -> Iterator[ListCase]:
    """Lists that come with other keys than those that are held."""
    held, rows = keys_document(), keys_document()["keys"]
    more = json.dumps(held | {"keys": [*rows, key_row(STRANGER) | {"valid_from": "2026-03-02T00:00:00+08:00"}]})
    ended = json.dumps(held | {"keys": [rows[0] | {"retired_at": "2026-03-01T00:00:00+08:00"}, *rows[1:]]})
    yield ListCase("a new key", vouching(more), keys=more)
    yield ListCase("a new key that nothing vouches for", status_file(), "keys", more)
    yield ListCase("a new key that vouches for itself", vouching(more, STRANGER), "key", more)
    yield ListCase("a key that vouches for its own end", vouching(ended), "key_time", ended)
    yield ListCase("another that vouches for it", vouching(ended, EDWARDS), keys=ended)
    for text in ("", "[]", "{}", json.dumps(held | {"keys": [{}]})):
        yield ListCase(f"keys that are none: {text[-20:]}", vouching(text), "keys", text)


def vouching(keys: str, signer: VectorSigner = MAIN) -> bytes:
    """The list published with other keys."""
    return status_file(replace(STATUSES, keys_hash=hashlib.sha256(keys.encode()).digest()), signer)


def forged() -> Iterator[ListCase]:
    """Files that are no list of ours."""
    raw, empty = status_file(), encode(FIELDS | {5: b""})
    ours, other = {1: -7, 4: MAIN.kid}, {1: -8, 4: MAIN.kid}
    yield ListCase("of another issuer", status_file(signer=STRANGER), "key")
    yield ListCase("by a leaked key", status_file(signer=LEAKED), "key_leaked")
    yield ListCase("by a retired key", status_file(signer=RETIRED), "key_time")
    yield ListCase("by a key that has not begun", status_file(signer=COMING), "key_time")
    yield ListCase("a stranger under our key id", signed(empty, signer=STRANGER, header=ours), "signature")
    yield ListCase("another algorithm", signed(empty, header=other), "algorithm")
    yield ListCase("a licence's code", code.seal(licence(), MAIN), "status_list")
    yield ListCase("nothing", b"", "structure")
    yield ListCase("a byte behind", raw + b"\0", "structure")
    yield ListCase("cut off", raw[:-1], "structure")
    yield ListCase("a page", b"<!doctype html><title>404</title>", "structure")
    fields = {
        "another format": {1: 1},
        "one key more": {7: 0},
        "entries in a map": {5: {}},
        "a short hash": {6: b"x" * 31},
        "no hash": {6: None},
        "a moment of nobody": {2: 5},
        "a moment beyond all": {3: 2**63},
        "last seat below zero": {4: -1},
    }
    for name, change in fields.items():
        yield ListCase(name, signed(encode(FIELDS | {5: b""} | change)), "status_list")
    for name, numbers in ENTRIES.items():
        yield ListCase(name, signed(encode(FIELDS | {5: varints.encode(numbers)})), "status_list")
    for name, written in {
        "longer than needed": b"\x87\x00\x02",
        "without end": b"\x87",
        "too long": b"\x80" * 7 + b"\1",
    }.items():
        yield ListCase(f"a number {name}", signed(encode(FIELDS | {5: written})), "status_list")
