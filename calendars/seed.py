"""The calendar that comes with the house: chinesecalendar's data, checked day by day against the package holidays.

Two packages that were made from the same State Council notices by different people must say the same of every day;
where they do not, a year is not official until somebody loads its notice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar
import holidays

from calendars.working_days import WORKING_KINDS, Row

FIRST_YEAR = 2019
PROVISIONAL_YEARS = 2
"""How many years after the last notice are laid out provisionally: a case filed in December reaches into them."""

SOURCE = "chinesecalendar"
NAMES = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}  # fmt: skip
"""chinesecalendar's names as the notices write them."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what it is, and the holiday's name where it has to do with one."""

    date: date
    kind: str
    name: str = ""


def days_of(year: int) -> Iterator[date]:
    """Every day of the year, in order."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(1)


def plain_kind(day: date) -> str:
    """What the day is where no notice speaks of it."""
    return "weekend" if day.weekday() >= 5 else "workday"


def last_year() -> int:
    """The last year whose notice is in chinesecalendar."""
    return int(max(chinese_calendar.constants.holidays).year)


@cache
def official_days(year: int) -> tuple[Day, ...]:
    """The year by its notice; empty where chinesecalendar does not have the year."""
    if not FIRST_YEAR <= year <= last_year():
        return ()
    return tuple(_official_day(day) for day in days_of(year))


def _official_day(day: date) -> Day:
    data = chinese_calendar.constants
    if day in data.holidays:
        return Day(day, "holiday", NAMES.get(data.holidays[day], data.holidays[day]))
    if day in data.workdays:
        return Day(day, "makeup", NAMES.get(data.workdays[day], data.workdays[day]))
    return Day(day, plain_kind(day))


@cache
def disagreements(year: int) -> tuple[date, ...]:
    """The days on which the two packages differ about work; empty where the year may be called official."""
    other = holidays.China(years=year)
    return tuple(
        day.date for day in official_days(year) if (day.kind in WORKING_KINDS) != other.is_working_day(day.date)
    )


@cache
def provisional_days(year: int) -> tuple[Day, ...]:
    """The year before its notice: weekends and the statutory days (with their substitutes), no make-up days."""
    statutory = holidays.China(years=year, language="zh_CN")
    return tuple(
        Day(day, "holiday", statutory[day]) if day in statutory else Day(day, plain_kind(day)) for day in days_of(year)
    )


@cache
def rows() -> dict[int, tuple[Row, ...]]:
    """Year → rows of all years that come with the house: official ones, then the provisional ones after them."""
    official = [year for year in range(FIRST_YEAR, last_year() + 1) if not disagreements(year)]
    later = range(last_year() + 1, last_year() + 1 + PROVISIONAL_YEARS)
    return {year: tuple((day.date, day.kind, "official") for day in official_days(year)) for year in official} | {
        year: tuple((day.date, day.kind, "provisional") for day in provisional_days(year)) for year in later
    }
