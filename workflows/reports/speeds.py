"""How fast the departments decide: median and slowest working days from acceptance to decision, by department and matter.

    rows = speeds_of(user, Period(since, until), calendar)

Two statements, however many cases: the database groups the matters whose clock never stood by their two days, so that as
many rows come as there are pairs of days; only the few with a stop are read one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef

from accounts.models import User
from calendars.working_days import WorkingCalendar
from permits import clock
from permits.models import ClockStop
from workflows.reports.figures import LATE, LIMITED, Period, Share, decided_matters

Key = tuple[str, str, str]
"""A department's code and name, a matter's id."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One matter in one department. `slowest_case` is the number of a case that took the longest."""

    body: str
    department: str
    matter: str
    name: str
    decided: int
    median: float
    slowest: int
    slowest_case: str
    promise: Share


@dataclass(frozen=True, slots=True)
class Tally:
    """`count` matters that took the same number of working days; `case` is one of theirs."""

    name: str
    days: int
    count: int
    late: int
    limited: int
    case: str


def speeds_of(user: User, period: Period, calendar: WorkingCalendar) -> tuple[Speed, ...]:
    """The slowest median first."""
    tallies: dict[Key, list[Tally]] = defaultdict(list)
    for key, tally in (*_straight(user, period, calendar), *_interrupted(user, period, calendar)):
        tallies[key].append(tally)
    rows = [_speed(key, group) for key, group in tallies.items()]
    return tuple(sorted(rows, key=lambda one: (-one.median, -one.slowest, one.department, one.matter)))


def _speed(key: Key, group: Sequence[Tally]) -> Speed:
    slowest = max(group, key=lambda tally: (tally.days, tally.case))
    limited = sum(tally.limited for tally in group)
    return Speed(
        *key,
        name=slowest.name,
        decided=sum(tally.count for tally in group),
        median=median((tally.days, tally.count) for tally in group),
        slowest=slowest.days,
        slowest_case=slowest.case,
        promise=Share(limited - sum(tally.late for tally in group), limited),
    )


def median(tallies: Iterable[tuple[int, int]]) -> float:
    """The middle of values of which each comes so many times; of an even number, midway between the middle two."""
    ordered = sorted(tallies)
    total = sum(count for _value, count in ordered)
    middle = ((total - 1) // 2, total // 2)
    found, before = [], 0
    for value, count in ordered:
        found += [value for place in middle if before <= place < before + count]
        before += count
    return sum(found) / len(found)


def _straight(user: User, period: Period, calendar: WorkingCalendar) -> Iterable[tuple[Key, Tally]]:
    """The matters whose clock never stood."""
    never = ~Exists(ClockStop.objects.filter(case_matter=OuterRef("pk")))
    rows = (
        decided_matters(user, period)
        .filter(never)
        .order_by()
        .values_list("section__body", "section__body__short_name", "matter", "case__accepted_on", "decided_on")
        .annotate(
            Max("name"),
            Count("pk"),
            late=Count("pk", filter=LATE["promise"]),
            limited=Count("pk", filter=LIMITED["promise"]),
            example=Max("case__number"),
        )
    )
    for body, department, matter, accepted_on, decided_on, name, count, late, limited, example in rows:
        days = clock.days_used(calendar, accepted_on, decided_on)
        yield (body, department, matter), Tally(name, days, count, late, limited, example)


def _interrupted(user: User, period: Period, calendar: WorkingCalendar) -> Iterable[tuple[Key, Tally]]:
    """The matters with stops, whose days do not count."""
    stops = ClockStop.objects.filter(case_matter__in=decided_matters(user, period))
    found: dict[int, list[ClockStop]] = defaultdict(list)
    for stop in stops.select_related("case_matter__section__body", "case_matter__case"):
        found[stop.case_matter_id].append(stop)
    for group in found.values():
        row = group[0].case_matter
        days = clock.days_used(calendar, _day(row.case.accepted_on), _day(row.decided_on), [s.as_fact for s in group])
        late = row.promised_by is not None and _day(row.decided_on) > row.promised_by
        limited = int(row.promised_by is not None)
        key = (row.section.body_id, row.section.body.short_name, row.matter)
        yield key, Tally(row.name, days, 1, int(late), limited, row.case.number or "")


def _day(day: date | None) -> date:
    assert day is not None  # decided matters have both days
    return day
