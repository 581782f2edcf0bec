"""What falls due, by kind: the open things whose last day is near, read by the stored columns.

A further kind needs a `Kind` with its rungs (`ladder`, `ladders.yaml`), a `find` here, its place in `SOURCES`, and its
words (`wording`). `find` narrows by the last day and by cases; both may be left out. Those of permits that were granted
are in `of_permits`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from calendars.services import current as current_calendar
from calendars.working_days import YearNotLoaded
from permits import clock
from permits.deadlines import limits
from permits.delivery import DELIVERY_DAYS, TO_DELIVER, TO_DELIVER_SINCE
from permits.late import late_papers as late
from permits.models import (
    Case,
    CaseMatter,
    ClockStop,
    Document,
    DropIn,
    Hearing,
    Inspection,
    PostCheck,
    Supplement,
    Tolerance,
)
from workflows.models import Rating, Referral, Reminder, Suspicion, Visit
from workflows.reminders import of_permits
from workflows.reminders.ladder import Kind
from workflows.reminders.things import Cases, Find, Thing, narrowed
from workflows.scanning import referrals
from workflows.scanning.suspicions import LOOK_DAYS


def intake_checks(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The window's check of what was handed in (R2.8)."""
    narrow = narrowed("complete_on", until, "pk", cases, clock.INTAKE_DAYS)
    rows = Case.objects.filter(narrow, state=Case.State.SUBMITTED)
    for pk, day in rows.order_by("pk").values_list("pk", "complete_on"):
        if day is not None:
            yield Thing(f"case:{pk}", pk, settings.SERVICE_OFFICE, day, clock.INTAKE_DAYS)


def supplements(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The applicant's answer to the supplement notice (R2.10)."""
    waiting = Supplement.objects.filter(
        answered_at=None, awaits_service=False, case__state=Case.State.SUPPLEMENT_REQUESTED
    )
    rows = waiting.filter(narrowed("due_on", until, "case", cases)).order_by("pk")
    for pk, of_case, day in rows.values_list("pk", "case", "due_on"):
        yield Thing(f"supplement:{pk}", of_case, settings.SERVICE_OFFICE, day)


def late_papers(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The papers that the applicant promised to bring after acceptance (R6.11)."""
    rows = Tolerance.objects.awaited().filter(narrowed("due_on", until, "case", cases)).order_by("pk")
    for pk, of_case, day in rows.values_list("pk", "case", "due_on"):
        if day is not None:
            yield Thing(f"late_paper:{pk}", of_case, settings.SERVICE_OFFICE, day)


def late_checks(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The promised papers that came and that nobody has looked at: the licence waits for the counter (R6.10)."""
    narrow = narrowed("handed_in_at__date", until, "case", cases, late.CHECK_DAYS)
    rows = Tolerance.objects.open().exclude(handed_in_at=None).filter(narrow).order_by("pk")
    for pk, of_case, at in rows.values_list("pk", "case", "handed_in_at"):
        if at is not None:
            day = timezone.localtime(at).date()
            yield Thing(f"late_check:{pk}", of_case, settings.SERVICE_OFFICE, day, late.CHECK_DAYS)


def _undecided(column: str, until: date | None, cases: Cases, condition: Q) -> Iterator[Thing]:
    """Matters whose clock runs: one that stands has no last day."""
    rows = CaseMatter.objects.filter(
        condition,
        narrowed(column, until, "case", cases),
        ended_at=None,
        case__state__in=Case.UNDECIDED_STATES,
        **{f"{column}__isnull": False},
    )
    for pk, of_case, body, day, name in rows.order_by("pk").values_list(
        "pk", "case", "section__body_id", column, "name"
    ):
        yield Thing(f"matter:{pk}", of_case, body, day, what=name)


def promises(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Matters by their promised day (R1.37)."""
    return _undecided("promised_by", until, cases, Q())


def statutes(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Matters by the statute's last day; where it is the promised day itself, the promise reminds of both."""
    return _undecided("statutory_by", until, cases, ~Q(statutory_by=F("promised_by")))


def joint_limits(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Cases that several departments handle, by the day on which all has to be decided; none while a clock stands (R1.39)."""
    narrow = narrowed("accepted_on", until, "pk", cases, clock.JOINT_DAYS)
    rows = Case.objects.filter(narrow, state__in=Case.UNDECIDED_STATES, accepted_on__isnull=False)
    for case in rows.order_by("pk").prefetch_related("stops", "extensions"):
        assert case.accepted_on is not None  # asked for above
        facts = limits.facts_of(case)
        stops = [stop.as_fact for standing in facts.stops.values() for stop in standing]
        days = clock.JOINT_DAYS + clock.JOINT_EXTENSION_DAYS * facts.is_jointly_extended
        try:
            limit = clock.joint_limit(current_calendar(), case.accepted_on, stops, extended=facts.is_jointly_extended)
        except YearNotLoaded:  # the thing says so itself, and only its own case is held up
            yield Thing(f"joint:{case.pk}", case.pk, settings.SERVICE_OFFICE, case.accepted_on, days)
            continue
        if limit:
            yield Thing(f"joint:{case.pk}", case.pk, settings.SERVICE_OFFICE, limit.date)


def overrun_stops(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Clocks that stand, by the day on which the step was to be over (R2.21)."""
    rows = ClockStop.objects.filter(
        narrowed("expected_end", until, "case", cases),
        ended_on=None,
        case_matter__ended_at=None,
        case__state__in=Case.UNDECIDED_STATES,
    )
    names = ("pk", "case", "case_matter__section__body_id", "expected_end", "case_matter__name")
    for pk, of_case, body, day, name in rows.order_by("pk").values_list(*names):
        yield Thing(f"stop:{pk}", of_case, body, day, what=name)


def hearing_rights(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Rights to a hearing that the applicant may still use (R2.23)."""
    rows = Hearing.objects.filter(narrowed("ask_by", until, "case", cases), state=Hearing.State.TOLD, party="")
    names = ("pk", "case", "case_matter__section__body_id", "ask_by", "case_matter__name")
    for pk, of_case, body, day, name in rows.order_by("pk").values_list(*names):
        yield Thing(f"hearing_right:{pk}", of_case, body, day, what=name)


def hearings(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Hearings that were asked for and are to be held (R2.23)."""
    rows = Hearing.objects.filter(narrowed("hold_by", until, "case", cases), state__in=Hearing.TO_HOLD)
    names = ("pk", "case", "case_matter__section__body_id", "hold_by", "case_matter__name")
    for pk, of_case, body, day, name in rows.order_by("pk").values_list(*names):
        if day is not None:
            yield Thing(f"hearing:{pk}", of_case, body, day, what=name)


def deliveries(until: date | None, cases: Cases) -> Iterator[Thing]:
    """What was granted, is in force and not delivered, by the first of it, whatever else is still open (R2.24, R6.10)."""
    narrow = narrowed("since", until, "case", cases, DELIVERY_DAYS)
    rows = CaseMatter.objects.annotate(since=TO_DELIVER_SINCE).filter(narrow, TO_DELIVER)
    first = rows.order_by("case").values("case").annotate(first=Min("since"))
    for of_case, day in first.values_list("case", "first"):
        yield Thing(f"delivery:{of_case}", of_case, settings.SERVICE_OFFICE, day, DELIVERY_DAYS)


def services(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Papers from which days run and that are not served (R2.34): of a case by its first decision, and its supplement notice,
    which should be there within the five working days of the intake check (R2.8)."""
    rows = Document.objects.unserved()
    notices = rows.filter(
        narrowed("case__complete_on", until, "case", cases, clock.INTAKE_DAYS), kind=Document.Kind.SUPPLEMENT_NOTICE
    )
    for pk, of_case, day in notices.order_by("pk").values_list("pk", "case", "case__complete_on"):
        if day is not None:
            yield Thing(f"notice:{pk}", of_case, settings.SERVICE_OFFICE, day, clock.INTAKE_DAYS)
    decisions = rows.filter(narrowed("on", until, "case", cases, DELIVERY_DAYS), kind__in=Document.DECISIONS)
    for of_case, day in (
        decisions.order_by("case").values("case").annotate(first=Min("on")).values_list("case", "first")
    ):
        yield Thing(f"service:{of_case}", of_case, settings.SERVICE_OFFICE, day, DELIVERY_DAYS)


def _checks(state: str, column: str, until: date | None, cases: Cases) -> Iterator[Thing]:
    narrow = narrowed(column, until, "case_matter__case", cases)
    rows = PostCheck.objects.filter(narrow, state=state, mandatory=True).order_by("pk")
    names = ("pk", "case_matter__case", "case_matter__section__body", column, "case_matter__name")
    for pk, of_case, body, day, name in rows.values_list(*names):
        yield Thing(f"check:{pk}", of_case, body, day, what=name)


def after_checks(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Checks after a commitment that have to be made (R6.5); what is checked where necessary has no last day."""
    return _checks(PostCheck.State.DUE, "due_on", until, cases)


def rectifications(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Orders to rectify: the holder puts it right in time, then the department looks again (R6.6)."""
    return _checks(PostCheck.State.BROKEN, "rectify_by", until, cases)


def inspections(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Joint visits that are agreed and not closed, by their day."""
    agreed = Inspection.objects.filter(state=Inspection.State.SCHEDULED)
    rows = agreed.filter(narrowed("starts_at__date", until, "case", cases)).order_by("pk")
    for pk, of_case, body, moment in rows.values_list("pk", "case", "lead__code", "starts_at"):
        if moment is not None:
            yield Thing(f"inspection:{pk}", of_case, body, timezone.localtime(moment).date())


def changes(until: date | None, cases: Cases) -> Iterator[Thing]:
    """What a joint visit found wanting and nobody has reported as put right (R2.22)."""
    rectifying = Exists(CaseMatter.objects.filter(case=OuterRef("case"), state=CaseMatter.State.RECTIFYING))
    told = Inspection.objects.filter(rectifying, rectify_by__isnull=False, reported_at=None)
    rows = told.filter(narrowed("rectify_by", until, "case", cases)).order_by("pk")
    for pk, of_case, body, day in rows.values_list("pk", "case", "lead__code", "rectify_by"):
        if day is not None:
            yield Thing(f"changes:{pk}", of_case, body, day)


def visits(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The sub-district's visits (R1.33)."""
    rows = Visit.objects.filter(narrowed("due_on", until, "case", cases), done_on=None).order_by("pk")
    for pk, of_case, body, day in rows.values_list("pk", "case", "body_id", "due_on"):
        yield Thing(f"visit:{pk}", of_case, str(body), day)


def authorities(until: date | None, cases: Cases) -> Iterator[Thing]:
    """The authority of the agent of a case in which somebody still has to act (R2.16)."""
    narrow = narrowed("authority__until", until, "pk", cases)
    rows = Case.objects.open().filter(narrow, authority__isnull=False, authority__revoked_at=None)
    for pk, authority, day in rows.order_by("pk").values_list("pk", "authority", "authority__until"):
        yield Thing(f"authority:{authority}:{pk}", pk, settings.SERVICE_OFFICE, day)


def _reviews(column: str, until: date | None, cases: Cases, **which: Any) -> Iterator[Thing]:
    """Bad reviews with something to be done about them by a day (R3.7)."""
    rows = Rating.objects.bad().filter(narrowed(column, until, "case", cases), **{f"{column}__isnull": False}, **which)
    for pk, of_case, body, day in rows.order_by("pk").values_list("pk", "case", "body_id", column):
        yield Thing(f"rating:{pk}", of_case, body, day)


def review_contacts(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Reviews with a name whose giver nobody has spoken to."""
    return _reviews("contact_by", until, cases, state=Rating.State.OPEN, named=True)


def review_answers(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Reviews that wait for their answer, within five working days or fifteen."""
    return _reviews("answer_by", until, cases, state__in=Rating.TO_ANSWER)


def review_promises(until: date | None, cases: Cases) -> Iterator[Thing]:
    """What was promised to be put right by a day, until the service office has asked again (R3.8)."""
    return _reviews("promised_on", until, cases, state=Rating.State.ANSWERED)


def drop_ins(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Who left the counter without an answer (R6.17): of no case, even where one is named."""
    if cases is not None and None not in cases:
        return
    rows = DropIn.objects.filter(narrowed("due_on", until, "case", None), state=DropIn.State.WAITING).order_by("pk")
    for pk, day, who in rows.values_list("pk", "due_on", "who"):
        yield Thing(f"drop_in:{pk}", None, settings.SERVICE_OFFICE, day, what=who)


def suspicions(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Licences believed forged that nobody has looked into: at the service office, then at the body to which they went."""
    if cases is not None and None not in cases:
        return
    for rows, column, subject in (
        (Suspicion.objects.at_the_office(), "received_at", "suspicion"),
        (Suspicion.objects.at_departments(), "concluded_at", "suspicion_handed_over"),
    ):
        found = rows.filter(narrowed(f"{column}__date", until, "scan", None, LOOK_DAYS)).order_by("pk")
        for pk, moment, body, where in found.values_list("pk", column, "to_body_id", "where"):
            day = timezone.localtime(moment).date()
            yield Thing(f"{subject}:{pk}", None, body or settings.SERVICE_OFFICE, day, LOOK_DAYS, what=where)


def referred(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Problems found on site that the body which decided on the permit has not answered (R5.8)."""
    narrow = narrowed("received_at__date", until, "case", cases, referrals.LOOK_DAYS)
    names = ("pk", "case", "body_id", "received_at", "item__name")
    for pk, of_case, body, moment, name in Referral.objects.waiting().filter(narrow).order_by("pk").values_list(*names):
        day = timezone.localtime(moment).date()
        yield Thing(f"referral:{pk}", of_case, body, day, referrals.LOOK_DAYS, what=name)


SOURCES: Mapping[Kind, Find] = {
    Kind.INTAKE: intake_checks,
    Kind.SUPPLEMENT: supplements,
    Kind.LATE_PAPER: late_papers,
    Kind.LATE_CHECK: late_checks,
    Kind.PROMISED: promises,
    Kind.STATUTORY: statutes,
    Kind.JOINT: joint_limits,
    Kind.STOP: overrun_stops,
    Kind.HEARING_RIGHT: hearing_rights,
    Kind.HEARING: hearings,
    Kind.DELIVERY: deliveries,
    Kind.SERVICE: services,
    Kind.AFTER_CHECK: after_checks,
    Kind.RECTIFICATION: rectifications,
    Kind.INSPECTION: inspections,
    Kind.CHANGES: changes,
    Kind.VISIT: visits,
    Kind.AUTHORITY: authorities,
    Kind.RENEWAL: of_permits.renewals,
    Kind.APPLICATION: of_permits.applications,
    Kind.REGISTRATION: of_permits.registrations,
    Kind.SUSPENSION: of_permits.suspensions,
    Kind.HELD_PERMIT: of_permits.confirmations,
    Kind.REVIEW_CONTACT: review_contacts,
    Kind.REVIEW_ANSWER: review_answers,
    Kind.REVIEW_PROMISE: review_promises,
    Kind.DROP_IN: drop_ins,
    Kind.SUSPICION: suspicions,
    Kind.REFERRAL: referred,
}


def still_open(reminders: Iterable[Reminder]) -> set[int]:
    """The keys of those reminders whose thing is open and due on the same day as it was; one query per kind."""
    by_kind: dict[Kind, list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        if reminder.kind in SOURCES:
            by_kind[Kind(reminder.kind)].append(reminder)
    found: set[int] = set()
    for kind, rows in by_kind.items():
        things = SOURCES[kind](None, {row.case_id for row in rows})
        due = {thing.subject: thing.due_on(current_calendar()) for thing in things}
        found |= {row.pk for row in rows if due.get(row.subject) == row.due_on}
    return found
