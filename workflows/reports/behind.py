"""The lists behind the figures: the cases that a figure counts, each with the account of its days.

    found = behind(user, period, Question("late", value="promise", body="dept_mrb", matter="m_food_license"))

The conditions are those of `workflows.reports.figures`, so that a list is as long as its figure says; only where a figure counts
matters or stops, a case with several of them is one line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from calendars.working_days import WorkingCalendar
from permits.law.day_account import Part
from permits.models import Case, CaseMatter, ClockStop
from workflows.reports.figures import LATE, Period, decided_matters, received_cases, started_stops, supplemented_cases
from workflows.shown.days import WORDS, Days, days_of

RECEIVED, SUPPLEMENT, DECIDED, LATER, STOP = "received", "supplement", "decided", "late", "stop"
KINDS = (RECEIVED, SUPPLEMENT, DECIDED, LATER, STOP)


@dataclass(frozen=True, slots=True)
class Question:
    """Which list. `value`: a state of received cases, the limit (promise, statute) of late matters, a stop's ground."""

    what: str
    value: str = ""
    body: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list."""

    case: Case
    industries: str
    days: Days | None
    cells: tuple[tuple[str, int, int], ...]
    """Each part's word, days and working days."""


def behind(user: User, period: Period, question: Question) -> tuple[str, QuerySet[Case]] | None:
    """The list's title and its cases, newest first; None where nothing is asked so."""
    answer = {
        RECEIVED: _received,
        SUPPLEMENT: _supplemented,
        DECIDED: _decided,
        LATER: _late,
        STOP: _stopped,
    }.get(question.what)
    return answer(user, period, question) if answer else None


Answer = tuple[str, QuerySet[Case]] | None


def _received(user: User, period: Period, question: Question) -> Answer:
    cases = received_cases(user, period)
    if not question.value:
        return _("收到的办件"), cases
    if question.value not in Case.State.values:
        return None
    words = _("收到的办件：%(state)s") % {"state": Case.State(question.value).label}
    return words, cases.filter(state=question.value)


def _supplemented(user: User, period: Period, _question: Question) -> Answer:
    return _("要求过补正的办件"), supplemented_cases(user, period)


def _decided(user: User, period: Period, question: Question) -> Answer:
    return _("作出决定的办件"), _with(user, _narrowed(decided_matters(user, period), question))


def _late(user: User, period: Period, question: Question) -> Answer:
    titles = {"promise": _("超过承诺时限作出决定的办件"), "statute": _("超过法定时限作出决定的办件")}
    if question.value not in titles:
        return None
    matters = decided_matters(user, period).filter(LATE[question.value])
    return titles[question.value], _with(user, _narrowed(matters, question))


def _stopped(user: User, period: Period, question: Question) -> Answer:
    if question.value not in ClockStop.Ground.values:
        return None
    stops = started_stops(user, period).filter(ground=question.value)
    words = _("停止计时的办件：%(ground)s") % {"ground": ClockStop.Ground(question.value).label}
    return words, Case.objects.visible_to(user).filter(pk__in=stops.values("case"))


def _narrowed(matters: QuerySet[CaseMatter], question: Question) -> QuerySet[CaseMatter]:
    """The matters of the department and the kind that the question names."""
    if question.body:
        matters = matters.filter(section__body_id=question.body)
    return matters.filter(matter=question.matter) if question.matter else matters


def _with(user: User, matters: QuerySet[CaseMatter]) -> QuerySet[Case]:
    """The cases of these matters."""
    return Case.objects.visible_to(user).filter(pk__in=matters.order_by().values("case"))


def with_their_days(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases in the list's order, with what their rows need."""
    return (
        cases.select_related("enterprise", "catalogue")
        .defer("catalogue__document")
        .prefetch_related(
            Prefetch("matters", CaseMatter.objects.order_by("position")),
            "supplements",
            "stops",
            "deliveries",
            "tolerances",
        )
        .order_by("-received_on", "-pk")
    )


def rows_of(page: Iterable[Case], calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of cases; no further statement."""
    return [_row(case, calendar, today) for case in page]


def _row(case: Case, calendar: WorkingCalendar, today: date) -> Row:
    days = days_of(case, calendar, today)
    known = case.own_catalogue.industries
    return Row(
        case=case,
        industries="、".join(known[id].name for id in case.industries if id in known),
        days=days,
        cells=tuple((str(WORDS[part]), days.whole.of(part).days, days.whole.of(part).working_days) for part in Part)
        if days
        else (),
    )
