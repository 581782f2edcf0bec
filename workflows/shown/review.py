"""What a department reads of an application that is not accepted yet: its own part, to say whether it is complete."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404

from accounts.models import User
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from permits.completeness import gaps, settling
from permits.models import Case, CompletenessReview, Gap, SupplementItem
from workflows import stamps
from workflows.forms.intake import Subject
from workflows.lists.worklists import Limit, limit
from workflows.shown import section as section_page
from workflows.shown.asked import Asked, asked_of
from workflows.shown.section import SectionPage


def waiting_for(user: User) -> QuerySet[CompletenessReview]:
    """The reviews that wait for this person's department, the most urgent first."""
    mine = CompletenessReview.objects.waiting().of_body(user.body_id)
    return mine.select_related("case__enterprise").prefetch_related("case__matters__section").order_by("due_on", "pk")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    case: Case
    matters: tuple[str, ...]
    review: CompletenessReview
    due: Limit


def rows_of(page: Iterable[CompletenessReview], user: User, calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of reviews; no further query."""
    return [
        Row(
            case=review.case,
            matters=tuple(m.name for m in review.case.matters.all() if m.section.body_id == user.body_id),
            review=review,
            due=limit(calendar, today, review.due_on),
        )
        for review in page
    ]


class ReviewPage:
    """One application as a department's reviewer sees it today."""

    def __init__(self, section: SectionPage, review: CompletenessReview) -> None:
        self.section = section
        self.case = section.case
        self.review = review

    @property
    def due(self) -> Limit:
        """The last day of the intake check (R2.8)."""
        return limit(current_calendar(), self.section.today, self.review.due_on)

    @cached_property
    def asked(self) -> Asked | None:
        """What came for the points that this department raised in the newest notice; None where it raised none."""
        items = Prefetch("items", SupplementItem.objects.select_related("judged_body", "judged_by"))
        notice = self.case.supplements.order_by("-pk").prefetch_related(items).first()
        own = settling.raised_by_body(self.case, notice, self.section.section.body_id) if notice else frozenset()
        if notice is None or not own:
            return None
        prefetch_related_objects([self.case], "materials", "entries")
        whole = asked_of(self.case, notice, self.section.matters, current_calendar(), self.section.today)
        return replace(whole, points=tuple(point for point in whole.points if point.item.subject in own))

    @property
    def judgeable(self) -> list[SupplementItem]:
        """The points that the department judges."""
        return [point.item for point in self.asked.points] if self.asked else []

    @property
    def stamp(self) -> str:
        """What this page rests on."""
        return stamps.stamp(self.case.audit_length, *self._facts)

    def is_stale(self, given: str) -> bool:
        """Whether a page with this stamp is no longer true."""
        return stamps.is_stale(given, *self._facts)

    @property
    def _facts(self) -> list[object]:
        return [self.review.pk, self.case.complete_on]

    @cached_property
    def earlier(self) -> dict[str, Gap]:
        """What the department proposed before and nobody has taken up yet."""
        body = self.section.section.body_id
        return {gap.subject: gap for gap in self.case.gaps.filter(state=Gap.State.PROPOSED, body_id=body)}

    @property
    def subjects(self) -> list[Subject]:
        """What the department may speak of; ticked is what it said before, else what is plainly missing."""
        fields = [(line.id, line.field.label, "") for group in self.section.groups for line in group.lines]
        asked = [row for row in self.section.materials if row.asked.status not in gaps.SPARED]
        papers = [(row.id, row.name, f"请提交“{row.name}”" if row.is_missing else "") for row in asked]
        return [
            Subject(id, name, self.earlier[id].text if id in self.earlier else "" if self.earlier else plainly)
            for id, name, plainly in [*fields, *papers]
        ]


def load(user: User, number: str, today: date) -> ReviewPage:
    """The department's part of the case of this number, while its review waits; 404 for everybody else."""
    section = section_page.load(user, number, today)
    review = section.case.reviews.waiting().of_body(user.body_id).first()
    if review is None:
        raise Http404
    return ReviewPage(section, review)
