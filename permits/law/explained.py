"""Why a limit ends on its day: every day named, counted or left out, with the rule (R2.1, R2.2, R2.21).

Pure, and counted by walking from day to day - another way than `permits.clock`, which jumps; tests hold the two together.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from calendars.working_days import DayFact
from permits.clock import RECTIFICATION, DayType, Limits, Stop

LONGEST_WALK = 5 * 366
"""Days after which a walk has gone astray: no limit of any statute is that long."""


class Why(StrEnum):
    """Why a day counts or does not."""

    START = "start"
    COUNTED = "counted"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    STOPPED = "stopped"
    MOVED = "moved"


RULES = {
    Why.START: "R2.2",
    Why.COUNTED: "R2.1",
    Why.MAKEUP: "R2.1",
    Why.WEEKEND: "R2.1",
    Why.HOLIDAY: "R2.1",
    Why.STOPPED: "R2.21",
    Why.MOVED: "R2.2",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One day of the count. `number` is its place in the count, 0 for a day that does not count."""

    date: date
    why: Why
    number: int = 0
    name: str = ""
    grounds: tuple[str, ...] = ()
    provisional: bool = False

    @property
    def rule(self) -> str:
        """The rule by which it counts or does not."""
        stopped_for = set(self.grounds) if self.why == Why.STOPPED else set()
        return "R2.22" if stopped_for == {RECTIFICATION} else RULES[self.why]


@dataclass(frozen=True, slots=True)
class Count:
    """A limit counted out: `days` of `day_type` from `start`, line by line; `end` is None while the clock stands."""

    start: date
    days: int
    day_type: str
    lines: tuple[Line, ...]
    end: date | None

    @property
    def counted(self) -> int:
        """Days of the limit that have been counted."""
        return max((line.number for line in self.lines), default=0)

    @property
    def left_out(self) -> int:
        """Days that lie within the walk and do not count, the first day aside."""
        return sum(line.number == 0 and line.why is not Why.START for line in self.lines)

    @property
    def provisional(self) -> bool:
        """Whether a day that the result rests on has no official notice yet."""
        return any(line.provisional for line in self.lines)


Facts = Callable[[date], DayFact]
"""What the calendar says of a day."""


def count_out(facts: Facts, start: date, days: int, day_type: str, stops: Sequence[Stop], today: date) -> Count:
    """Count the limit out. While a stop is open the walk ends with `today`, and there is no end."""
    lines = [Line(start, Why.START)] if days else []
    number, end, still = 0, None, any(stop.is_open for stop in stops)
    for day in _days_after(start, with_start=days == 0):
        if still and day > today:
            break
        line = _line(facts(day), day_type, stops, number, days)
        number = max(number, line.number)
        lines.append(line)
        if number == line.number == days and _may_end(facts(day), stops):
            end = day
            break
    return Count(start, days, day_type, tuple(lines), None if still else end)


def _days_after(start: date, *, with_start: bool) -> Iterator[date]:
    for distance in range(0 if with_start else 1, LONGEST_WALK):
        yield start + timedelta(distance)
    raise ValueError(f"no limit ends within {LONGEST_WALK} days of {start}")


def _line(fact: DayFact, day_type: str, stops: Sequence[Stop], number: int, days: int) -> Line:
    if grounds := grounds_on(fact.date, stops):
        unsure = fact.provisional and (day_type == DayType.WORKING or number == days)
        return Line(fact.date, Why.STOPPED, name=fact.name, grounds=grounds, provisional=unsure)
    if day_type == DayType.CALENDAR:
        return _calendar_line(fact, number, days)
    if not fact.works:
        return Line(fact.date, Why(fact.kind), name=fact.name, provisional=fact.provisional)
    why = Why.MAKEUP if fact.kind == "makeup" else Why.COUNTED
    return Line(fact.date, why, min(number + 1, days), fact.name, provisional=fact.provisional)


def _calendar_line(fact: DayFact, number: int, days: int) -> Line:
    """A calendar day counts whatever it is; after the last one only a working day can end the limit."""
    if number < days:
        # Whether a day in the middle is a day off changes nothing, so nothing rests on its notice.
        unsure = fact.provisional and number + 1 == days
        return Line(fact.date, Why.COUNTED, number + 1, fact.name, provisional=unsure)
    if fact.works:
        return Line(fact.date, Why.MOVED, days, fact.name, provisional=fact.provisional)
    return Line(fact.date, Why(fact.kind), name=fact.name, provisional=fact.provisional)


def _may_end(fact: DayFact, stops: Sequence[Stop]) -> bool:
    """Whether a limit can end on the day: a working day on which the clock runs."""
    return fact.works and not grounds_on(fact.date, stops)


def grounds_on(day: date, stops: Sequence[Stop]) -> tuple[str, ...]:
    """On which grounds the clock stands on a day: start < day <= end of any stop, each ground once."""
    standing = (stop.ground for stop in stops if stop.start < day and (stop.end is None or day <= stop.end))
    return tuple(dict.fromkeys(standing))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Both limits of a matter counted out. `statutory` has the extension in it, `unextended` is without it; where the
    extension counts days of another kind, `extra` goes on from the statute instead."""

    promised: Count
    statutory: Count
    unextended: Count | None = None
    extra: Count | None = None

    @property
    def statutory_by(self) -> date | None:
        """The statutory limit, its extension included."""
        return self.extra.end if self.extra else self.statutory.end

    @property
    def promised_by(self) -> date | None:
        """The promise, which never ends after the statute's own limit (R1.37)."""
        own = self.unextended or self.statutory
        return min((count.end for count in (self.promised, own) if count.end), default=None)


def explain(facts: Facts, accepted_on: date, limits: Limits, today: date) -> Explanation:
    """Both limits of a matter accepted on a day, as `permits.clock.dates` has them, counted out."""

    def count(start: date, days: int, day_type: str) -> Count:
        return count_out(facts, start, days, day_type, limits.stops, today)

    promised = count(accepted_on, limits.promised_days, DayType.WORKING)
    statutory = count(accepted_on, limits.statutory_days, limits.day_type) if limits.statutory_days else promised
    extension, explained = limits.extension, Explanation(promised, statutory)
    if extension is None:
        return explained
    if limits.statutory_days and extension.day_type == limits.day_type:
        whole = count(accepted_on, limits.statutory_days + extension.days, limits.day_type)
        return replace(explained, statutory=whole, unextended=statutory)
    if statutory.end is None:
        return explained
    return replace(explained, extra=count(statutory.end, extension.days, extension.day_type))
