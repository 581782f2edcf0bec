"""Numbers with their units: amounts in 万元, areas in ㎡, counts of people and things."""

import re
from decimal import Decimal

from permits.fields.faults import Fault, _
from permits.fields.texts import narrow, without_label

NUMBER = re.compile(
    r"^(?:约|大约|共|合计|人民币|RMB|¥)?\s*([+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)\s*(.*)$",
    re.IGNORECASE,
)
TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
MONEY = {
    f"{times}{word}": Decimal(factor)
    for times, factor in TIMES.items()
    for word in ("", "元", "圆", "元整", "元人民币", "人民币")
}
UNITS: dict[str, dict[str, Decimal]] = {
    "万元": {word: factor / 10_000 for word, factor in MONEY.items() if word} | {"": Decimal(1)},
    "㎡": dict.fromkeys(("", "m2", "m^2", "平方米", "平米", "平方", "平", "方"), Decimal(1)),
    "m³": dict.fromkeys(("", "m3", "m^3", "立方米", "立方", "方", "吨", "t"), Decimal(1)),
    "米": dict.fromkeys(("", "米", "m", "公尺"), Decimal(1))
    | {"公里": Decimal(1000), "千米": Decimal(1000), "km": Decimal(1000)},
    "%": {"": Decimal(1), "%": Decimal(1)},
}
COUNTED = "人个名位间张台部座床处套件只把辆家条路"
LARGEST = Decimal(10) ** 12


def number(raw: object, unit: str | None, example: str) -> int | float:
    """A number that is not negative, in the field's unit; other units of the same kind are converted."""
    found = NUMBER.match(without_label(narrow(raw)))
    if found is None:
        raise Fault(_("请写数字，例如：%(example)s"), example=example)
    known = UNITS.get(unit or "", {"": Decimal(1), unit or "": Decimal(1)})
    word = found[2].strip().removesuffix("左右").lower()
    if word not in known:
        raise Fault(
            _("看不懂单位“%(word)s”。请只写数字(单位：%(unit)s)，例如：%(example)s"),
            word=word,
            unit=unit or "无",
            example=example,
        )
    value = Decimal(re.sub("[, ]", "", found[1])) * known[word]
    if not 0 <= value < LARGEST:
        raise Fault(_("数字不能为负，也不能过大，例如：%(example)s"), example=example)
    return int(value) if value == value.to_integral_value() else float(value)


def integer(raw: object, example: str = "12") -> int:
    """A whole number of people or things; a counting word behind it is forgiven."""
    text = without_label(narrow(raw))
    value = number(text.rstrip(COUNTED), None, example)
    if not isinstance(value, int):
        raise Fault(_("请写整数，不要小数，例如：%(example)s"), example=example)
    return value
