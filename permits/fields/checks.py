"""One door: a field of the catalogue, what was typed, and out comes a value or a fault."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from industries.entities import Field
from permits.fields import choices, dates, guidance, identifiers, numbers, tables
from permits.fields.faults import Fault, _
from permits.fields.groups import DECLARATIONS
from permits.fields.texts import limit, narrow, refuse_private, refuse_unprintable, tidy, tidy_lines, without_label

Context = Mapping[str, Any]
Check = Callable[[Field, Any, Context], Any]


def clean(field: Field, raw: Any, context: Context) -> Any:
    """The value; None where nothing was written and nothing must be. Raises Fault."""
    value = None if is_blank(raw) else CHECKS_BY_ID.get(field.id, CHECKS[field.type])(field, raw, context)
    if field.required and is_blank(value):
        raise Fault(_blank_message(field), blank=True, label=field.label, example=guidance.example(field))
    return None if is_blank(value) else value


def is_blank(raw: Any) -> bool:
    """Nothing was written: no text, no option, no row with anything in it."""
    if isinstance(raw, str):
        return not tidy(raw)
    if isinstance(raw, list | tuple):
        return all(is_blank(one) for one in raw)
    if isinstance(raw, dict):
        return all(is_blank(one) for one in raw.values())
    return raw is None


def _blank_message(field: Field) -> str:
    if field.group == DECLARATIONS:
        return _("请阅读并勾选“%(label)s”")
    if field.type in ("choice", "multi", "bool"):
        return _("请选择“%(label)s”")
    if field.type == "table":
        return _("请至少填写一行“%(label)s”")
    return _("请填写“%(label)s”，例如：%(example)s")


def _text(field: Field, raw: Any, _context: Context) -> str:
    text = tidy(raw)
    given, found, rest = text.partition(":") if ":" in text else text.partition("\uff1a")
    if found and rest.strip() and narrow(given) in (narrow(field.label), narrow(field.label).partition("(")[0]):
        text = rest.strip()
    refuse_private(text)
    refuse_unprintable(text)
    return limit(text, field.max_length)


def _textarea(field: Field, raw: Any, _context: Context) -> str:
    text = tidy_lines(raw)
    refuse_private(text)
    refuse_unprintable(text)
    return limit(text, field.max_length)


def _address(field: Field, raw: Any, context: Context) -> str:
    text = _text(field, raw, context)
    if len(text) < 5:
        raise Fault(_("地址太短，请写完整，例如：%(example)s"), example=guidance.example(field))
    return text


def _premises(field: Field, raw: Any, context: Context) -> str:
    text = _address(field, raw, context)
    if not any(sign.isdigit() or sign in "一二三四五六七八九十" for sign in narrow(text)):
        raise Fault(_("请写到门牌号、楼层和室号，例如：%(example)s"), example=guidance.example(field))
    return text


def _email(_field: Field, raw: Any, _context: Context) -> str:
    text = without_label(narrow(raw)).replace(" ", "")
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host.strip(".") and ".." not in text) or any(sign in text for sign in '<>,;"()'):
        raise Fault(_("请写完整的电子邮箱地址，例如：%(example)s"), example="name@example.com")
    return limit(text, 100)


def _representative_number(_field: Field, raw: Any, context: Context) -> str:
    return identifiers.document(raw, str(context.get("f_rep_id_type") or ""), _today(context))


def _today(context: Context) -> date:
    """The day on which the form is judged: nobody was born after it."""
    day = context.get("today")
    return day if isinstance(day, date) else date.max


CHECKS: Mapping[str, Check] = {
    "text": _text,
    "textarea": _textarea,
    "address": _address,
    "choice": lambda field, raw, _context: choices.choice(raw, field.options),
    "multi": lambda field, raw, _context: choices.several(raw, field.options),
    "bool": lambda field, raw, _context: (
        choices.declaration(raw) if field.group == DECLARATIONS else choices.yes_or_no(raw)
    ),
    "integer": lambda field, raw, _context: numbers.integer(raw, guidance.example(field)),
    "number": lambda field, raw, _context: numbers.number(raw, field.unit, guidance.example(field)),
    "date": lambda _field, raw, _context: dates.a_date(raw),
    "phone": lambda _field, raw, _context: identifiers.phone(raw),
    "id_number": lambda _field, raw, context: identifiers.any_document(raw, _today(context)),
    "table": lambda field, raw, _context: tables.table(raw, field.options),
}
CHECKS_BY_ID: Mapping[str, Check] = {
    "f_uscc": lambda _field, raw, _context: identifiers.credit_code_or_id(raw),
    "f_rep_id_no": _representative_number,
    "f_email": _email,
    "f_premises_address": _premises,
}
"""Fields that are more than their type says. A catalogue without them does without these checks."""
