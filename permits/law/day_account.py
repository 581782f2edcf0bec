"""Where the days went: every day of a case from its receipt on belongs to exactly one part, so that the parts add up.

    account(calendar, Course(received_on, until, accepted_on, supplements, matters))

Pure. A day is counted as the clock counts it: the day of an event is not counted, the day on which a part ends is its
last (R2.2). Hence the parts are the spans first < d <= last between events, and the sum runs from receipt (not counted)
up to and with the last day. What the law dates back is dated back here too: acceptance by silence holds from the day of
receipt, so the days that the window let pass are the departments' days (R2.8).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from calendars.working_days import WorkingCalendar
from permits.clock import Span, Stop


class Part(StrEnum):
    """Whose days they are."""

    WINDOW = "window"
    """The window checks what came in."""
    APPLICANT = "applicant"
    """A supplement notice waits for its answer."""
    WORKING = "working"
    """A clock runs: a department has to decide."""
    STOPPED = "stopped"
    """Every clock that is left stands on a ground of article 45 (R2.21)."""
    PAPER = "paper"
    """All is decided, and a paper that may come late is still to be brought (R6.10)."""
    MAKING = "making"
    """All is decided: the licence is made and delivered."""


@dataclass(frozen=True, slots=True)
class MatterCourse:
    """A matter's stops, and the day on which it was decided or withdrawn (None: still open)."""

    ended_on: date | None = None
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The dated facts of a case. `until` is its last day: closed with nothing to deliver, delivered, or today.

    `supplements`: day on which the notice reached the applicant, day of the answer (None while it waits); until then it is the
    window's. `papers`: the days on which the papers that could come late were brought (None while one is awaited).
    """

    received_on: date
    until: date
    accepted_on: date | None = None
    supplements: tuple[tuple[date, date | None], ...] = ()
    matters: tuple[MatterCourse, ...] = ()
    papers: tuple[date | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days d with first < d <= last that belong to one part."""

    part: Part
    first: date
    last: date
    days: int
    working_days: int

    @property
    def begins(self) -> date:
        """Its first day, as people write it: both ends count."""
        return self.first + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """All days of one part."""

    part: Part
    days: int
    working_days: int


@dataclass(frozen=True, slots=True)
class Account:
    """The stretches in order. Neighbours belong to different parts; together they are the whole, without gap."""

    stretches: tuple[Stretch, ...]

    @property
    def days(self) -> int:
        """Calendar days of the whole."""
        return sum(stretch.days for stretch in self.stretches)

    @property
    def working_days(self) -> int:
        """Working days of the whole."""
        return sum(stretch.working_days for stretch in self.stretches)

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each part has, in the order of a case's life; parts that have no day are left out."""
        found = (self._share(part) for part in Part)
        return tuple(share for share in found if share.days)

    def of(self, part: Part) -> Share:
        """What one part has, which may be nothing."""
        return self._share(part)

    def _share(self, part: Part) -> Share:
        own = [stretch for stretch in self.stretches if stretch.part is part]
        return Share(part, sum(one.days for one in own), sum(one.working_days for one in own))


def account(calendar: WorkingCalendar, course: Course) -> Account:
    """Every day of the case. Raises `YearNotLoaded` where the calendar does not reach."""
    return Account(tuple(_stretch(calendar, part, span) for part, span in _merged(_pieces(course))))


def matter_account(calendar: WorkingCalendar, course: Course, matter: MatterCourse) -> Account:
    """Every day of one matter, from the receipt of its case to its own end."""
    until = min(course.until, matter.ended_on or course.until)
    return account(calendar, Course(course.received_on, until, course.accepted_on, course.supplements, (matter,)))


def _stretch(calendar: WorkingCalendar, part: Part, span: Span) -> Stretch:
    first, last = span
    return Stretch(part, first, last, (last - first).days, calendar.count(first, last))


def _pieces(course: Course) -> Iterator[tuple[Part, Span]]:
    """The time between each two neighbouring events; nothing changes within."""
    known = {day for day in _events(course) if course.received_on < day < course.until}
    borders = sorted(known | {course.received_on, course.until}) if course.until > course.received_on else []
    return ((_part_of(course, last), (first, last)) for first, last in pairwise(borders))


def _events(course: Course) -> Iterator[date]:
    """Every day on which the part may change."""
    moments: list[date | None] = [course.accepted_on, *course.papers]
    for notice in course.supplements:
        moments += notice
    for matter in course.matters:
        moments.append(matter.ended_on)
        for stop in matter.stops:
            moments += (stop.start, stop.end)
    return (day for day in moments if day is not None)


def _part_of(course: Course, day: date) -> Part:
    """Whose day it is. One running matter makes the day the departments': a stop of another frees nobody."""
    if course.accepted_on is not None and day > course.accepted_on:
        open_matters = [one for one in course.matters if one.ended_on is None or day <= one.ended_on]
        if not open_matters:
            return Part.PAPER if any(came is None or day <= came for came in course.papers) else Part.MAKING
        return Part.STOPPED if all(_stands(one, day) for one in open_matters) else Part.WORKING
    waiting = any(asked < day and (answered is None or day <= answered) for asked, answered in course.supplements)
    return Part.APPLICANT if waiting else Part.WINDOW


def _stands(matter: MatterCourse, day: date) -> bool:
    return any(stop.start < day and (stop.end is None or day <= stop.end) for stop in matter.stops)


def _merged(pieces: Iterable[tuple[Part, Span]]) -> list[tuple[Part, Span]]:
    """Neighbours of the same part as one."""
    found: list[tuple[Part, Span]] = []
    for part, (first, last) in pieces:
        if found and found[-1][0] is part:
            found[-1] = (part, (found[-1][1][0], last))
        else:
            found.append((part, (first, last)))
    return found
