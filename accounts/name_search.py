"""Finding names by their pinyin or its initials, from the beginning: an index answers, however many enterprises there are.

Whoever looks for 上海长宁示例便利店 types `cnsl` or `slbl`, not `shcnsl`: the names of the place in front of a name may be left out.
"""

from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from accounts.pinyin import pinyin_of

Row = TypeVar("Row", bound=Model)
COLUMNS = ("pinyin", "initials")
PAST = "z" * 60
"""Whatever begins like a text lies between it and it with this behind it: small letters and digits alone, so that every order of
signs agrees."""


def is_typed(text: str) -> bool:
    """Whether a text could be pinyin: letters and digits of a keyboard."""
    return bool(typed(text)) and text.isascii() and typed(text).isalnum()


def typed(text: str) -> str:
    """A text as pinyin stands in the columns."""
    return "".join(text.lower().split())


def begins_with(text: str, prefix: str = "") -> Q:
    """Names whose pinyin or initials begin with the text, or do so behind the place's name; each part is a range of an index."""
    found, words = Q(), typed(text)
    for place, column in _places():
        found |= Q(**{f"{prefix}{column}__range": (place + words, place + words + PAST)})
    return found


def by_pinyin(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """The rows (enterprises, entries of the register) whose name is meant by a text that `is_typed`.

    Only where nothing begins so is every name looked through for one that has it in its midst (`bld`).
    """
    found = rows.filter(begins_with(text))
    if found.exists():
        return found
    words = typed(text)
    return rows.filter(Q(pinyin__contains=words) | Q(initials__contains=words))


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """What may stand before the name, in the writing of each column; nothing first."""
    names = ("", *settings.PLACE_NAMES)
    return tuple(dict.fromkeys((pinyin_of(name)[at], column) for name in names for at, column in enumerate(COLUMNS)))
