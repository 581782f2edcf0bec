"""The port to the city's store of electronic licences. `ELICENCE_STORE` names the class; no class, no collection.

A store is a class without arguments. `put` hands one entry over and gives back the store's receipt; the same entry may come
again. `tally` and `entries` tell what it has of a day. All raise `StoreFailed`, and the outbox tries again.
"""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from certificates.collection.entries import Entry

Known = Mapping[tuple[str, int], str]
"""SHA-256 by identifier and sequence."""


class StoreFailed(RuntimeError):
    """The store did not take the entry, or did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries of a day there are, and one digest over all of them."""

    count: int
    digest: str


class Store(Protocol):
    """What every store can do."""

    def put(self, entry: Entry) -> str:
        """Hand an entry over; the store's receipt."""

    def tally(self, day: date) -> Tally | None:
        """What the store has of a day; None where it cannot say."""

    def entries(self, day: date) -> Known:
        """The entries of a day, one by one."""


class Console:
    """Writes to standard error what would go to a store: for trying at home."""

    def put(self, entry: Entry) -> str:
        sys.stderr.write(f"STORE {entry.identifier} {entry.sequence} {len(entry.body)} bytes\n")
        return "console"

    def tally(self, _day: date) -> None:
        """Nothing is kept here."""

    def entries(self, _day: date) -> Known:
        return {}


def tally_of(known: Known) -> Tally:
    """The digest is that of the lines `identifier sequence sha256`, sorted, each with a line feed."""
    lines = sorted(f"{identifier} {sequence} {sha256}\n" for (identifier, sequence), sha256 in known.items())
    return Tally(len(lines), hashlib.sha256("".join(lines).encode()).hexdigest())


def current() -> Store:
    """The store of the settings."""
    return _made(settings.ELICENCE_STORE)


@cache
def _made(path: str) -> Store:
    made: Store = import_string(path)()
    return made
