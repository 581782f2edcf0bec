"""Why the limit of handling all matters together ends on its day (R1.39): counted out like a matter's, for a page and as JSON."""

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from calendars.daybook import Daybook
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from permits import clock
from permits.clock import DayType
from permits.deadlines import limits
from permits.law import explained
from permits.law.explained import Count
from permits.models import Case, ClockStop, LimitExtension
from workflows.shown.why import LAWS, Day, as_count, as_day, as_extension, as_stop


@dataclass(frozen=True)
class JointReasons:
    """Everything that the page tells of the joint limit: it stands while the clock of any matter does."""

    case: Case
    count: Count
    stops: tuple[ClockStop, ...]
    extension: LimitExtension | None
    forecast: Deadline | None

    @property
    def is_stopped(self) -> bool:
        """Whether a matter's clock stands now, and with it this one."""
        return any(stop.ended_on is None for stop in self.stops)

    @property
    def days(self) -> list[Day]:
        return [Day(line) for line in self.count.lines]

    @property
    def laws(self) -> list[str]:
        """The rules that these days were counted by, each once."""
        rules = {line.rule for line in self.count.lines}
        return [str(law) for rule, law in LAWS.items() if rule in rules]


def reasons_of(case: Case, today: date) -> JointReasons | None:
    """The reasons of an accepted case's joint limit; None before acceptance. Raises `YearNotLoaded`."""
    if case.accepted_on is None:
        return None
    facts, calendar = limits.facts_of(case), current_calendar()
    stops = tuple(sorted(chain.from_iterable(facts.stops.values()), key=lambda stop: (stop.started_on, stop.pk)))
    told = tuple(stop.as_fact for stop in stops)
    extended = facts.is_jointly_extended
    days = clock.JOINT_DAYS + clock.JOINT_EXTENSION_DAYS * extended
    until = min(today, case.closed_at.date()) if case.closed_at else today
    forecast = clock.joint_limit(calendar, case.accepted_on, clock.ended(told, today), extended=extended)
    return JointReasons(
        case=case,
        count=explained.count_out(Daybook(), case.accepted_on, days, DayType.WORKING, told, until),
        stops=stops,
        extension=_extension(case),
        forecast=forecast if any(stop.is_open for stop in told) else None,
    )


def _stop(stop: ClockStop) -> dict[str, Any]:
    """Which matter's clock stands and why by law; a department's own words are told with its matter."""
    told = as_stop(stop)
    del told["reason"]
    return {"matter": stop.case_matter.matter, **told}


def _extension(case: Case) -> LimitExtension | None:
    """The approved extension of all matters together; case.extensions is prefetched."""
    approved = (row for row in case.extensions.all() if row.case_matter_id is None)
    return next((row for row in approved if row.state == LimitExtension.State.APPROVED), None)


def as_json(reasons: JointReasons) -> dict[str, Any]:
    """The same as data."""
    forecast = reasons.forecast
    return {
        "case": reasons.case.number,
        "accepted_on": as_day(reasons.case.accepted_on),
        "joint_by": as_day(reasons.count.end),
        "joint_days": reasons.count.days,
        "provisional": reasons.count.provisional,
        "rule": "R1.39",
        "forecast": {"joint_by": as_day(forecast.date), "provisional": forecast.provisional} if forecast else None,
        "stops": [_stop(stop) for stop in reasons.stops],
        "extension": as_extension(reasons.extension),
        "count": as_count(reasons.count, reasons.days),
    }
