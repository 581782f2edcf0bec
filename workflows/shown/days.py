"""Where a case's days went, in words: its account (`permits.law.day_account`) from the record, for the page of truth and lists.

    days = days_of(case, calendar, today)       # None before receipt, and where the calendar does not reach

Reads what the page has fetched: matters, supplements, stops and the deliveries of the case; no statement of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calendars.working_days import WorkingCalendar, YearNotLoaded
from permits.delivery import is_delivered
from permits.law.day_account import Account, Course, MatterCourse, Part, Share, Stretch, account, matter_account
from permits.models import Case, CaseMatter, ClockStop, Tolerance

WORDS = {
    Part.WINDOW: _("综合窗口收件审查"),
    Part.APPLICANT: _("申请人补正"),
    Part.WORKING: _("部门审批"),
    Part.STOPPED: _("依法停止计时"),
    Part.PAPER: _("申请人补交容缺材料"),
    Part.MAKING: _("制证和送达"),
}
RULES = {
    Part.WINDOW: _("《行政许可法》第三十二条：五个工作日内受理或一次性告知补正"),
    Part.APPLICANT: _("从告知补正到提交补正，审批时限还没有开始"),
    Part.WORKING: _("《行政许可法》第四十二条：只要有一个事项在计时，就算在这里"),
    Part.STOPPED: _("《行政许可法》第四十五条（整改依该事项的规定）：所有未决定的事项都停止计时的日子，不计入期限"),
    Part.PAPER: _("各部门都已决定，等待受理时承诺补交的材料；不需要这些材料的决定，承诺办结日期过后可以先行发证"),
    Part.MAKING: _("《行政许可法》第四十四条：作出决定之日起十个工作日内送达"),
}
DELIVERED_STATES = (Case.State.ISSUED, Case.State.CLOSED_SINGLE)
"""Cases that end with a delivery and not with the decision."""


@dataclass(frozen=True)
class MatterDays:
    """One matter's account, to its own decision."""

    row: CaseMatter
    shares: tuple[Share, ...]
    """One for each part of the case's table, in its order; many are empty."""
    days: int
    working_days: int

    @property
    def cells(self) -> list[tuple[Share, str]]:
        """The shares with what their parts are called."""
        return [(share, str(WORDS[share.part])) for share in self.shares]


@dataclass(frozen=True)
class Days:
    """A case's account, its matters', and the grounds of its stops in words."""

    whole: Account
    since: date
    until: date
    is_over: bool
    matters: tuple[MatterDays, ...]
    grounds: str

    @property
    def lines(self) -> list[tuple[Share, str, str, str]]:
        """Each part that has days: its share, what it is called, the rule it rests on, why."""
        return [
            (share, str(WORDS[share.part]), str(RULES[share.part]), self.grounds if share.part is Part.STOPPED else "")
            for share in self.whole.shares
        ]

    @property
    def segments(self) -> list[tuple[Part, int, int]]:
        """The bar: part, where it begins and how long it is, in days."""
        return [(one.part, (one.first - self.since).days, one.days) for one in self.whole.stretches]

    @property
    def stretches(self) -> list[tuple[Stretch, str]]:
        """The whole in order, with what each stretch is called."""
        return [(one, str(WORDS[one.part])) for one in self.whole.stretches]

    @property
    def columns(self) -> list[str]:
        """What the parts are called of which some matter has days: the columns of the matters' table."""
        return [str(WORDS[share.part]) for share in self.matters[0].shares] if self.matters else []


def days_of(case: Case, calendar: WorkingCalendar, today: date) -> Days | None:
    """The case's account on a day."""
    if case.received_on is None:
        return None
    last = last_day_of(case)
    rows = list(case.matters.all())
    stops = list(case.stops.all())
    course = course_of(case, last or today)
    try:
        whole = account(calendar, course)
        own = [matter_account(calendar, course, matter) for matter in course.matters]
    except YearNotLoaded:
        return None
    return Days(
        whole=whole,
        since=case.received_on,
        until=course.until,
        is_over=last is not None,
        matters=_matters(rows, own),
        grounds="、".join(dict.fromkeys(stop.get_ground_display() for stop in stops)),
    )


def _matters(rows: Iterable[CaseMatter], accounts: list[Account]) -> tuple[MatterDays, ...]:
    """The matters' accounts in columns of the same parts."""
    used = [part for part in Part if any(one.of(part).days for one in accounts)]
    return tuple(
        MatterDays(row, tuple(own.of(part) for part in used), own.days, own.working_days)
        for row, own in zip(rows, accounts, strict=True)
    )


def last_day_of(case: Case) -> date | None:
    """The day on which nothing is left to do: delivered, or closed where nothing is delivered; None before."""
    if case.closed_at is None:
        return None
    closed = local(case.closed_at)
    if case.state not in DELIVERED_STATES:
        return closed
    if not is_delivered(case.matters.all()):
        return None
    # What was issued early may have been delivered before the last department decided.
    return max([closed, *(one.on for one in case.deliveries.all())])


def course_of(case: Case, until: date) -> Course:
    """The dated facts of a received case; its matters in the order of their rows."""
    if case.received_on is None:
        raise ValueError("a course begins with receipt")
    stops: dict[int, list[ClockStop]] = {}
    for stop in case.stops.all():
        stops.setdefault(stop.case_matter_id, []).append(stop)
    return Course(
        received_on=case.received_on,
        until=until,
        accepted_on=case.accepted_on,
        supplements=tuple(
            (one.begun_on, local(one.answered_at) if one.answered_at else None)
            for one in case.supplements.all()
            if one.begun_on
        ),
        matters=tuple(
            MatterCourse(ended_on(row), tuple(stop.as_fact for stop in stops.get(row.pk, ())))
            for row in case.matters.all()
        ),
        papers=tuple(_came(one) for one in case.tolerances.all() if one.signed_at),
    )


def _came(paper: Tolerance) -> date | None:
    """The day on which a promised paper was brought, or was needed no longer."""
    at = paper.handed_in_at or paper.ended_at
    return local(at) if at else None


def ended_on(row: CaseMatter) -> date | None:
    """The day of a matter's decision or withdrawal."""
    return row.decided_on or (local(row.ended_at) if row.ended_at else None)


def local(at: datetime) -> date:
    """The day of a moment."""
    return timezone.localtime(at).date()
