"""The business register: who exists, by which facts. An adapter, so that a district's own interface can stand here.

The table is filled by `manage.py import_register FILE.csv`; nothing is asked over the network while people work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from accounts import name_search
from accounts.identity import normalise
from accounts.models import BusinessFacts, RegisterEntry

LAST = "Z"
"""No sign of a code comes behind it."""
FACTS = tuple(field.name for field in BusinessFacts._meta.get_fields() if field.name != "uscc")
"""The columns that a register answers with, beside the code."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a register says of one enterprise, since when, and which register."""

    uscc: str
    values: Mapping[str, Any]
    as_of: date
    source: str


class BusinessRegister(Protocol):
    """Whatever knows enterprises."""

    def find(self, uscc: str) -> Facts | None:
        """The enterprise of this (checked) code, None where the register does not know it."""

    def search(self, text: str, limit: int = 20) -> Sequence[Facts]:
        """Enterprises by a part of the name, of its pinyin or of its initials, or by the beginning of the code."""


class RegisterTable:
    """The register as our own table (市场主体登记库)."""

    def find(self, uscc: str) -> Facts | None:
        entry = RegisterEntry.objects.filter(uscc=uscc).first()
        return facts_of(entry) if entry else None

    def search(self, text: str, limit: int = 20) -> list[Facts]:
        words = text.strip()
        if len(words) < 2:
            return []
        if name_search.is_typed(words):
            code = normalise(words)
            rows = RegisterEntry.objects.filter(uscc__range=(code, code + LAST * 18))
            found = rows if rows.exists() else name_search.by_pinyin(RegisterEntry.objects.all(), words)
        else:
            found = RegisterEntry.objects.filter(name__contains=words)
        return [facts_of(entry) for entry in found.order_by("name")[:limit]]


def facts_of(entry: RegisterEntry) -> Facts:
    """A row as facts."""
    values = {name: getattr(entry, name) for name in FACTS}
    return Facts(entry.uscc, values, entry.as_of, entry.source)


def business_register() -> BusinessRegister:
    """The register in use. A district with an interface of its own returns its adapter here."""
    return RegisterTable()
