"""What falls due by itself: deemed acceptance (R2.8), the return of unanswered supplements (R2.10), the end of acceptances
whose late papers did not come (R6.11).

Derived from dates, never counted up: a missed night is made up by the next run, a second run finds nothing to do, two
runs at once queue up at the case's lock. A case that cannot be moved is reported and does not stop the others.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from permits import late_papers
from permits.models import Case
from workflows import steps

logger = logging.getLogger(__name__)


@dataclass
class DueReport:
    """How many cases each rule moved, and which could not be moved, with the reason."""

    accepted_by_silence: int = 0
    returned: int = 0
    acceptance_ended: int = 0
    failed: list[str] = field(default_factory=list)


def run_due(at: datetime) -> DueReport:
    """Do everything that fell due by this moment."""
    report = DueReport()
    report.accepted_by_silence = _each(Case.State.SUBMITTED, steps.accept_by_silence, at, report)
    report.returned = _each(Case.State.SUPPLEMENT_REQUESTED, steps.return_unanswered, at, report)
    report.acceptance_ended = _move(
        late_papers.overdue(timezone.localtime(at).date()), steps.end_acceptance, at, report
    )
    return report


def _each(state: str, step: Callable[..., bool], at: datetime, report: DueReport) -> int:
    return _move(Case.objects.filter(state=state, submitted_at__lt=at), step, at, report)


def _move(cases: QuerySet[Case], step: Callable[..., bool], at: datetime, report: DueReport) -> int:
    moved = 0
    for case in cases.iterator():
        try:
            moved += step(case, at=at)
        except Exception as error:
            logger.exception("case %s could not be moved", case)
            report.failed.append(f"{case}: {error}")
    return moved
