"""Numbers that carry their own proof, judged by `accounts.identity`; here is which of its checks a field means."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from accounts import identity
from audit.violations import RuleViolation
from permits.fields.faults import Fault, _
from permits.fields.texts import narrow, without_label

RESIDENT_EXAMPLE = "11010519491231002X"
EIGHTEEN = {"8": identity.RESIDENCE_PERMIT, "9": identity.FOREIGNER}
"""Documents of 18 digits that begin otherwise than the resident identity card."""
OTHERS = (identity.HONG_KONG_MACAO_PERMIT, identity.TAIWAN_PERMIT, identity.FOREIGNER, identity.PASSPORT)
# Behind a word, or behind a dash that follows a whole number: the form in which it is kept.
EXTENSION = re.compile(r"(?:\s*(?:转|分机|ext\.?)\s*|(?<=\d{7})-)(\d{1,6})$", re.IGNORECASE)


def _judged(check: Callable[..., str], *given: Any, **named: Any) -> str:
    """The number as the check gives it; its refusal becomes a fault."""
    try:
        return check(*given, **named)
    except RuleViolation as violation:
        raise Fault(str(violation).replace("%", "%%")) from None


def bare(raw: object) -> str:
    """The number without label, blanks and dashes."""
    return identity.normalise(without_label(narrow(raw)))


def credit_code(raw: object) -> str:
    """A unified social credit code of 18 signs (GB 32100), its check sign included."""
    return _judged(identity.check_uscc, bare(raw))


def credit_code_or_id(raw: object, today: date = date.max) -> str:
    """A credit code, or the identity number of a person who has none yet."""
    code = bare(raw)
    try:
        return identity.check_id(identity.RESIDENT, code, today=today)
    except RuleViolation:
        return credit_code(code)


def document(raw: object, kind: str, today: date = date.max) -> str:
    """The number of a document of this kind; of any kind where the kind is not known.

    An identity card's field also takes the residence permits of Hong Kong, Macao and Taiwan, which have its form.
    """
    number = bare(raw)
    if kind not in identity.DOCUMENT_TYPES:
        return any_document(number, today)
    if kind == identity.RESIDENT and len(number) == 18 and number.startswith("8"):
        kind = identity.RESIDENCE_PERMIT
    return _judged(identity.check_id, kind, number, today=today)


def any_document(raw: object, today: date = date.max) -> str:
    """The number of any identity document."""
    number = bare(raw)
    if len(number) == 18:
        return _judged(identity.check_id, EIGHTEEN.get(number[0], identity.RESIDENT), number, today=today)
    for kind in OTHERS:
        try:
            if any(sign.isdigit() for sign in number):
                return identity.check_id(kind, number, today=today)
        except RuleViolation:
            continue
    raise Fault(
        _("证件号码不对：身份证号码为18位；通行证、护照、永久居留身份证请照证件填写，例如：%(example)s"),
        example=RESIDENT_EXAMPLE,
    )


def phone(raw: object) -> str:
    """A telephone of the mainland, Hong Kong, Macao or Taiwan, with its extension where there is one."""
    text = without_label(narrow(raw))
    extension = EXTENSION.search(text)
    number = _judged(identity.check_phone, text[: extension.start()] if extension else text)
    return f"{number}-{extension[1]}" if extension else number
