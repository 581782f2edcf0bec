"""The service office's figures for a period: how many, how fast, on time, stopped and supplemented.

    figures = figures_of(user, Period(since, until), calendar)

A fixed number of statements. Each figure says on the page how it is counted and leads to the list behind it
(`workflows.reports.behind`, made of the same querysets). How fast the departments are stands in `workflows.reports.speeds`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from calendars.working_days import WorkingCalendar
from permits.models import Case, CaseMatter, ClockStop, Supplement

Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both in it."""

    since: date
    until: date

    def of(self, column: str) -> Q:
        """The rows whose day lies in the period."""
        return Q(**{f"{column}__range": (self.since, self.until)})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """To one decimal; None of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None

    @property
    def rest(self) -> int:
        """The others."""
        return self.whole - self.part


@dataclass(frozen=True, slots=True)
class StopLine:
    """The stops on one ground that began in the period, and their days, up to today for those that stand."""

    ground: str
    name: str
    stops: int
    standing: int
    days: int
    working_days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows."""

    states: tuple[tuple[str, str, int], ...]
    received: int
    promise: Share
    statute: Share
    stops: tuple[StopLine, ...]
    supplements: Share


def figures_of(user: User, period: Period, calendar: WorkingCalendar, today: date) -> Figures:
    """The figures of the cases that this person may see, as they stand today."""
    states = _states(user, period)
    promise, statute = _on_time(user, period)
    received = sum(count for _state, _name, count in states)
    supplemented = supplemented_cases(user, period).count()
    return Figures(
        states=states,
        received=received,
        promise=promise,
        statute=statute,
        stops=_stops(user, period, calendar, today),
        supplements=Share(supplemented, received),
    )


def received_cases(user: User, period: Period) -> QuerySet[Case]:
    """The cases received in the period."""
    return Case.objects.visible_to(user).filter(period.of("received_on"))


def supplemented_cases(user: User, period: Period) -> QuerySet[Case]:
    """Those of them that got a supplement notice, answered or not."""
    return received_cases(user, period).filter(Exists(Supplement.objects.filter(case=OuterRef("pk"))))


def decided_matters(user: User, period: Period) -> QuerySet[CaseMatter]:
    """The matters granted or refused in the period. What was withdrawn is no decision, nor what was merged in (R1.10)."""
    seen = Case.objects.visible_to(user)
    decided = CaseMatter.objects.filter(period.of("decided_on"), case__in=seen, case__accepted_on__isnull=False)
    return decided.filter(merged_from="")


def started_stops(user: User, period: Period) -> QuerySet[ClockStop]:
    """The stops that began in the period."""
    return ClockStop.objects.filter(period.of("started_on"), case__in=Case.objects.visible_to(user))


LATE = {
    "promise": Q(promised_by__isnull=False, decided_on__gt=F("promised_by")),
    "statute": Q(statutory_by__isnull=False, statutory_days__gt=0, decided_on__gt=F("statutory_by")),
}
"""Decided after the last day. Filings whose statute names no number have no statutory limit."""
LIMITED = {"promise": Q(promised_by__isnull=False), "statute": Q(statutory_by__isnull=False, statutory_days__gt=0)}


def _states(user: User, period: Period) -> tuple[tuple[str, str, int], ...]:
    counts = dict(received_cases(user, period).order_by().values_list("state").annotate(n=Count("pk")))
    return tuple((state.value, str(state.label), counts[state]) for state in Case.State if state in counts)


def _on_time(user: User, period: Period) -> tuple[Share, Share]:
    columns = {f"late_{name}": Count("pk", filter=late) for name, late in LATE.items()}
    columns |= {f"all_{name}": Count("pk", filter=limited) for name, limited in LIMITED.items()}
    found: dict[str, int] = decided_matters(user, period).aggregate(**columns)
    promise, statute = (
        Share(found[f"all_{n}"] - found[f"late_{n}"], found[f"all_{n}"]) for n in ("promise", "statute")
    )
    return promise, statute


def _stops(user: User, period: Period, calendar: WorkingCalendar, today: date) -> tuple[StopLine, ...]:
    """By ground, most days first."""
    rows: dict[str, list[Span]] = defaultdict(list)
    for ground, start, end in started_stops(user, period).values_list("ground", "started_on", "ended_on"):
        rows[ground].append((start, end))
    lines = [_stop_line(ground, spans, today, calendar) for ground, spans in rows.items()]
    return tuple(sorted(lines, key=lambda line: (-line.days, line.ground)))


def _stop_line(ground: str, spans: list[Span], today: date, calendar: WorkingCalendar) -> StopLine:
    ended = [(start, end or max(start, today)) for start, end in spans]
    return StopLine(
        ground=ground,
        name=str(ClockStop.Ground(ground).label),
        stops=len(spans),
        standing=sum(end is None for _start, end in spans),
        days=sum((end - start).days for start, end in ended),
        working_days=sum(calendar.count(start, end) for start, end in ended),
    )
