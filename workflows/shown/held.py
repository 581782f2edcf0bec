"""What pages show of permits that were held before: the business's own, and those that wait for a department (R1.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from calendars.working_days import WorkingCalendar
from certificates.acts import candidates, merging
from permits.clock import days_left
from permits.models import Case, HeldPermit

LOOKS = {
    "named": ("yellow", "clock"),
    "confirmed": ("green", "check"),
    "merged": ("green", "check"),
    "refused": ("red", "circle-x"),
    "taken_back": ("grey", ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A permit that waits for its department, until which day."""

    held: HeldPermit
    due_on: date
    left: int


def waiting_for(user: User) -> QuerySet[HeldPermit]:
    """What this person's department has to answer, the oldest first."""
    return HeldPermit.objects.waiting_for(user.body_id).select_related("case__enterprise").order_by("named_at", "pk")


def rows_of(page: Iterable[HeldPermit], calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines with their last day: it runs from the acceptance, or from the naming where that came later."""
    rows = []
    for held in page:
        named = timezone.localtime(held.named_at).date()
        due = calendar.add(max(named, held.case.accepted_on or named), merging.CONFIRM_WITHIN).date
        rows.append(Row(held, due, days_left(calendar, today, due)))
    return rows


def readable(user: User) -> QuerySet[HeldPermit]:
    """Its own department reads what it has to answer or has answered; who files the case, all of it."""
    found = HeldPermit.objects.select_related("case__enterprise", "body", "answered_by", "source__case")
    if user.role == User.Role.OFFICER:
        return found.filter(body_id=user.body_id or "").exclude(case__state=Case.State.DRAFT)
    if user.role in (User.Role.APPLICANT, User.Role.WINDOW):
        return found.filter(case__in=Case.objects.visible_to(user))
    return found.none()


def matters_to_declare(case: Case) -> list[tuple[str, str]]:
    """The matters of which a permit can be declared, with their departments."""
    catalogue, taken = case.own_catalogue, candidates.matters_of(case)
    return [
        (id, f"{matter.name}（{catalogue.departments[matter.department].short_name}）")
        for id, matter in catalogue.matters.items()
        if id not in taken
    ]
