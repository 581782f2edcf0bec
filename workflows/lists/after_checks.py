"""The departments' list of checks after commitments (事中事后核查): what is due, what is being put right, what is over.

rows = rows_of(checks(user, "due", "")[:50], calendar, today)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from calendars.working_days import WorkingCalendar
from permits.models import PostCheck
from workflows.lists.worklists import Limit, limit, search_condition

DUE, RECTIFYING, OVER = "due", "rectifying", "over"
TABS = (DUE, RECTIFYING, OVER)
CONDITIONS = {
    DUE: Q(state=PostCheck.State.DUE),
    RECTIFYING: Q(state=PostCheck.State.BROKEN),
    OVER: ~Q(state__in=PostCheck.OPEN_STATES),
}
ORDER = {DUE: ("due_on", "pk"), RECTIFYING: ("rectify_by", "pk"), OVER: ("-done_on", "-pk")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: whose, which matter, decided when, and the last day that counts now."""

    pk: int
    number: str
    enterprise: str
    matter: str
    decided_on: date | None
    state: str
    limit: Limit
    provisional: bool
    mandatory: bool
    is_open: bool


def of_department(user: User, text: str = "") -> QuerySet[PostCheck]:
    """The checks of a department's own matters; nobody sees another's."""
    own = PostCheck.objects.filter(case_matter__section__body_id=user.body_id or "")
    return own.filter(search_condition(text, "case_matter__case__")) if text else own


def tab_counts(user: User, text: str) -> dict[str, int]:
    """How many each tab holds, in one query."""
    counts = {tab: Count("pk", filter=CONDITIONS[tab]) for tab in TABS}
    counted: dict[str, int] = of_department(user, text).aggregate(**counts)
    return counted


def open_count(user: User) -> int:
    """How many checks of the department wait for somebody."""
    return of_department(user).filter(state__in=PostCheck.OPEN_STATES).count()


def checks(user: User, tab: str, text: str) -> QuerySet[PostCheck]:
    """The checks of a tab in its order, with what a row needs."""
    found = of_department(user, text).filter(CONDITIONS[tab])
    return found.select_related("case_matter__case__enterprise").order_by(*ORDER[tab])


def rows_of(page: Iterable[PostCheck], calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of checks; no further query."""
    return [_row(check, calendar, today) for check in page]


def _row(check: PostCheck, calendar: WorkingCalendar, today: date) -> Row:
    matter = check.case_matter
    return Row(
        pk=check.pk,
        number=matter.case.number or "",
        enterprise=matter.case.enterprise.name,
        matter=matter.name,
        decided_on=matter.decided_on,
        state=check.get_state_display(),
        limit=limit(calendar, today, check.rectify_by or check.due_on),
        provisional=check.provisional and check.rectify_by is None,
        mandatory=check.mandatory,
        is_open=check.is_open,
    )
