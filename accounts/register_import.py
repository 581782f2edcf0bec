"""Loading the register's table from a CSV file: all rows, or none and a list of what is wrong in which line."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.csv_files import rows_of
from accounts.identity import check_uscc
from accounts.models import RegisterEntry
from accounts.pinyin import pinyin_of
from accounts.register import FACTS
from audit import journal
from audit.violations import RuleViolation

BATCH = 500
NUMBERS = ("established_on", "registered_capital", "licence_valid_to")
"""Columns whose empty text means that nothing is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows written, or the faults ("第 3 行:…") for which nothing was written."""

    rows: int = 0
    faults: tuple[str, ...] = ()


def import_register(
    path: Path,
    *,
    actor: Actor,
    at: datetime,
    as_of: date,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = lambda rows: rows,
) -> Outcome:
    """Insert or update by code. `as_of`: the day of the data where a row names none. Repeating changes nothing.

    Raises RuleViolation where the file as a whole is unusable.
    """
    entries: dict[str, RegisterEntry] = {}
    faults: list[str] = []
    for line, row in progress(rows_of(path, ("uscc", "name"))):
        try:
            entry = _entry(row, as_of)
            if entry.uscc in entries:
                raise RuleViolation("uscc_twice", _("统一社会信用代码 %(code)s 重复") % {"code": entry.uscc})
            entries[entry.uscc] = entry
        except RuleViolation as violation:
            faults.append(_("第 %(line)s 行：%(what)s") % {"line": line, "what": violation})
    if faults:
        return Outcome(faults=tuple(faults))
    with transaction.atomic():
        RegisterEntry.objects.bulk_create(
            entries.values(),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["uscc"],
            update_fields=[*FACTS, "pinyin", "initials", "as_of", "source"],
        )
        facts = {"rows": len(entries), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        journal.record("register", act="register_imported", actor=actor.label, at=at, facts=facts)
    return Outcome(rows=len(entries))


def _entry(row: dict[str, str], as_of: date) -> RegisterEntry:
    """One checked row."""
    values: dict[str, Any] = {name: row[name] for name in (*FACTS, "as_of", "source") if row.get(name)}
    values |= {name: None for name in NUMBERS if not row.get(name)}
    entry = RegisterEntry(**{"as_of": as_of, **values, "uscc": check_uscc(row["uscc"])})
    entry.pinyin, entry.initials = pinyin_of(entry.name)
    try:
        entry.clean_fields()
    except ValidationError as error:
        problems = "; ".join(
            f"{name}({row.get(name, '')}): {' '.join(messages)}" for name, messages in error.message_dict.items()
        )
        raise RuleViolation("register_row", problems) from None
    return entry
