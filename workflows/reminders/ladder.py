"""The ladder: which reminders of something are due on a day, and who stands on each rung. Pure.

A rung lies so many working days before (-) or after (+) the last day. Derived from dates, never counted up: a rung once
reached stays reached, so that a missed night is made up, and what is on record is never told again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from calendars.working_days import WorkingCalendar, YearNotLoaded
from permits.clock import days_left


class Level(StrEnum):
    """Who is told, from the one who does the work upwards. The applicant stands on no ladder of the administration's."""

    APPLICANT = "applicant"
    OFFICER = "officer"
    HEAD = "head"
    LEAD = "lead"
    OFFICE = "office"
    ADMINISTRATOR = "administrator"


LEVELS = tuple(Level)
STAFF = LEVELS[1:]


class Kind(StrEnum):
    """What falls due."""

    INTAKE = "intake_check"
    SUPPLEMENT = "supplement"
    LATE_PAPER = "late_paper"
    LATE_CHECK = "late_paper_check"
    PROMISED = "promised"
    STATUTORY = "statutory"
    JOINT = "joint_limit"
    STOP = "clock_stop"
    HEARING_RIGHT = "hearing_right"
    HEARING = "hearing"
    DELIVERY = "delivery"
    SERVICE = "service"
    AFTER_CHECK = "after_check"
    RECTIFICATION = "rectification"
    INSPECTION = "inspection"
    CHANGES = "changes"
    VISIT = "visit"
    AUTHORITY = "authority"
    RENEWAL = "renewal"
    APPLICATION = "application"
    REGISTRATION = "registration"
    SUSPENSION = "suspension"
    HELD_PERMIT = "held_permit"
    REVIEW_CONTACT = "review_contact"
    REVIEW_ANSWER = "review_answer"
    REVIEW_PROMISE = "review_promise"
    DROP_IN = "drop_in"
    SUSPICION = "suspicion"
    REFERRAL = "referral"


THEIRS = frozenset(
    {
        Kind.HEARING_RIGHT,
        Kind.SUPPLEMENT,
        Kind.LATE_PAPER,
        Kind.AUTHORITY,
        Kind.RECTIFICATION,
        Kind.CHANGES,
        Kind.RENEWAL,
        Kind.REGISTRATION,
    }
)
"""What the applicant has to do: nobody else's lateness is told to them by a reminder."""
REVIEWS = frozenset({Kind.REVIEW_CONTACT, Kind.REVIEW_ANSWER, Kind.REVIEW_PROMISE})
"""What becomes of bad reviews: told to those who answer them, without a word of who gave them (R3.5, R3.7)."""
FARTHEST = 60
"""Working days from the last day within which a rung may lie."""


@dataclass(frozen=True, slots=True)
class Rung:
    """So many working days after the last day (negative: before it, 0: on it), these are told."""

    distance: int
    levels: tuple[Level, ...]


Ladder = tuple[Rung, ...]
"""Rungs from the earliest to the latest."""
Ladders = Mapping[Kind, Ladder]


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be told now of one thing: by which rule, to whom; `passed` are rules that need not be told any more."""

    rule: str
    levels: tuple[Level, ...]
    passed: tuple[str, ...] = ()


def rule_name(kind: Kind, rung: Rung) -> str:
    """The rule's name on record: `promised+1`."""
    return f"{kind}{rung.distance:+d}"


def reached(calendar: WorkingCalendar, due: date, today: date, ladder: Ladder) -> Ladder:
    """The rungs reached by a day. Raises `YearNotLoaded`."""
    if not ladder:
        return ()
    left = days_left(calendar, today, due)
    return tuple(rung for rung in ladder if left <= -rung.distance)


def call(
    calendar: WorkingCalendar, kind: Kind, due: date | None, today: date, ladder: Ladder, told: Collection[str]
) -> Call | None:
    """What is to be told of something that is due on a day; None where nothing is, or its clock stands (no day).

    Of several rungs reached at once, after missed nights, the highest is told, and to everybody on the others: what they
    would have said is no longer so. Raises `YearNotLoaded`.
    """
    if due is None:
        return None
    new = [rung for rung in reached(calendar, due, today, ladder) if rule_name(kind, rung) not in told]
    if not new:
        return None
    wanted = {level for rung in new for level in rung.levels}
    names = [rule_name(kind, rung) for rung in new]
    return Call(names[-1], tuple(level for level in LEVELS if level in wanted), tuple(names[:-1]))


def horizon(calendar: WorkingCalendar, today: date, ladder: Ladder) -> date:
    """The last due day that can have a rung by today: whatever is due later is not looked at."""
    ahead = max((-rung.distance for rung in ladder), default=0)
    if ahead < 0:
        return today
    try:
        return calendar.add(today, ahead + 1).date - timedelta(1)
    except YearNotLoaded:
        return today + timedelta(3 * ahead + 15)


def next_change(calendar: WorkingCalendar, due: date, after: date, until: date, ladder: Ladder) -> date | None:
    """The first day within (after, until] on which a rung is reached that was not before. Raises `YearNotLoaded`."""
    before = len(reached(calendar, due, after, ladder))
    if len(reached(calendar, due, until, ladder)) == before:
        return None
    low, high = after.toordinal(), until.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        same = len(reached(calendar, due, date.fromordinal(middle), ladder)) == before
        low, high = (middle, high) if same else (low, middle)
    return date.fromordinal(high)


class UnusableLadder(ValueError):
    """The table means nothing; the message says where and what to write."""


def read(document: Any, defaults: Ladders | None = None) -> Ladders:
    """The ladders of a table; kinds that it does not name keep their defaults.

    promised: {-1: [officer], 1: [officer, head], 3: [lead], 5: [office]}
    """
    if not isinstance(document, Mapping):
        raise UnusableLadder("write a table: kind, then distance in working days, then who is told")
    found = dict(defaults or {})
    for name, rungs in document.items():
        if name not in set(Kind):
            raise UnusableLadder(f"{name}: unknown; write one of {', '.join(Kind)}")
        found[Kind(name)] = _ladder(Kind(name), rungs)
    return found


def _ladder(kind: Kind, rungs: Any) -> Ladder:
    if not isinstance(rungs, Mapping):
        raise UnusableLadder(f"{kind}: write distances with who is told, or {{}} for no reminders")
    for distance in rungs:
        if not isinstance(distance, int) or isinstance(distance, bool) or abs(distance) > FARTHEST:
            raise UnusableLadder(f"{kind}.{distance}: write working days from -{FARTHEST} to {FARTHEST}")
    return tuple(Rung(distance, _levels(kind, distance, rungs[distance])) for distance in sorted(rungs))


def _levels(kind: Kind, distance: int, names: Any) -> tuple[Level, ...]:
    known: Iterable[Level] = LEVELS if kind in THEIRS else STAFF
    if not isinstance(names, list) or not names or not set(map(str, names)) <= set(known):
        raise UnusableLadder(f"{kind}.{distance}: write a list of {', '.join(known)}")
    return tuple(level for level in LEVELS if level in names)
