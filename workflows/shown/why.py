"""Why a matter's last days are what they are: the facts, each day counted or left out, the rule - for a page and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from calendars.daybook import Daybook
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from permits import clock
from permits.clock import RECTIFICATION
from permits.deadlines import limits
from permits.law import explained
from permits.law.explained import Count, Explanation, Line, Why
from permits.models import Case, CaseMatter, ClockStop, LimitExtension

WORDS = {
    Why.START: _("当日不计"),
    Why.COUNTED: _("计入"),
    Why.MAKEUP: _("调休上班日，计入"),
    Why.WEEKEND: _("周末，不计入"),
    Why.HOLIDAY: _("法定节假日，不计入"),
    Why.STOPPED: _("停止计时，不计入"),
    Why.MOVED: _("最后一日顺延至这一天"),
}
HOLIDAYS = {
    "元旦": _("元旦"),
    "春节": _("春节"),
    "清明节": _("清明节"),
    "劳动节": _("劳动节"),
    "端午节": _("端午节"),
    "中秋节": _("中秋节"),
    "国庆节": _("国庆节"),
}
LAWS = {
    "R2.1": _("《行政许可法》第八十二条：期限以工作日计算，不含法定节假日"),
    "R2.2": _("期间开始之日不计算；最后一日是休息日的，顺延至下一个工作日"),
    "R2.22": _("该事项的规定：现场核查后整改的时间不计算在期限内"),
    "R2.21": _("《行政许可法》第四十五条：听证、检验、检测等所需时间不计算在期限内"),
}


@dataclass(frozen=True)
class Day:
    """A line of the page: the day, its place in the count, the reason in words, the law."""

    line: Line

    @property
    def words(self) -> str:
        """The reason, with the holiday's name or the grounds of the stop."""
        more = str(HOLIDAYS.get(self.line.name, self.line.name)) if self.line.why in (Why.HOLIDAY, Why.MAKEUP) else ""
        grounds = [str(ClockStop.Ground(ground).label) for ground in self.line.grounds]
        about = "、".join([*([more] if more else []), *grounds])
        return f"{WORDS[self.line.why]}（{about}）" if about else str(WORDS[self.line.why])


@dataclass(frozen=True)
class Reasons:
    """Everything that the page tells of one matter's clock."""

    case: Case
    matter: CaseMatter
    told: Explanation
    stops: tuple[ClockStop, ...]
    extension: LimitExtension | None
    forecast: clock.Dates | None
    joint_by: Deadline | None
    is_jointly_extended: bool

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands now."""
        return any(stop.ended_on is None for stop in self.stops)

    @property
    def counts(self) -> list[tuple[str, Count, list[Day]]]:
        """The counts with their lines: the promise, the statute, and what an extension of another kind of days adds."""
        told = self.told
        named = [("promised", told.promised)]
        named += [("statutory", told.statutory)] if self.matter.statutory_days or told.extra else []
        named += [("extra", told.extra)] if told.extra else []
        return [(name, count, [Day(line) for line in count.lines]) for name, count in named]

    @property
    def laws(self) -> list[str]:
        """The rules that these days were counted by, each once."""
        rules = {line.rule for _name, count, _days in self.counts for line in count.lines}
        return [str(law) for rule, law in LAWS.items() if rule in rules]

    @property
    def is_capped(self) -> bool:
        """Whether the promise would end after the statute, which is then its last day (R1.37)."""
        return bool(self.told.promised.end and self.told.promised_by and self.told.promised_by < self.told.promised.end)


def reasons_of(case: Case, matter: CaseMatter, today: date) -> Reasons | None:
    """The reasons of a matter's dates; None before acceptance, when no clock runs. Raises `YearNotLoaded`."""
    if case.accepted_on is None:
        return None
    facts = limits.facts_of(case)
    own, calendar = facts.limits(matter), current_calendar()
    until = matter.decided_on or today
    return Reasons(
        case=case,
        matter=matter,
        told=explained.explain(Daybook(), case.accepted_on, own, until),
        stops=tuple(facts.stops.get(matter.pk, ())),
        extension=facts.extensions.get(matter.pk),
        forecast=clock.forecast(calendar, case.accepted_on, own, today) if own.is_stopped else None,
        joint_by=_joint(case, facts),
        is_jointly_extended=facts.is_jointly_extended,
    )


def _joint(case: Case, facts: limits.ClockFacts) -> Deadline | None:
    assert case.accepted_on is not None  # the caller asked
    stops = [stop.as_fact for rows in facts.stops.values() for stop in rows]
    return clock.joint_limit(current_calendar(), case.accepted_on, stops, extended=facts.is_jointly_extended)


def as_json(reasons: Reasons) -> dict[str, Any]:
    """The same as data: every day with its reason, in the rule's words and codes."""
    told = reasons.told
    return {
        "case": reasons.case.number,
        "matter": reasons.matter.matter,
        "accepted_on": as_day(reasons.case.accepted_on),
        "promised_by": as_day(told.promised_by),
        "statutory_by": as_day(told.statutory_by),
        "joint_by": as_day(reasons.joint_by.date) if reasons.joint_by else None,
        "joint_days": clock.JOINT_DAYS + clock.JOINT_EXTENSION_DAYS * reasons.is_jointly_extended,
        "joint_provisional": bool(reasons.joint_by and reasons.joint_by.provisional),
        "forecast": _forecast(reasons.forecast),
        "stops": [as_stop(stop) for stop in reasons.stops],
        "extension": as_extension(reasons.extension),
        "counts": {name: as_count(count, days) for name, count, days in reasons.counts},
    }


def _forecast(dates: clock.Dates | None) -> dict[str, Any] | None:
    if dates is None:
        return None
    days = {"promised_by": as_day(dates.promised_by), "statutory_by": as_day(dates.statutory_by)}
    return days | {"provisional": dates.provisional}


def as_stop(stop: ClockStop) -> dict[str, Any]:
    return {
        "ground": stop.ground,
        "reason": stop.reason,
        "from": as_day(stop.started_on),
        "to": as_day(stop.ended_on),
        "expected": as_day(stop.expected_end),
        "rule": "R2.22" if stop.ground == RECTIFICATION else "R2.21",
    }


def as_extension(extension: LimitExtension | None) -> dict[str, Any] | None:
    if extension is None:
        return None
    return {"days": extension.days, "day_type": extension.day_type, "reason": extension.reason, "rule": "R2.19"}


def as_count(count: Count, days: Sequence[Day]) -> dict[str, Any]:
    return {
        "start": as_day(count.start),
        "days": count.days,
        "day_type": count.day_type,
        "end": as_day(count.end),
        "provisional": count.provisional,
        "lines": [_line(day) for day in days],
    }


def _line(day: Day) -> dict[str, Any]:
    line = day.line
    return {
        "date": as_day(line.date),
        "counted": line.number or None,
        "why": str(line.why),
        "words": day.words,
        "grounds": list(line.grounds),
        "provisional": line.provisional,
        "rule": line.rule,
    }


def as_day(value: date | None) -> str | None:
    return value.isoformat() if value else None
