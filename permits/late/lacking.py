"""What a case still waits for after a tolerant acceptance (R6.10): asked by every act that could issue something.

Only a case whose papers were ever offered to come later (`Case.tolerance_offered_at`) is asked for them: an ordinary case
costs no statement here.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.working_days import WorkingCalendar
from permits.deadlines.limits import Moved
from permits.models import Case, Tolerance

ENDED = ["state", "ended_at", "ended_by"]


def count(case: Case) -> int:
    """How many papers are offered or promised and not there."""
    if case.tolerance_offered_at is None:
        return 0
    return sum(one.state in (Tolerance.State.OFFERED, Tolerance.State.OPEN) for one in case.tolerances.all())


def open_papers(case: Case) -> list[Tolerance]:
    """The promised papers that are not confirmed, in their order; no statement where there are none."""
    return list(case.tolerances.open()) if count(case) else []


def require_nothing(case: Case) -> None:
    """No licence is made of all decisions while a promised paper is not there (R6.10); what needs none of the papers can be
    issued early, once the promised day has passed (`certificates.early`)."""
    if papers := open_papers(case):
        names = "、".join(name_of(case, one.material) for one in papers)
        message = _("容缺的材料补齐并确认之前，不颁发载明全部事项的综合许可证：%(names)s") % {"names": names}
        raise RuleViolation("paper_lacking", message, rule="R6.10")


def name_of(case: Case, material: str) -> str:
    """The name of a material in the case's catalogue."""
    known = case.own_catalogue.materials
    return known[material].name if material in known else material


def lapse_offers(case: Case, at: datetime) -> None:
    """Whatever ends the intake check otherwise than by the applicant's signature takes the offers with it."""
    if not count(case):
        return
    offers = list(case.tolerances.offered())
    for one in offers:
        one.let_go()
        one.ended_at = at
    update_rows(offers, ENDED)


def recount(case: Case, calendar: WorkingCalendar) -> list[Moved]:
    """Derive the last days of the promised papers anew: they may move on, never back, for the applicant was told them."""
    papers = open_papers(case)
    moved = []
    for one in papers:
        assert case.accepted_on is not None  # the database holds both
        assert one.due_on is not None
        limit = calendar.add(case.accepted_on, one.days)
        if limit.date > one.due_on:
            moved.append(Moved("", f"paper:{one.material}", one.due_on, limit.date))
            one.due_on = limit.date
        one.provisional = limit.provisional
    update_rows(papers, ["due_on", "provisional"])
    return moved


def due_days(papers: Iterable[Tolerance]) -> list[date]:
    """The last days of what is still awaited, the earliest first."""
    return sorted(one.due_on for one in papers if one.due_on is not None and one.is_awaited)
