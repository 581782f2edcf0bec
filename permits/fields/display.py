"""Values as a person reads them."""

from datetime import date
from typing import Any

from industries.entities import Field


def words(field: Field, value: Any) -> str:
    """The value in words; empty for nothing. A table is told as the number of its rows."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.type == "table":
        return f"共{len(value)}行"
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if isinstance(value, int | float):
        return f"{value:,}{field.unit or ''}"
    return _day(str(value)) if field.type == "date" else str(value)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
