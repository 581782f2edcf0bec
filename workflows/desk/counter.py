"""The counter's lists: what has to be checked, which supplements are out, which drafts were begun at the window."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from calendars.working_days import WorkingCalendar
from industries.entities import Catalogue
from permits.models import Case, Supplement, Tolerance
from workflows.lists.worklists import Limit, last_day_of_notice, limit, search_condition

CHECK, SUPPLEMENT, DRAFT, UNDER_WAY, CLOSED = "check", "supplement", "draft", "under_way", "closed"
TABS = {
    CHECK: Q(state=Case.State.SUBMITTED),
    SUPPLEMENT: Q(state=Case.State.SUPPLEMENT_REQUESTED),
    DRAFT: Q(state=Case.State.DRAFT, with_counter=True),
    UNDER_WAY: Q(state__in=Case.UNDECIDED_STATES),
    CLOSED: ~Q(state__in=(Case.State.DRAFT, *Case.OPEN_STATES)),
}
ORDERS = {
    CHECK: ("complete_on", "submitted_at", "pk"),
    SUPPLEMENT: ("submitted_at", "pk"),
    DRAFT: ("-created_at", "-pk"),
    UNDER_WAY: ("promised_by", "pk"),
    CLOSED: ("-closed_at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the counter's list. `due` is the last day of whatever runs: notice, supplement or promise."""

    case: Case
    industries: str
    matters: tuple[str, ...]
    due: Limit
    provisional: bool
    answered: bool
    paper: str


def at_the_counter(user: User, text: str) -> QuerySet[Case]:
    """The cases that this person may see and the search finds."""
    return Case.objects.visible_to(user).filter(search_condition(text, ""))


def tab_counts(user: User, text: str) -> dict[str, int]:
    """How many each tab holds, in one query."""
    counts = {tab: Count("pk", filter=condition) for tab, condition in TABS.items()}
    counted: dict[str, int] = at_the_counter(user, text).aggregate(**counts)
    return counted


def cases(user: User, tab: str, text: str) -> QuerySet[Case]:
    """The cases of a tab in its order, with what their rows need."""
    rows = at_the_counter(user, text).filter(TABS[tab])
    supplements = Prefetch("supplements", queryset=Supplement.objects.order_by("requested_at"))
    return (
        rows.select_related("enterprise").prefetch_related("matters", supplements, "tolerances").order_by(*ORDERS[tab])
    )


def rows_of(page: Iterable[Case], catalogue: Catalogue, calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of cases; no further query. Industries are named as the catalogue in use names them."""
    return [_row(case, catalogue, calendar, today) for case in page]


def industry_names(case: Case, catalogue: Catalogue) -> str:
    """The case's industries in words; one that the catalogue no longer has shows its id."""
    known = catalogue.industries
    return "、".join(known[id].name if id in known else id for id in case.industries)


def _row(case: Case, catalogue: Catalogue, calendar: WorkingCalendar, today: date) -> Row:
    supplements = list(case.supplements.all())
    due = limit(calendar, today, _due(case, supplements, calendar))
    return Row(
        case=case,
        industries=industry_names(case, catalogue),
        matters=tuple(matter.name for matter in case.matters.all()),
        due=due,
        provisional=due.provisional,
        answered=bool(supplements) and case.state == Case.State.SUBMITTED,
        paper=_paper(case),
    )


def _paper(case: Case) -> str:
    """How far the papers of a tolerant acceptance are: `offered`, `came` (to be looked at), `awaited`; empty without any."""
    papers = list(case.tolerances.all())
    if any(one.state == Tolerance.State.OFFERED for one in papers):
        return "offered"
    return "came" if any(one.is_unchecked for one in papers) else "awaited" if any(p.is_awaited for p in papers) else ""


def _due(case: Case, supplements: list[Supplement], calendar: WorkingCalendar) -> date | None:
    if case.state == Case.State.SUBMITTED:
        return last_day_of_notice(calendar, case.complete_on)
    if case.state == Case.State.SUPPLEMENT_REQUESTED and supplements:
        return supplements[-1].last_day
    return case.promised_by if case.state in Case.UNDECIDED_STATES else None
