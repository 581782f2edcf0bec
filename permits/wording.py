"""How numbers and days are written for people."""

from datetime import date


def grouped(number: str) -> str:
    """A case number in groups of four, as one reads it out: `3101 0520 2600 0001 1`."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def long_date(day: date) -> str:
    """`2026年2月25日`, as papers are dated."""
    return f"{day.year}年{day.month}月{day.day}日"
