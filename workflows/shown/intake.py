"""What the window reads of a case: everything that was handed in, what is missing, what was asked before."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404

from accounts.models import User
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from permits.acting_for import in_person
from permits.barring import bars
from permits.completeness import gaps
from permits.late import lacking, tolerating
from permits.late.tolerating import Standing
from permits.law.points import Point, Proposal, merged
from permits.merged_form.form import Group, Line, MergedForm, merged_form
from permits.models import (
    Case,
    CaseMatter,
    Commitment,
    CompletenessReview,
    Document,
    Gap,
    ProofCommitment,
    Supplement,
    SupplementItem,
    Tolerance,
)
from permits.models.bars import ReapplyBar
from workflows import stamps
from workflows.forms.intake import Subject
from workflows.lists.worklists import Limit, last_day_of_notice, limit
from workflows.shown import evidence
from workflows.shown.asked import Asked, asked_of
from workflows.shown.asked import Point as AskedPoint
from workflows.shown.evidence import Evidence
from workflows.shown.late import LatePaper, awaited, late_papers
from workflows.words import events

Shown = TypeVar("Shown", Line, Evidence)
WINDOW = "综合窗口"
"""How a point names the window beside departments: the words go into an official paper."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A department of the case, and how far its completeness review has come. `points`: how many it proposes now."""

    code: str
    name: str
    review: CompletenessReview | None
    points: int

    @property
    def is_waiting(self) -> bool:
        return self.review is not None and self.review.ended_at is None


class IntakePage:
    """A case as the window sees it today. Parts are read from the database when the page asks for them."""

    def __init__(self, case: Case, user: User, today: date) -> None:
        self.case = case
        self.user = user
        self.today = today
        self.opens_new = False
        self.matters: list[CaseMatter] = list(case.matters.select_related("section__body"))

    @cached_property
    def bars(self) -> list[ReapplyBar]:
        """What this enterprise may not apply for again, in whatever case it was decided (R2.27)."""
        return list(bars.in_force(self.case.enterprise, self.today).values())

    @property
    def going_on(self) -> list[CaseMatter]:
        """The matters that are still applied for."""
        return [row for row in self.matters if row.is_undecided]

    @property
    def may_check(self) -> bool:
        """Whether this person decides on acceptance, now."""
        return self.user.role == User.Role.WINDOW and self.case.state == Case.State.SUBMITTED

    @property
    def may_answer(self) -> bool:
        """Whether a supplement can be handed in here, now."""
        return self.user.role == User.Role.WINDOW and self.case.state == Case.State.SUPPLEMENT_REQUESTED

    @property
    def may_record_agent(self) -> bool:
        """Whether somebody can still come to the counter for the applicant."""
        return self.user.role == User.Role.WINDOW and self.case.state in in_person.LIVING

    @property
    def stamp(self) -> str:
        """What this page rests on."""
        return stamps.stamp(self.case.audit_length, *self._facts)

    def is_stale(self, given: str) -> bool:
        """Whether a page with this stamp is no longer true."""
        return stamps.is_stale(given, *self._facts)

    @property
    def _facts(self) -> list[object]:
        found = [gap.pk for gap in self.gaps]
        return [str(self.case.state), self.case.complete_on, len(self.supplements), found]

    @cached_property
    def _form(self) -> MergedForm:
        return merged_form(self.case)

    @property
    def groups(self) -> tuple[Group, ...]:
        kept = (Group(group.id, tuple(self._still_asked(group.lines))) for group in self._form.groups)
        return tuple(group for group in kept if group.lines)

    @cached_property
    def materials(self) -> tuple[Evidence, ...]:
        return tuple(self._still_asked(evidence.evidence(self.case, self._form.notice)))

    def _still_asked(self, rows: Iterable[Shown]) -> Iterator[Shown]:
        """What some matter still needs; only withdrawn ones would need the rest."""
        withdrawn = {row.matter for row in self.matters if row.state == CaseMatter.State.WITHDRAWN}
        return (row for row in rows if not {matter.id for matter in row.asked.required_by} <= withdrawn)

    @property
    def missing(self) -> list[Evidence]:
        """What had to be handed in and was not."""
        return [row for row in self.materials if row.is_missing]

    @cached_property
    def standing(self) -> Standing:
        """What of the case could come after acceptance (R6.9); three statements."""
        return tolerating.standing_of(self.case)

    @property
    def may_tolerate(self) -> bool:
        """Whether nothing is missing but what may come later, and something of that is."""
        return self.may_check and bool(self.standing.offers) and not self.standing.missing_main

    @property
    def why_not_tolerable(self) -> str:
        """Why nothing can come later although something secondary is missing; empty where it can, or nothing is."""
        ground = self.standing.hindrance
        late = any(row.asked.tolerable for row in self.missing)
        return tolerating.words(self.case, ground) if late and ground else ""

    @cached_property
    def offers(self) -> list[str]:
        """The names of the papers that the applicant could promise now."""
        return [
            lacking.name_of(self.case, one.material) for one in self._papers if one.state == Tolerance.State.OFFERED
        ]

    @cached_property
    def _papers(self) -> list[Tolerance]:
        return list(self.case.tolerances.all())

    @cached_property
    def late(self) -> tuple[LatePaper, ...]:
        """The papers that were promised."""
        return late_papers(self.case, self._papers, (), current_calendar(), self.today)

    @property
    def awaited(self) -> frozenset[str]:
        """The materials that were promised and have still to come."""
        return awaited(self.late)

    @cached_property
    def letters(self) -> list[Commitment | ProofCommitment]:
        return evidence.letters(self.case, self.matters)

    @cached_property
    def supplements(self) -> list[Supplement]:
        """The supplement notices served, oldest first, with their points."""
        items = Prefetch("items", SupplementItem.objects.select_related("judged_body", "judged_by"))
        return list(self.case.supplements.order_by("requested_at").prefetch_related(items))

    @cached_property
    def asked(self) -> list[Asked]:
        """The same for the eyes: what was there before and what came."""
        if self.supplements:
            prefetch_related_objects([self.case], "materials", "entries")
        calendar, own = current_calendar(), self.matters
        return [asked_of(self.case, notice, own, calendar, self.today) for notice in self.supplements]

    @property
    def answered(self) -> list[Asked]:
        """The notices that were answered, the newest first."""
        return [asked for asked in reversed(self.asked) if not asked.is_open]

    @property
    def open_points(self) -> list[AskedPoint]:
        """The points of the notice that is out."""
        return [point for asked in self.asked if asked.is_open for point in asked.points]

    @property
    def judgeable(self) -> list[SupplementItem]:
        """The points that the window can judge now: of the newest notice, but for those that a department has judged."""
        if not self.may_check or not self.supplements:
            return []
        own = (None, settings.SERVICE_OFFICE)
        return [item for item in self.supplements[-1].items.all() if item.judged_body_id in own]

    @property
    def still_wrong(self) -> list[tuple[str, SupplementItem]]:
        """The points of the newest notice that what came does not mend: name and point."""
        items = self.supplements[-1].items.all() if self.supplements else []
        return [(self.names.get(one.subject, one.subject), one) for one in items if one.remark]

    @cached_property
    def names(self) -> dict[str, str]:
        """Materials and fields by their ids."""
        fields = {line.id: line.field.label for group in self.groups for line in group.lines}
        return fields | {row.id: row.name for row in self.materials}

    @cached_property
    def gaps(self) -> list[Gap]:
        """What departments and the window propose for the next notice."""
        return gaps.proposals(self.case) if self.case.state == Case.State.SUBMITTED else []

    @property
    def heard(self) -> list[tuple[str, str, str]]:
        """What departments propose: who, about what, in which words."""
        return [
            (gap.body.short_name, self.names.get(gap.subject, gap.subject), gap.text)
            for gap in self.gaps
            if gap.body_id != settings.SERVICE_OFFICE
        ]

    def left_out(self, items: Collection[str]) -> list[tuple[str, str, str]]:
        """What departments propose and a notice of these subjects would leave out: it would be dropped."""
        kept = {self.names.get(id, id) for id in items}
        return [row for row in self.heard if row[1] not in kept]

    @cached_property
    def proposed(self) -> dict[str, Point]:
        """One point per subject out of what is plainly missing, what the window noted, and what departments propose.

        Once the window has noted something it has looked through what is missing, and its note stands for that.
        """
        own = [gap for gap in self.gaps if gap.body_id == settings.SERVICE_OFFICE]
        judged = {item.subject for notice in self.supplements for item in notice.items.all() if item.judged_at}
        missing = [] if own else [row for row in self.missing if row.id not in judged]
        plainly = [Proposal(row.id, self.suggestion(row), WINDOW) for row in missing]
        noted = [Proposal(gap.subject, gap.text, WINDOW if gap in own else gap.body.short_name) for gap in self.gaps]
        found = [Proposal(one.subject, one.remark, _speaker(one)) for _name, one in self.still_wrong]
        return merged([*plainly, *found, *noted])

    @cached_property
    def reviewers(self) -> list[Reviewer]:
        """Every department that still has a matter in the case, with its newest review."""
        newest = {review.body_id: review for review in self.case.reviews.all()}
        bodies = {matter.section.body_id: matter.section.body for matter in self.matters if matter.is_undecided}
        count = Counter(gap.body_id for gap in self.gaps)
        return [Reviewer(code, body.short_name, newest.get(code), count[code]) for code, body in bodies.items()]

    @property
    def waiting(self) -> list[Reviewer]:
        """The departments that have not answered yet."""
        return [one for one in self.reviewers if one.is_waiting]

    @property
    def can_be_asked(self) -> list[tuple[str, str]]:
        """The departments that can be asked: code and name."""
        return [(one.code, one.name) for one in self.reviewers if not one.is_waiting]

    @cached_property
    def subjects(self) -> list[Subject]:
        """What a notice may name: everything; later only what was asked and is not settled, or more on a ground (R2.9)."""
        told = {item.subject: item.state for notice in self.supplements for item in notice.items.all()}
        left = {id for id, state in told.items() if state != SupplementItem.State.SETTLED}
        anything = not told or self.opens_new
        spared = {row.id for row in self.materials if row.asked.status in gaps.SPARED}
        offered = {id: name for id, name in self.names.items() if id not in spared and (anything or id in left)}
        return [self._subject(id, name) for id, name in offered.items()]

    def _subject(self, id: str, name: str) -> Subject:
        point = self.proposed.get(id)
        if point is None:
            return Subject(id, name)
        return Subject(id, name, point.text, tuple(one for one in point.by if one != WINDOW))

    def suggestion(self, row: Evidence) -> str:
        """The words for a material that was not handed in."""
        copies = row.asked.material.copies
        return f"请提交“{row.name}”" + (f",一式{copies}份" if copies > 1 else "")

    @property
    def last_day(self) -> Limit:
        """The last day on which a notice can be served; on the next, silence has become acceptance (R2.8)."""
        calendar = current_calendar()
        return limit(calendar, self.today, last_day_of_notice(calendar, self.case.complete_on))

    @property
    def supplement_due(self) -> Deadline:
        """Until when the applicant would have to answer a notice served today."""
        return current_calendar().add(self.today, settings.SUPPLEMENT_DAYS)

    @property
    def supplement_limit(self) -> Limit:
        """The applicant's last day for the notice that is out."""
        due = next((notice.last_day for notice in self.supplements if notice.answered_at is None), None)
        return limit(current_calendar(), self.today, due)

    @property
    def would_accept_on(self) -> date:
        """The acceptance day if it were accepted now: today, or the day the corrections came (R2.9)."""
        case = self.case
        was_supplemented = case.complete_on != case.received_on
        return case.complete_on if was_supplemented and case.complete_on else self.today

    @cached_property
    def documents(self) -> list[Document]:
        return list(self.case.documents.select_related("body"))

    @cached_property
    def timeline(self) -> tuple[events.Event, ...]:
        return events.timeline(self.case, self.matters)

    def since(self, given: str) -> tuple[events.Event, ...]:
        """What happened after the page with this stamp was shown."""
        seen = stamps.seen_of(given)
        return () if seen is None else events.timeline(self.case, self.matters, after=seen)


def _speaker(item: SupplementItem) -> str:
    """Who found a point still wrong, as notices name the window and departments."""
    body = item.judged_body
    return WINDOW if body is None or body.code == settings.SERVICE_OFFICE else body.short_name


def load(user: User, number: str, today: date) -> IntakePage:
    """The case of this number for those at the counter; 404 for whoever may not see it."""
    visible = (
        Case.objects.visible_to(user)
        .select_related("enterprise", "authority", "catalogue")
        .defer("catalogue__document")
    )
    case = visible.filter(number=number).first()
    if case is None:
        raise Http404
    return IntakePage(case, user, today)
