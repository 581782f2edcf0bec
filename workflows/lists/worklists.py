"""Worklists of the departments: which sections wait, with whom, how long still. Reads records, never the flow's tasks.

    desk, view = Desk.of(user, today), View(tab="free", text="bld")
    counts = tab_counts(desk, view, calendar, today)
    rows = rows_of(sections(desk, view, calendar, today)[:50], desk, calendar, today)

A view is the address's parameters; the same address shows the same list to everyone of the department.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.substitutions import entrusted
from calendars.working_days import WorkingCalendar, YearNotLoaded
from permits import clock
from permits.clock import RECTIFICATION
from permits.deadlines import delays
from permits.models import CaseMatter, ClockStop, Proposal, Section, Tolerance
from permits.prerequisites import Standing
from workflows.shown import coming_first

PAGE = 50
SOON = 2
"""Working days left from which on a limit is called near."""

MINE, APPROVE, FREE, ALL, DONE = "mine", "approve", "free", "all", "done"
TABS = (MINE, APPROVE, FREE, ALL, DONE)
SORTS = {
    "risk": ("-at_once", "promised_by", "statutory_by", "case_id"),
    "newest": ("-case__accepted_on", "-case_id"),
    "first": ("case__accepted_on", "case__submitted_at", "case_id"),
    "name": ("case__enterprise__pinyin", "case__enterprise__name", "case_id"),
}
"""`first`: as accepted, then as handed in. Where places are limited the first accepted is decided first (R2.26)."""
ARTICLE_45, OWN_RULE = _("第四十五条"), _("该事项的规定")
"""By which law a clock stands: for a step that the law names, for putting things right (R2.21, R2.22)."""
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for; empty values ask for nothing."""

    tab: str = MINE
    text: str = ""
    clock: str = ""
    matter: str = ""
    industry: str = ""
    holder: str = ""
    sort: str = "risk"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose list it is: a person's, with the absent colleagues in whose place they act today."""

    user: User
    stands_in_for: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: User, today: date) -> "Desk":
        """The desk of a person on a day; one statement."""
        return cls(user, entrusted(user, today))

    @property
    def holders(self) -> frozenset[int]:
        """Whose sections lie on it."""
        return self.stands_in_for | {self.user.pk}


@dataclass(frozen=True, slots=True)
class Limit:
    """A last day and the working days left until it: negative when passed, None where the calendar does not reach.

    `provisional`: a day up to it rests on no official notice, and it may still move (R2.6).
    """

    by: date | None
    left: int | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class RowMatter:
    """A matter of a line: its state in words, and how far it is with what comes first (R1.31)."""

    name: str
    state: str
    is_open: bool
    by_commitment: bool
    first: Standing = Standing.NONE


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a department's list."""

    number: str
    enterprise: str
    uscc: str
    matters: tuple[RowMatter, ...]
    promised: Limit
    statutory: Limit
    provisional: bool
    holder: str
    is_mine: bool
    is_entrusted: bool
    since: datetime | None
    accepted_on: date | None
    ended_at: datetime | None
    stop: str
    stop_law: str
    awaits_approval: bool
    is_unexplained: bool
    lacks_paper: bool


def of_department(user: User) -> QuerySet[Section]:
    """The sections that a department's people may see at all: their own body's, from acceptance on."""
    return Section.objects.of_body(user.body_id).filter(case__accepted_on__isnull=False)


def tab_condition(tab: str, desk: Desk) -> Q:
    """What a tab holds. What an absent colleague holds is on their substitute's desk too.

    Sections of withdrawn cases are done, hence among the done ones."""
    waiting = Section.waiting()
    return {
        MINE: waiting & Q(claimed_by__in=desk.holders),
        APPROVE: waiting & Q(pk__in=_to_answer(desk.user).values("case_matter__section")),
        FREE: waiting & Q(claimed_by=None),
        ALL: waiting,
        DONE: Section.finished(),
    }[tab]


def _to_answer(user: User) -> QuerySet[Proposal]:
    """What waits for somebody's answer and may be answered by this person; officers alone approve."""
    waiting = Proposal.objects.waiting().not_of(user.pk)
    return waiting if user.role == User.Role.OFFICER else waiting.none()


def tab_counts(desk: Desk, view: View, calendar: WorkingCalendar, today: date) -> dict[str, int]:
    """How many each tab holds under the view's filters, in one query."""
    counts = {tab: Count("pk", filter=tab_condition(tab, desk)) for tab in TABS}
    counted: dict[str, int] = narrowed(desk.user, view, calendar, today).aggregate(**counts)
    return counted


def sections(desk: Desk, view: View, calendar: WorkingCalendar, today: date) -> QuerySet[Section]:
    """The sections of a view in its order, with everything a row needs."""
    rows = narrowed(desk.user, view, calendar, today).filter(tab_condition(view.tab, desk))
    rows = rows.annotate(is_unexplained=Exists(_unexplained(today)))
    order: tuple[Any, ...] = SORTS[view.sort]
    if view.tab == DONE and view.sort == "risk":
        order = (Subquery(_last_end()).desc(), "-case_id")
    elif view.sort == "risk":
        rows = rows.annotate(at_once=Exists(_promised()))
    rows = rows.annotate(awaits_approval=Exists(Proposal.objects.waiting().filter(case_matter__section=OuterRef("pk"))))
    lacks = Exists(Tolerance.objects.open().filter(case=OuterRef("case")))
    rows = rows.annotate(lacks_paper=lacks, catalogue_sha256=F("case__catalogue__sha256"))
    found = rows.select_related("case__enterprise", "claimed_by")
    return found.prefetch_related("matters__stops").order_by(*order)


def _promised() -> QuerySet[Any]:
    """What a section still has to decide by commitment: on the spot or in one working day, hence first (R6.3)."""
    return CaseMatter.objects.filter(section=OuterRef("pk"), route=CaseMatter.Route.COMMITMENT, ended_at=None)


def _unexplained(today: date) -> QuerySet[Any]:
    """Of a section, what missed its promise and nobody has said why (R1.37)."""
    return CaseMatter.objects.filter(delays.missed(today), section=OuterRef("pk"), delay=None)


def _last_end() -> QuerySet[Any]:
    """When the last matter of a section was over."""
    of_section = CaseMatter.objects.filter(section=OuterRef("pk")).order_by("-ended_at")
    return of_section.values("ended_at")[:1]


def narrowed(user: User, view: View, calendar: WorkingCalendar, today: date) -> QuerySet[Section]:
    """The department's sections under the filters, whatever the tab."""
    rows = of_department(user).filter(search_condition(view.text, "case__"))
    if view.clock:
        rows = rows.filter(clock_condition(view.clock, calendar, today))
    if view.matter:
        rows = rows.filter(matters__matter=view.matter)
    if view.industry:
        rows = with_industry(rows, view.industry, "case__")
    if view.holder:
        rows = rows.filter(claimed_by=None) if view.holder == NOBODY else rows.filter(claimed_by_id=int(view.holder))
    return rows


def clock_condition(state: str, calendar: WorkingCalendar, today: date) -> Q:
    """The promise's state as a condition on its date; the same borders as the mark in the list."""
    soon_until = calendar.add(today, SOON).date
    return {
        "overdue": Q(promised_by__lt=today),
        "today": Q(promised_by=today),
        "soon": Q(promised_by__gt=today, promised_by__lte=soon_until),
        "normal": Q(promised_by__gt=soon_until),
        "unexplained": Q(Exists(_unexplained(today))),
    }[state]


def with_industry(rows: QuerySet[Any], industry: str, prefix: str) -> QuerySet[Any]:
    """The rows whose case is of an industry; the list is JSON, read as text so that both databases answer alike."""
    return rows.annotate(industries_text=Cast(f"{prefix}industries", CharField())).filter(
        industries_text__contains=f'"{industry}"'
    )


def search_condition(text: str, prefix: str) -> Q:
    """Every word must be found: in the number, name, pinyin, initials, credit code or a telephone."""
    condition = Q()
    for word in unicodedata.normalize("NFKC", text).split():
        compact = word.replace("-", "")
        found = Q(**{f"{prefix}enterprise__name__icontains": word})
        for column in ("number", "enterprise__pinyin", "enterprise__initials", "enterprise__uscc", "enterprise__phone"):
            found |= Q(**{f"{prefix}{column}__icontains": compact})
        condition &= found
    return condition


def limit(calendar: WorkingCalendar, today: date, by: date | None) -> Limit:
    """The limit with its days left."""
    try:
        left = clock.days_left(calendar, today, by) if by else None
    except YearNotLoaded:
        left = None
    return Limit(by, left, by is not None and calendar.is_tentative(today, by))


def rows_of(page: Iterable[Section], desk: Desk, calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of sections; one further query where a matter waits for what comes first, else none."""
    shown = list(page)
    for section in shown:
        section.case.__dict__["catalogue_sha256"] = section.__dict__["catalogue_sha256"]
    standings = coming_first.standings(shown)
    return [_row(section, desk, calendar, today, standings) for section in shown]


def _row(
    section: Section, desk: Desk, calendar: WorkingCalendar, today: date, standings: Mapping[int, Standing]
) -> Row:
    case, standing = section.case, _standing(section)
    return Row(
        number=case.number or "",
        enterprise=case.enterprise.name,
        uscc=case.enterprise.uscc,
        matters=tuple(
            RowMatter(
                m.name,
                m.state_words(),
                m.is_undecided,
                m.route == CaseMatter.Route.COMMITMENT,
                standings.get(m.pk, Standing.NONE),
            )
            for m in section.matters.all()
        ),
        promised=limit(calendar, today, section.promised_by),
        statutory=limit(calendar, today, section.statutory_by),
        provisional=case.provisional,
        holder=str(section.claimed_by or ""),
        is_mine=section.claimed_by_id == desk.user.pk,
        is_entrusted=section.claimed_by_id in desk.stands_in_for,
        since=section.claimed_at or section.opened_at,
        accepted_on=case.accepted_on,
        ended_at=section.ended_at or case.closed_at,
        stop="、".join(str(ClockStop.Ground(ground).label) for ground in standing),
        stop_law=str(OWN_RULE if standing == [RECTIFICATION] else ARTICLE_45),
        awaits_approval=getattr(section, "awaits_approval", False),
        is_unexplained=section.__dict__["is_unexplained"],
        lacks_paper=section.__dict__["lacks_paper"],
    )


def _standing(section: Section) -> list[str]:
    """The grounds on which all that waits here stands still; none where a clock runs."""
    grounds = [
        [stop.ground for stop in row.stops.all() if stop.ended_on is None]
        for row in section.matters.all()
        if row.is_undecided
    ]
    if not grounds or not all(grounds):
        return []
    return list(dict.fromkeys(ground for of_matter in grounds for ground in of_matter))


def colleagues(user: User) -> QuerySet[User]:
    """The officers of the same body, oneself included."""
    return User.objects.officers_of(user.body_id).order_by(F("display_name").asc(), "username")


def last_day_of_notice(calendar: WorkingCalendar, complete_on: date | None) -> date | None:
    """The last day on which a supplement notice can be served; on the next silence is acceptance (R2.8)."""
    return calendar.add(complete_on, clock.INTAKE_DAYS).date if complete_on else None
