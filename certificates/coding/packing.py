"""What a code says, and how it is packed: a map with whole-number keys, as short as a printed code needs it.

| key | value |
|---|---|
| 1 | format, 1 |
| 2 | licence number, text |
| 3 | licence version |
| 4 | holder's name, text |
| 5 | unified social credit code: 12 bytes (base 37), or a text where it is not 18 characters |
| 6 | issued at, seconds since 1970 |
| 7 | seat: the licence's place in the status list |
| 8 | items: position → [matter, begin, term, tail, department, state] |

matter: its number in the code table, or its id. begin: days after the day of issue (below zero: before). term: days from
begin to the last valid day, null without end. tail: the last six digits of the permit's number, null without digits.
department: left out (null) where it is the usual one. state: left out where valid. Pure.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category

from certificates.coding.cbor import Malformed, Value, decode, encode, whole
from certificates.coding.code_table import DEPARTMENT_NUMBERS, DEPARTMENTS, MATTER_NUMBERS, MATTERS, USUAL_DEPARTMENT
from certificates.status import RECORDED, ItemState

FORMAT = 1
TAIL_DIGITS = 6
_USCC_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_USCC_LENGTH, _USCC_BYTES = 18, 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA = timedelta(hours=8)
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
SECONDS = range(946684800, 7258118400)
"""From 2000 to 2199."""
VERSIONS, SEATS, POSITIONS = range(1, 1000), range(1, 1 << 48), range(1, 100)
_DAYS = 80_000
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Controls, joiners, halves of characters, line ends: nothing that a name has."""


@dataclass(frozen=True, slots=True)
class CodeItem:
    """A permit within a code. `valid_to` is its last valid day; `tail` the end of its number, for comparing."""

    position: int
    matter: str
    department: str
    valid_from: date
    valid_to: date | None
    tail: int | None
    state: ItemState = ItemState.VALID


@dataclass(frozen=True, slots=True)
class Content:
    """All that a code says. `issued_at` (this version's moment) has whole seconds."""

    number: str
    version: int
    holder: str
    uscc: str
    issued_at: datetime
    seat: int
    items: tuple[CodeItem, ...]


def tail_of(number: str) -> int | None:
    """The last six digits of a number's last run of digits: 123 for 长市场监管局准〔2026〕000123号."""
    runs: list[str] = re.findall(r"[0-9]+", number)
    return int(runs[-1][-TAIL_DIGITS:]) if runs else None


def pack(content: Content) -> Value:
    """The map of the table above."""
    seconds = int((content.issued_at - _EPOCH).total_seconds())
    issued_on = _day(seconds)
    return {
        1: FORMAT,
        2: content.number,
        3: content.version,
        4: content.holder,
        5: _pack_uscc(content.uscc),
        6: seconds,
        7: content.seat,
        8: {item.position: _pack_item(item, issued_on) for item in content.items},
    }


def _day(seconds: int) -> date:
    """The day in China, which knows no summer time."""
    return (_EPOCH + timedelta(seconds=seconds) + _CHINA).date()


def _pack_uscc(uscc: str) -> Value:
    if len(uscc) != _USCC_LENGTH or not set(uscc) <= set(_USCC_ALPHABET):
        return uscc
    number = 0
    for character in uscc:
        number = number * len(_USCC_ALPHABET) + _USCC_ALPHABET.index(character)
    return number.to_bytes(_USCC_BYTES, "big")


def _pack_item(item: CodeItem, issued_on: date) -> Value:
    department: Value = None
    if USUAL_DEPARTMENT.get(item.matter) != item.department:
        department = DEPARTMENT_NUMBERS.get(item.department, item.department)
    parts: list[Value] = [
        MATTER_NUMBERS.get(item.matter, item.matter),
        (item.valid_from - issued_on).days,
        None if item.valid_to is None else (item.valid_to - item.valid_from).days,
        item.tail,
    ]
    if item.state is not ItemState.VALID:
        return [*parts, department, RECORDED.index(item.state)]
    return parts if department is None else [*parts, department]


def unpack(payload: bytes) -> Content:
    """The content of a payload. Raises Malformed for all that `pack` would not have written, byte for byte."""
    fields = decode(payload)
    if not isinstance(fields, dict) or set(fields) != set(range(1, 9)) or fields[1] != FORMAT:
        raise Malformed("not the map of a licence")
    seconds, items = whole(fields[6], SECONDS), fields[8]
    if not isinstance(items, dict) or not 0 < len(items) <= 40:
        raise Malformed("no items, or too many")
    content = Content(
        number=_text(fields[2], 60),
        version=whole(fields[3], VERSIONS),
        holder=_text(fields[4], 100),
        uscc=_unpack_uscc(fields[5]),
        issued_at=_EPOCH + timedelta(seconds=seconds),
        seat=whole(fields[7], SEATS),
        items=tuple(_unpack_item(position, item, _day(seconds)) for position, item in items.items()),
    )
    if encode(pack(content)) != payload:
        raise Malformed("another way to write the same")
    return content


def _text(value: Value, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit or any(category(sign) in UNSEEN for sign in value):
        raise Malformed("not a text, or too long")
    return value


def _unpack_uscc(value: Value) -> str:
    if isinstance(value, str):
        return _text(value, 30)
    if not isinstance(value, bytes) or len(value) != _USCC_BYTES:
        raise Malformed("not a credit code")
    number, characters = int.from_bytes(value, "big"), ""
    for _ in range(_USCC_LENGTH):
        number, place = divmod(number, len(_USCC_ALPHABET))
        characters = _USCC_ALPHABET[place] + characters
    return characters


def _unpack_item(position: int, value: Value, issued_on: date) -> CodeItem:
    if not isinstance(value, list) or not 4 <= len(value) <= 6:
        raise Malformed("not an item")
    parts = [*value, None, None][:6]
    matter = _named(parts[0], tuple(matter for matter, _ in MATTERS))
    department = USUAL_DEPARTMENT.get(matter) if parts[4] is None else _named(parts[4], DEPARTMENTS)
    if department is None:
        raise Malformed("an item without a department")
    begin = issued_on + timedelta(days=whole(parts[1], range(-_DAYS // 2, _DAYS // 2)))
    return CodeItem(
        position=whole(position, POSITIONS),
        matter=matter,
        department=department,
        valid_from=begin,
        valid_to=None if parts[2] is None else begin + timedelta(days=whole(parts[2], range(_DAYS))),
        tail=None if parts[3] is None else whole(parts[3], range(10**TAIL_DIGITS)),
        state=RECORDED[whole(parts[5], range(1, len(RECORDED)))] if len(value) == 6 else ItemState.VALID,
    )


def _named(value: Value, table: tuple[str, ...]) -> str:
    """An id, given itself or by its number in the table."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    return table[whole(value, range(1, len(table) + 1)) - 1]
