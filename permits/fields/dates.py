"""Dates as people write them; the value is an ISO date."""

import re
from datetime import date

from permits.fields.faults import Fault, _
from permits.fields.texts import narrow, without_label

PARTS = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
CHINESE = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
WITHOUT_END = frozenset({"长期", "永久", "长期有效", "无固定期限", "不约定期限"})
EXAMPLE = "2026-03-01"


def a_date(raw: object) -> str | None:
    """The ISO date; None for a term without an end. 2026-3-1, 2026.3.1, 20260301, 2026年3月1日, 二〇二六年三月一日 are read."""
    text = without_label(narrow(raw))
    if text in WITHOUT_END:
        return None
    text = _digits(text)
    found = PARTS.match(text) or COMPACT.match(text)
    if found is None:
        raise Fault(_("请按“年-月-日”写日期，年份写四位，例如：%(example)s"), example=EXAMPLE)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Fault(_("没有“%(text)s”这一天，请核对后重写，例如：%(example)s"), text=text, example=EXAMPLE) from None
    if not 1900 <= day.year <= 2200:
        raise Fault(_("年份“%(year)d”不对，请核对后重写，例如：%(example)s"), year=day.year, example=EXAMPLE)
    return day.isoformat()


def _digits(text: str) -> str:
    """Chinese numerals as digits: 二〇二六 → 2026, 十二 → 12, 三十 → 30."""
    text = "".join(CHINESE.get(sign, sign) for sign in text)
    text = re.sub(r"(\d)十(\d)", r"\1\2", text)
    text = re.sub(r"(\d)十", r"\g<1>0", text)
    text = re.sub(r"十(\d)", r"1\1", text)
    return text.replace("十", "10")
