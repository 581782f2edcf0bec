"""Working-day arithmetic on a calendar of days (R2.1, R2.2, R2.6). Pure: rows in, dates out.

The calendar is indexed once (a running count of working days), so that adding and counting take no walk over the days:
worklists ask for thousands of deadlines at a time.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Self

Row = tuple[date, str, str]
"""A day, its kind (`workday`, `makeup`, `weekend`, `holiday`), its status (`official`, `provisional`)."""

WORKING_KINDS = frozenset({"workday", "makeup"})
PROVISIONAL = "provisional"
SATURDAY = 5


class YearNotLoaded(LookupError):
    """A year has no row in the calendar: nothing is computed through it, never a guess (R2.6)."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return f"{self.year} 年的节假日安排尚未载入"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day. `provisional`: it rests on days of a year without an official notice and may still move."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DayFact:
    """What the calendar says of a day: its kind (`workday`, `makeup`, `weekend`, `holiday`), a holiday's name."""

    date: date
    kind: str
    name: str = ""
    provisional: bool = False

    @property
    def works(self) -> bool:
        """Whether it is a working day."""
        return self.kind in WORKING_KINDS


def _days_of(years: Iterable[int]) -> Iterator[date]:
    """Every day of the years, in order."""
    for year in sorted(years):
        first = date(year, 1, 1).toordinal()
        yield from map(date.fromordinal, range(first, date(year, 12, 31).toordinal() + 1))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days count. Days keep their place in `_ordinals`; the other tuples run beside it.

    `_until[i]` working days lie before the i-th day, `_unsure[i]` provisional ones.
    """

    years: frozenset[int]
    _ordinals: tuple[int, ...] = field(repr=False)
    _working: tuple[int, ...] = field(repr=False)
    _until: tuple[int, ...] = field(repr=False)
    _unsure: tuple[int, ...] = field(repr=False)

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> Self:
        """The calendar of these rows. A day missing in a year that has rows counts by its weekday, provisionally."""
        known = {day: (kind in WORKING_KINDS, status == PROVISIONAL) for day, kind, status in rows}
        years = frozenset(day.year for day in known)
        days = list(_days_of(years))
        marks = [known.get(day) or (day.weekday() < SATURDAY, True) for day in days]
        return cls(
            years=years,
            _ordinals=tuple(day.toordinal() for day in days),
            _working=tuple(day.toordinal() for day, (works, _) in zip(days, marks, strict=True) if works),
            _until=tuple(accumulate((int(works) for works, _ in marks), initial=0)),
            _unsure=tuple(accumulate((int(unsure) for _, unsure in marks), initial=0)),
        )

    def is_working(self, day: date) -> bool:
        """Whether the day counts. Raises `YearNotLoaded`."""
        place = self._place(day)
        return self._until[place] < self._until[place + 1]

    def is_provisional(self, day: date) -> bool:
        """Whether the day's kind rests on no official notice. Raises `YearNotLoaded`."""
        return self.has_provisional(day, day)

    def has_provisional(self, first: date, last: date) -> bool:
        """Whether a day within [first, last] rests on no official notice. Raises `YearNotLoaded`."""
        return self._unsure[self._place(last) + 1] > self._unsure[self._place(first)]

    def is_tentative(self, first: date, last: date) -> bool:
        """Whether a last day that is counted from `first` may still move: some day up to it rests on no official notice."""
        try:
            return self.has_provisional(min(first, last), last)
        except YearNotLoaded:
            return True

    def add(self, day: date, n: int) -> Deadline:
        """The n-th working day after `day`, which itself is not counted (R2.2).

        With n = 0 the day itself where it is a working day, else the next one. Raises `YearNotLoaded`, and
        `ValueError` for a negative n.
        """
        if n < 0:
            raise ValueError(f"{n} working days: write 0 or more")
        if n == 0:
            return self._on_or_after(day)
        index = self._until[self._place(day) + 1] + n - 1
        if index >= len(self._working):
            raise YearNotLoaded(self._first_missing_after(day.year))
        end = date.fromordinal(self._working[index])
        self._require_years(day.year, end.year)
        return Deadline(end, self.has_provisional(day + timedelta(1), end))

    def add_calendar_days(self, day: date, n: int) -> Deadline:
        """`n` calendar days after `day`; a last day that is no working day moves on to the next one (R2.2)."""
        if n < 0:
            raise ValueError(f"{n} calendar days: write 0 or more")
        return self._on_or_after(day + timedelta(n))

    def next_working_day(self, day: date) -> Deadline:
        """The first working day after `day`."""
        return self.add(day, 1)

    def count(self, first: date, last: date) -> int:
        """The number of working days d with first < d <= last; 0 where last is not after first."""
        if last <= first:
            return 0
        self._require_years(first.year, last.year)
        return self._until[self._place(last) + 1] - self._until[self._place(first) + 1]

    def _on_or_after(self, day: date) -> Deadline:
        """The day itself where it counts, else the next that does."""
        index = self._until[self._place(day)]
        if index >= len(self._working):
            raise YearNotLoaded(self._first_missing_after(day.year))
        end = date.fromordinal(self._working[index])
        self._require_years(day.year, end.year)
        return Deadline(end, self.has_provisional(day, end))

    def _place(self, day: date) -> int:
        """The day's index."""
        if day.year not in self.years:
            raise YearNotLoaded(day.year)
        return bisect_left(self._ordinals, day.toordinal())

    def _require_years(self, first: int, last: int) -> None:
        """Raises `YearNotLoaded` for the first year within [first, last] that has no row."""
        for year in range(first, last + 1):
            if year not in self.years:
                raise YearNotLoaded(year)

    def _first_missing_after(self, year: int) -> int:
        """The first year from `year` on that has no row."""
        while year in self.years:
            year += 1
        return year
