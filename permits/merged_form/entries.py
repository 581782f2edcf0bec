"""Writing the merged form: a section at a time, in one statement, keeping also what is not right yet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits.access import correctable
from permits.fields import Fault, clean, is_blank, words
from permits.locking import holding
from permits.merged_form import prefill
from permits.merged_form.form import Line, MergedForm, form_of, merged_form
from permits.models import Case, FormEntry
from permits.rules import channel_of, require_applicant, require_state, writing

COLUMNS = ["value", "source", "source_name", "as_of", "contested", "channel", "by", "at"]


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed at once: the line as the other left it, and what would have overwritten it."""

    line: Line
    mine: Any
    reason: str | None

    @property
    def mine_words(self) -> str:
        """One's own value as a person reads it."""
        return words(self.line.field, self.mine)


@dataclass(frozen=True)
class Saved:
    """What a saving did: the form as it is now, and the fields that somebody else had changed meanwhile: not written."""

    form: MergedForm
    written: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def digest(value: Any) -> str:
    """A short mark of a value, with which a page says what it had shown."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def save_section(
    case: Case,
    group: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    contested: Mapping[str, str] | None = None,
    shown: Mapping[str, str] | None = None,
) -> Saved:
    """Save what was typed into one section, right or not; fields that `values` does not name stay as they are.

    `shown` holds the marks of what the page had shown (`mark`): a field left as it was shown is not written, and one that
    somebody changed meanwhile is left as they changed it and told as a conflict, so that two people on one case lose
    nothing. `contested`: why a prefilled value is disputed, by field.
    """
    with holding(case):
        actor = require_applicant(case, actor, writing(case), at)
        form = merged_form(case)
        section = form.group(group)
        if section is None:
            raise RuleViolation("no_such_section", _("这份申请没有这一部分，请从任务清单重新进入"))
        lines = _writable(case, section.lines, values)
        context = {line.id: line.value for line in form.lines} | dict(values) | {"today": form.notice.on}
        rows, conflicts = [], []
        for line in lines:
            value = cleaned_or_raw(line, values[line.id], context)
            seen, _dot, seen_reason = (shown or {}).get(line.id, "").partition(".")
            reason = (contested or {}).get(line.id)
            if reason is not None and seen_reason == digest(reason.strip()):
                reason = None  # left as it was shown
            row = _row(line, case, value, reason, touched=seen != digest(value))
            if row is None:
                continue
            if _collides(line, row, seen, seen_reason):
                conflicts.append(Conflict(line, value, row.contested))
                continue
            row.channel, row.by, row.at = channel_of(actor), actor.label, at
            rows.append(row)
        return _write(case, form, rows, conflicts)


def mark(line: Line) -> str:
    """What a page says of a field to tell later what it had shown: the value, and why it is disputed."""
    return f"{digest(line.value)}.{digest(line.contested)}"


def _collides(line: Line, row: FormEntry, seen: str, seen_reason: str) -> bool:
    """Whether what stands there is not what the page had shown, and would be overwritten by something else."""
    value = bool(seen) and seen != digest(line.value) and row.value != line.value
    reason = bool(seen_reason) and seen_reason != digest(line.contested) and row.contested != line.contested
    return value or reason


def _writable(case: Case, lines: tuple[Line, ...], values: Mapping[str, Any]) -> list[Line]:
    """The lines to write: any of a draft; after that, those that the open supplement notice names (R2.9)."""
    named = [line for line in lines if line.id in values]
    if case.state == Case.State.DRAFT:
        return named
    require_state(case, Case.State.SUPPLEMENT_REQUESTED)
    allowed = correctable(case)
    return [line for line in named if line.id in allowed]


def cleaned_or_raw(line: Line, raw: Any, context: Mapping[str, Any]) -> Any:
    """The field's value where it is right, else what was typed, so that it can be mended."""
    try:
        return clean(line.field, raw, context)
    except Fault as fault:
        return None if fault.blank or is_blank(raw) else raw


def _row(line: Line, case: Case, value: Any, reason: str | None, *, touched: bool) -> FormEntry | None:
    """The entry to write; None where nothing changes."""
    old = line.entry
    was = old.value if old else None
    if not touched:
        value = was
    reason = (old.contested if old else "") if reason is None else reason.strip()
    if value == was and type(value) is type(was) and reason == (old.contested if old else ""):
        return None
    row = FormEntry(case=case, field=line.id, value=value, contested=reason)
    if old is None:
        return row
    row.source, row.source_name, row.as_of = old.source, old.source_name, old.as_of
    if value != was:
        agrees = bool(old.source_name) and value == registered_value(line, case)
        row.source = FormEntry.Source.REGISTER if agrees else FormEntry.Source.TYPED
        if old.source not in (FormEntry.Source.REGISTER, FormEntry.Source.TYPED):
            row.source_name, row.as_of = "", None
    return row


def registered_value(line: Line, case: Case) -> Any:
    """What the register says, as the field would keep it; None where it says nothing."""
    return cleaned_or_raw(line, prefill.registered(case.enterprise, line.id), {})


def _write(case: Case, form: MergedForm, rows: list[FormEntry], conflicts: list[Conflict]) -> Saved:
    FormEntry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case", "field"], update_fields=COLUMNS)
    entries = {line.id: line.entry for line in form.lines if line.entry} | {row.field: row for row in rows}
    now = form_of(case, form.notice, entries)
    return Saved(now, tuple(row.field for row in rows), tuple(conflicts))
