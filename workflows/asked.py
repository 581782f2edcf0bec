"""What a supplement notice asks and what was handed in for it, point by point."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from calendars.working_days import WorkingCalendar
from permits.fields import words
from permits.form import notice_of
from permits.models import Case, Material, Supplement, SupplementItem
from permits.papers.page import subject_name
from workflows.counting import days_left


@dataclass(frozen=True)
class Point:
    """One point of a supplement notice: what it concerns, what is asked, what was answered, which files came, how it reads now."""

    item: SupplementItem
    name: str
    files: tuple[Material, ...]
    is_material: bool
    url: str
    is_changed: bool
    now: str

    @property
    def is_answered(self) -> bool:
        """Whether something was handed in for it: a text, a file, a changed field of the form."""
        return bool(self.item.answer or self.files or self.is_changed)


@dataclass(frozen=True)
class Asked:
    """One supplement notice with its points."""

    supplement: Supplement
    points: tuple[Point, ...]
    days_left: int | None

    @property
    def is_open(self) -> bool:
        """Whether the applicant still has to answer."""
        return self.supplement.answered_at is None


def asked_of(case: Case, supplement: Supplement, calendar: WorkingCalendar, today: date) -> Asked:
    """The notice for the applicant's eyes."""
    # Pages to mend it on are needed only while it waits, and lead only to what this case asks for.
    listed = frozenset() if supplement.answered_at else frozenset(one.id for one in notice_of(case).materials)
    points = tuple(_point(case, supplement, item, listed) for item in supplement.items.all())
    left = None if supplement.answered_at else days_left(calendar, today, supplement.due_on)
    return Asked(supplement, points, left)


def _point(case: Case, supplement: Supplement, item: SupplementItem, listed: frozenset[str]) -> Point:
    """The point with the page on which it can be mended."""
    catalogue, subject = case.own_catalogue, item.subject
    url = ""
    if subject in listed:
        url = reverse("permits:material", args=[case.key, subject])
    elif subject in catalogue.fields:
        url = reverse("permits:form_section", args=[case.key, catalogue.fields[subject].group])
    changed = next(
        (one for one in case.entries.all() if one.field == subject and one.at >= supplement.requested_at), None
    )
    now = words(catalogue.fields[subject], changed.value) if changed else ""
    files = _new_files(case, supplement, item)
    return Point(
        item, subject_name(catalogue, subject), files, subject in catalogue.materials, url, changed is not None, now
    )


def _new_files(case: Case, supplement: Supplement, item: SupplementItem) -> tuple[Material, ...]:
    """What was uploaded for the point since the notice, up to its answer."""
    until = supplement.answered_at
    return tuple(
        file
        for file in case.materials.all()
        if file.material == item.subject
        and file.removed_at is None
        and file.uploaded_at >= supplement.requested_at
        and (until is None or file.uploaded_at <= until)
    )
