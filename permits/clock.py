"""The legal clock of a matter: its last days, derived from dated facts and never counted up.

Pure: facts and a calendar in, dates out. Working days follow the State Council's calendar (R2.1), the day of the event is
not counted and a last day that is a day off moves to the next working day (R2.2). A stop on a ground of article 45 takes
its days out of the count, a site visit or an internal round does not (R2.21). One extension moves the statutory limit
and not the promise (R2.19). `permits.law.explained` tells the same day by day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from calendars.working_days import Deadline, WorkingCalendar

INTAKE_DAYS = 5
"""Working days in which a supplement notice can be served; after that silence is acceptance (R2.8)."""
RECORD_DAYS = 1
"""Working days behind them in which the service of the last day can still be recorded."""
JOINT_DAYS, JOINT_EXTENSION_DAYS = 45, 15
"""Working days of handling several permits together, and its one extension (Licensing Law art. 42 para. 2, R2.19)."""
EXTENSION_DAYS = 10
"""Working days of an extension where the matter's own law names no number (art. 42 para. 1, R2.19)."""


class DayType(StrEnum):
    """In what a limit is counted."""

    WORKING = "working"
    CALENDAR = "calendar"


class Ground(StrEnum):
    """Why a clock stands: the steps of article 45 and no other (R2.21)."""

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    EXAMINATION = "examination"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"


RECTIFICATION = "rectification"
"""Why a clock stands besides: things are put right after a site check, where the matter's own rule says so (R2.22)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A clock stands: the days d with start < d <= end do not count. `end` is None while it stands; `expected_end` is
    the day told in writing on which the step should be done."""

    start: date
    end: date | None = None
    expected_end: date | None = None
    ground: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the clock still stands."""
        return self.end is None


@dataclass(frozen=True, slots=True)
class Extension:
    """The one extension of a statutory limit (R2.19)."""

    days: int
    day_type: str = DayType.WORKING


@dataclass(frozen=True, slots=True)
class Limits:
    """What one matter's clock is made of: days of the statute and of the promise. A promise counts working days."""

    statutory_days: int
    day_type: str
    promised_days: int
    extension: Extension | None = None
    stops: tuple[Stop, ...] = field(default=())

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands now."""
        return any(stop.is_open for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Dates:
    """The two last days of a matter; None while its clock stands, for then there is none.

    `provisional`: one of them rests on a year without an official notice.
    """

    statutory_by: date | None
    promised_by: date | None
    provisional: bool


Span = tuple[date, date]
"""Days d with first < d <= last that do not count."""


def spans(stops: Iterable[Stop], until: date | None = None) -> tuple[Span, ...]:
    """The stops as spans in order, what overlaps or touches taken together, so that a day is left out once.

    An open stop reaches to `until`; without one it is left out.
    """
    ends = ((stop.start, stop.end or until) for stop in stops)
    found: list[Span] = []
    for first, last in sorted((first, last) for first, last in ends if last is not None and last > first):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def last_day(
    calendar: WorkingCalendar, start: date, days: int, day_type: str, stopped: Sequence[Span] = ()
) -> Deadline:
    """The last day of a limit that began with `start` (not counted), the stopped days left out."""
    if day_type == DayType.CALENDAR:
        return _calendar_limit(calendar, start, days, stopped)
    if days == 0:
        return _landing(calendar, start, stopped)
    # Each round adds the stopped days met so far; the sum only grows, and the first that stays is the earliest answer.
    steps, end = days, calendar.add(start, days)
    while (needed := days + _stopped_working_days(calendar, start, end.date, stopped)) != steps:
        steps, end = needed, calendar.add(start, needed)
    return end


def _calendar_limit(calendar: WorkingCalendar, start: date, days: int, stopped: Sequence[Span]) -> Deadline:
    steps = days
    while (needed := days + sum(_overlap(start, start + timedelta(steps), span) for span in stopped)) != steps:
        steps = needed
    return _landing(calendar, start + timedelta(steps), stopped)


def _landing(calendar: WorkingCalendar, day: date, stopped: Sequence[Span]) -> Deadline:
    """The day itself or the first after it that counts: no day off, and none on which the clock stands."""
    found = calendar.add(day, 0).date
    for first, last in stopped:
        if first < found <= last:
            found = calendar.add(last, 1).date
    return Deadline(found, calendar.has_provisional(day, found))


def _overlap(first: date, last: date, span: Span) -> int:
    """Calendar days d with first < d <= last that lie in the span."""
    return max(0, (min(last, span[1]) - max(first, span[0])).days)


def _stopped_working_days(calendar: WorkingCalendar, first: date, last: date, stopped: Sequence[Span]) -> int:
    """Working days d with first < d <= last on which the clock stands."""
    return sum(calendar.count(max(first, span[0]), min(last, span[1])) for span in stopped)


def dates(calendar: WorkingCalendar, accepted_on: date, limits: Limits) -> Dates:
    """Both limits of a matter accepted on a day. The promise never ends after the statute's own limit (R1.37).

    Zero statutory days, as filings have, mean that the statute names no number: the published promise is the limit.
    """
    if limits.is_stopped:
        return Dates(None, None, provisional=False)
    stopped = spans(limits.stops)
    promised = last_day(calendar, accepted_on, limits.promised_days, DayType.WORKING, stopped)
    if limits.statutory_days:
        statutory = last_day(calendar, accepted_on, limits.statutory_days, limits.day_type, stopped)
        promised = min(promised, statutory, key=lambda limit: limit.date)
    else:
        statutory = promised
    if limits.extension is not None:
        statutory = _extended(calendar, accepted_on, limits, statutory, stopped)
    return Dates(statutory.date, promised.date, statutory.provisional or promised.provisional)


def _extended(
    calendar: WorkingCalendar, accepted_on: date, limits: Limits, statutory: Deadline, stopped: Sequence[Span]
) -> Deadline:
    """The limit with its extension: days of one kind are added up, days of another kind follow the limit."""
    extension = limits.extension
    assert extension is not None  # the caller asked
    if limits.statutory_days and extension.day_type == limits.day_type:
        days = limits.statutory_days + extension.days
        return last_day(calendar, accepted_on, days, limits.day_type, stopped)
    after = last_day(calendar, statutory.date, extension.days, extension.day_type, stopped)
    return Deadline(after.date, statutory.provisional or after.provisional)


def limit_now(calendar: WorkingCalendar, accepted_on: date, limits: Limits, today: date) -> date:
    """The statutory limit as it is on a day, each open stop taken to end with it: the days that were left when the clock was
    stopped are left now, and a limit that was over by then stays over (R2.20)."""
    until = tuple(replace(stop, end=max(stop.start, today)) if stop.is_open else stop for stop in limits.stops)
    by = dates(calendar, accepted_on, replace(limits, stops=until)).statutory_by
    assert by is not None  # no stop is open
    return by


def forecast(calendar: WorkingCalendar, accepted_on: date, limits: Limits, today: date) -> Dates:
    """What the dates will be if each open stop ends on the day told, or today where that day has passed."""
    over = ended(limits.stops, today)
    assumed = Limits(limits.statutory_days, limits.day_type, limits.promised_days, limits.extension, over)
    return dates(calendar, accepted_on, assumed)


def ended(stops: Iterable[Stop], today: date) -> tuple[Stop, ...]:
    """The stops as they will be if each open one ends on the day told, or today where that day has passed."""
    return tuple(
        Stop(stop.start, max(stop.expected_end or today, today), ground=stop.ground) if stop.is_open else stop
        for stop in stops
    )


def joint_limit(
    calendar: WorkingCalendar, accepted_on: date, stops: Sequence[Stop], *, extended: bool = False
) -> Deadline | None:
    """The last day of handling all permits of a case together (R1.39): 45 working days, 15 more where the head of the
    district government has approved it. `stops` are those of all its matters; None while one of them is open."""
    if any(stop.is_open for stop in stops):
        return None
    days = JOINT_DAYS + (JOINT_EXTENSION_DAYS if extended else 0)
    return last_day(calendar, accepted_on, days, DayType.WORKING, spans(stops))


def days_used(calendar: WorkingCalendar, accepted_on: date, until: date, stops: Iterable[Stop] = ()) -> int:
    """Working days from acceptance (not counted) up to and with `until`, without the stopped ones; never below zero."""
    if until <= accepted_on:
        return 0
    stopped = _stopped_working_days(calendar, accepted_on, until, spans(stops, until))
    return calendar.count(accepted_on, until) - stopped


def days_left(calendar: WorkingCalendar, today: date, limit: date) -> int:
    """Working days after today up to and with the limit; 0 on the last day, negative once it has passed."""
    if limit >= today:
        return calendar.count(today, limit)
    return -calendar.count(limit, today) or -1


def deemed_accepted_on(calendar: WorkingCalendar, received_on: date, today: date) -> date | None:
    """The acceptance day by silence: receipt itself, once its fifth working day has passed (R2.8)."""
    return received_on if today > calendar.add(received_on, INTAKE_DAYS).date else None


def untold_from(calendar: WorkingCalendar, received_on: date, told_on: date | None, today: date) -> date | None:
    """The acceptance day where a supplement notice was written but did not reach the applicant within the five working
    days: art. 32 asks that they are told, not that it is written (R2.8). None where they were, or while that is open.

    `told_on` is the day of service, None while none is recorded: one on the last day can be recorded on the next.
    """
    if told_on is not None:
        return received_on if told_on > calendar.add(received_on, INTAKE_DAYS).date else None
    return received_on if today > calendar.add(received_on, INTAKE_DAYS + RECORD_DAYS).date else None


def earliest(days: Iterable[date]) -> date | None:
    """The first of the dates, None without any."""
    return min(days, default=None)
