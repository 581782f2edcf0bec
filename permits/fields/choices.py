"""One of several, some of several, yes or no."""

import re
from collections.abc import Iterable, Sequence

from permits.fields.faults import Fault, _
from permits.fields.texts import narrow, without_label

YES = frozenset({"true", "yes", "y", "1", "on", "是", "有", "对", "√"})
NO = frozenset({"false", "no", "n", "0", "off", "否", "无", "没有", "不是", "×"})


def choice(raw: object, options: Sequence[str]) -> str:
    """The option that was meant; width of signs, spaces and a pasted label do not matter."""
    for text in (narrow(raw), without_label(narrow(raw))):
        for option in options:
            if narrow(option) == text:
                return option
    raise Fault(
        _("没有“%(given)s”这个选项，请选择其中一个：%(options)s"), given=narrow(raw), options="、".join(options)
    )


def several(raw: object, options: Sequence[str]) -> list[str]:
    """The options that were meant, in the catalogue's order."""
    if isinstance(raw, str):
        given: Iterable[object] = [raw] if any(narrow(o) == narrow(raw) for o in options) else re.split(r"[;;\n]", raw)
    elif isinstance(raw, Iterable):
        given = raw
    else:
        given = [raw]
    meant = {choice(one, options) for one in given if narrow(one)}
    return [option for option in options if option in meant]


def yes_or_no(raw: object) -> bool:
    """True or false."""
    text = narrow(raw).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Fault(_("请选择“是”或“否”"))


def declaration(raw: object) -> bool | None:
    """A declaration is made by ticking it; whoever does not tick it has not answered."""
    return True if yes_or_no(raw) else None
