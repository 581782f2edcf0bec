"""What falls due in the life of permits that were granted: their holders' to do, or their departments'."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone

from calendars.services import current as current_calendar
from certificates.acts import suspending, windows
from certificates.acts.merging import CONFIRM_WITHIN
from certificates.models import ApplicationPart, LicenceItem, RegistrationDuty
from permits.models import HeldPermit
from workflows.reminders.things import Cases, Thing, narrowed


def renewals(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Permits whose term runs out, by the last day to apply for their renewal; none that was applied for (R2.31)."""
    asked = ApplicationPart.objects.filter(item=OuterRef("pk"), state=ApplicationPart.State.PENDING)
    by = None if until is None else until + windows.LATEST_BEFORE
    narrow = narrowed("valid_to", by, "case_matter__case", cases)
    rows = LicenceItem.objects.filter(narrow, ~Exists(asked), ended_on=None, valid_to__isnull=False).order_by("pk")
    names = ("pk", "case_matter__case", "body_id", "matter", "valid_to", "name")
    for pk, of_case, body, matter, last, name in rows.values_list(*names):
        if last is not None:
            window = windows.window(windows.term_of(matter), last, current_calendar())
            yield Thing(f"renewal:{pk}", of_case, body, window.closes_on, what=name)


def applications(until: date | None, cases: Cases) -> Iterator[Thing]:
    """What holders have applied for after the grant and a department has not decided (R2.30, R1.18)."""
    waiting = ApplicationPart.objects.filter(state=ApplicationPart.State.PENDING)
    rows = waiting.filter(narrowed("due_on", until, "application__case", cases)).order_by("pk")
    names = ("pk", "application__case", "item__body_id", "due_on", "item__name")
    for pk, of_case, body, day, name in rows.values_list(*names):
        yield Thing(f"application:{pk}", of_case, body, day, what=name)


def registrations(until: date | None, cases: Cases) -> Iterator[Thing]:
    """What holders of permits that ended have still to have changed at the registration office (R1.19)."""
    narrow = narrowed("due_on", until, "item__case_matter__case", cases)
    rows = RegistrationDuty.objects.filter(narrow, done_on=None).order_by("pk")
    names = ("pk", "item__case_matter__case", "item__body_id", "due_on", "item__name")
    for pk, of_case, body, day, name in rows.values_list(*names):
        yield Thing(f"registration:{pk}", of_case, body, day, what=name)


def suspensions(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Suspensions without a last day, by the day on which their department should look whether the reason still holds (R2.33)."""
    rows = suspending.endless()
    if cases is not None:
        rows = rows.filter(case_matter__case__in=cases)
    items = list(rows.select_related("case_matter").order_by("pk"))
    decisions = suspending.decisions_of(items)
    for item in items:
        if (paper := decisions.get(item.pk)) and (until is None or paper.on <= until):
            case = item.case_matter.case_id
            yield Thing(f"suspension:{item.pk}", case, item.body_id, paper.on, suspending.LOOK_AFTER, what=item.name)


def confirmations(until: date | None, cases: Cases) -> Iterator[Thing]:
    """Permits held before that wait for their department's word: from the acceptance, or the naming where that came later (R1.10)."""
    named = HeldPermit.objects.answerable().filter(narrowed("named_at__date", until, "case", cases, CONFIRM_WITHIN))
    names = ("pk", "case", "body_id", "named_at", "case__accepted_on", "name")
    for pk, of_case, body, at, accepted_on, name in named.order_by("pk").values_list(*names):
        named_on = timezone.localtime(at).date()
        day = max(named_on, accepted_on or named_on)
        yield Thing(f"held:{pk}", of_case, body, day, CONFIRM_WITHIN, what=name)
