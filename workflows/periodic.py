"""What falls due by itself: deemed acceptance (R2.8), the return of unanswered supplements (R2.10), the end of acceptances
whose late papers did not come (R6.11), of requests to extend a limit that has passed (R2.20), of
suspensions whose last day is over (R2.33) and of permits whose term is (R1.15, R2.30), reminders, alarms.

Derived from dates, never counted up: a missed night is made up by the next run, a second run finds nothing to do, two
runs at once queue up at the case's lock. A case that cannot be moved is reported and does not stop the others. Only what
is near by its stored last day is looked at.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import SYSTEM
from calendars.services import current as current_calendar
from calendars.working_days import YearNotLoaded
from certificates.acts import ending, renewing, suspending
from certificates.collection import days
from permits import clock
from permits.deadlines import extensions
from permits.hearing import hearings
from permits.inspections import rectifying
from permits.late import late_papers
from permits.models import Case
from workflows import life_steps, steps
from workflows.desk import booking
from workflows.reminders import alarms, digest, remind
from workflows.reminders.ladder import Kind

ALL = "-"
"""Stands for the case where a rule failed as a whole."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that a rule could not move, and why."""

    case: str
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.case}: {self.rule}: {self.reason}"


@dataclass
class DueReport:
    """How many cases each rule moved, how many reminders and alarms were told; which could not be moved, with the reason."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)

    @property
    def accepted_by_silence(self) -> int:
        return self.counts["accepted_by_silence"]

    @property
    def returned(self) -> int:
        return self.counts["returned"]

    @property
    def acceptance_ended(self) -> int:
        return self.counts["acceptance_ended"]

    @contextmanager
    def trying(self, name: Callable[[], str], rule: str) -> Iterator[None]:
        """Note what could not be done with the case of this name; the others go on."""
        try:
            yield
        except YearNotLoaded as missing:  # no fault: whoever looks after the site loads the notice
            failure = Failure(name(), rule, str(missing))
            logger.warning("waits for a calendar: %s", failure)
            self.failed.append(failure)
        except Exception as error:
            failure = Failure(name(), rule, str(error) or type(error).__name__)
            logger.exception("could not be moved: %s", failure)
            self.failed.append(failure)


def run_due(at: datetime) -> DueReport:
    """Do everything that fell due by this moment."""
    report, today = DueReport(), timezone.localtime(at).date()
    _each("accepted_by_silence", silent(today), steps.accept_by_silence, at, report)
    _each("accepted_by_silence", untold(today), steps.accept_by_silence, at, report)
    _each("returned", unanswered(today), steps.return_unanswered, at, report)
    _each("acceptance_ended", late_papers.overdue(today), steps.end_acceptance, at, report)
    _each("rectification_over", rectifying.periods_over(today), _end_period, at, report)
    _each(
        "extension_lapsed",
        Case.objects.filter(pk__in=extensions.overdue(today).values("case")),
        extensions.lapse,
        at,
        report,
    )
    _each(
        "hearing_lapsed", Case.objects.filter(pk__in=hearings.overdue(today).values("case")), hearings.lapse, at, report
    )
    _each("renewed_by_silence", renewing.undecided(today), life_steps.renew_by_silence, at, report)
    _each("suspension_over", suspending.over(today), life_steps.end_suspensions, at, report)
    _each("expired", ending.over(today), life_steps.expire, at, report)
    with report.trying(lambda: ALL, "appointments_reminded"):
        report.counts["appointments_reminded"] = booking.remind(at)
    for kind in Kind:
        _remind(kind, at, report)
    _alarm(at, report)
    with report.trying(lambda: ALL, "days_to_compare"):
        report.counts["days_to_compare"] = days.put_due(at)
    return report


def _end_period(case: Case, *, at: datetime) -> bool:
    return rectifying.end_period(case, actor=SYSTEM, at=at)


def silent(today: date) -> QuerySet[Case]:
    """The submitted cases whose five working days for a notice are over (R2.8), and those of which nobody can tell."""
    waiting = Case.objects.filter(state=Case.State.SUBMITTED)
    early_enough = waiting.filter(complete_on__lt=today - timedelta(clock.INTAKE_DAYS))
    days = list(early_enough.order_by().values_list("complete_on", flat=True).distinct())
    return waiting.filter(complete_on__in=[day for day in days if day and _may_be_over(day, today)])


def _may_be_over(day: date, today: date) -> bool:
    try:
        return clock.deemed_accepted_on(current_calendar(), day, today) is not None
    except YearNotLoaded:
        return True  # the case itself will say so


def untold(today: date) -> QuerySet[Case]:
    """The cases whose supplement notice was not served although the days for it may be over (R2.8)."""
    return Case.objects.filter(
        state=Case.State.SUPPLEMENT_REQUESTED,
        complete_on__lt=today - timedelta(clock.INTAKE_DAYS + clock.RECORD_DAYS),
        supplements__answered_at=None,
        supplements__awaits_service=True,
    )


def unanswered(today: date) -> QuerySet[Case]:
    """The cases whose supplement never came (R2.10)."""
    return Case.objects.filter(
        state=Case.State.SUPPLEMENT_REQUESTED,
        supplements__answered_at=None,
        supplements__awaits_service=False,
        supplements__due_on__lt=today,
    )


def _each(rule: str, cases: QuerySet[Case], step: Callable[..., bool], at: datetime, report: DueReport) -> None:
    for case in cases.order_by("pk").iterator():
        with report.trying(case.__str__, rule):
            report.counts[rule] += step(case, at=at)


def _remind(kind: Kind, at: datetime, report: DueReport) -> None:
    rule = f"reminded_{kind}"

    def trying(pk: int | None) -> AbstractContextManager[None]:
        return report.trying(lambda: str(Case.objects.get(pk=pk)) if pk else ALL, rule)

    with report.trying(lambda: ALL, rule):
        report.counts[rule] = remind.remind(kind, at, trying)


def _alarm(at: datetime, report: DueReport) -> None:
    with report.trying(lambda: ALL, "alarms"):
        digest.announce_left_over(at)
        report.counts["alarms"] = alarms.raise_alarms(at)
