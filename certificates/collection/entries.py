"""What the store is told: a version with its file, and of the version before it that it holds no longer (R4.1, R4.2).

An identifier has up to two entries, by ascending sequence; the higher one says how its version stands now. Each entry
belongs to the day of the act that it comes from. The same entry is the same bytes whenever it is made.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from stdnum.cn import uscc

from certificates import elicence, paper
from certificates.models import CollectedEntry, LicenceVersion

ISSUED, REPLACES = CollectedEntry.Step.ISSUED, CollectedEntry.Step.REPLACES
SEQUENCES: Mapping[str, int] = {ISSUED: 1, REPLACES: 2}
HOLDER_TYPES = {True: "001", False: "111"}
"""GB/T 36903 (R4.3): a unified social credit code, or a resident's identity number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to the store about the version of this identifier."""

    identifier: str
    sequence: int
    day: date
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def key(self) -> str:
        """The same for the same thing at every attempt: by it the store knows a repetition."""
        return f"{self.identifier}/{self.sequence}/{self.sha256[:16]}"


def make(version: LicenceVersion, step: str, *, pdf: bytes = b"") -> Entry:
    """The entry of a step; `pdf` is the version's file."""
    day = timezone.localtime(version.at).date()
    if step == ISSUED:
        return _entry(version.facts["identifier"], SEQUENCES[ISSUED], day, _issued(version, pdf))
    return _entry(version.facts["related_identifier"], SEQUENCES[REPLACES], day, _replaced(version))


def _entry(identifier: str, sequence: int, day: date, said: Mapping[str, Any]) -> Entry:
    told = {"identifier": identifier, "sequence": sequence, "day": day.isoformat(), **said}
    return Entry(identifier, sequence, day, json.dumps(told, ensure_ascii=False, sort_keys=True).encode())


def _issued(version: LicenceVersion, pdf: bytes) -> dict[str, Any]:
    """All that the paper says, whose it is, the file. The store is an authority's: it gets the holder's number in full."""
    number = version.licence.enterprise.uscc
    return paper.data_of(version) | {
        "holder_id": {"type": HOLDER_TYPES[uscc.is_valid(number)], "number": number},
        "file": {"sha256": hashlib.sha256(pdf).hexdigest(), "pdf": base64.b64encode(pdf).decode()},
    }


def _replaced(version: LicenceVersion) -> dict[str, Any]:
    """That the version before this one is void, since when, and which one holds."""
    return {
        "state_number": elicence.REPLACED,
        "operation_number": elicence.operation(version.reason),
        "replaced_by": version.facts["identifier"],
        "at": version.facts["at"],
    }
