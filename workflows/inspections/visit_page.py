"""One visit as an officer sees it: the checklist with what was found, who has signed, what is still open."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localtime

from accounts.models import User
from industries.checklists import Point
from permits.inspections import closing, entries
from permits.inspections.findings import RECTIFY, Entry
from permits.inspections.record import premises_of, waived
from permits.models import Inspection, InspectionMatter, InspectionOfficer, InspectionPhoto
from workflows.inspections.forms import CloseForm, FindingsForm, PointBlock, SettleForm, SignatureForm
from workflows.inspections.lists import may_arrange

Purpose = InspectionPhoto.Purpose


class VisitPage:
    """Parts are read from the database when the page asks for them; each once."""

    def __init__(self, visit: Inspection, user: User, now: datetime) -> None:
        self.visit, self.user, self.now = visit, user, now

    @cached_property
    def parts(self) -> list[InspectionMatter]:
        """The matters that the visit is about."""
        rows = self.visit.parts.select_related("case_matter__section__body")
        return [part for part in rows if part.left_at is None]

    @cached_property
    def standing(self) -> closing.Standing:
        """What was found, who has signed."""
        return closing.standing(self.visit)

    @cached_property
    def officers(self) -> list[InspectionOfficer]:
        """Who goes."""
        return list(self.visit.officers.select_related("officer", "body"))

    @cached_property
    def teams(self) -> list[tuple[str, list[str], list[str]]]:
        """Each department with its matters and its officers."""
        found: dict[str, tuple[str, list[str], list[str]]] = {}
        for part in self.parts:
            body = part.case_matter.section.body
            found.setdefault(body.code, (body.short_name, [], []))[1].append(part.case_matter.name)
        for one in self.officers:
            if one.body_id in found:
                found[str(one.body_id)][2].append(str(one.officer))
        return list(found.values())

    @property
    def place(self) -> str:
        return premises_of(self.visit.case)

    @cached_property
    def waived(self) -> list[dict[str, str]]:
        """What is not looked at, each with its rule."""
        return waived(self.visit.case)

    @cached_property
    def is_officer(self) -> bool:
        """Whether this person was named for the visit."""
        return any(one.officer_id == self.user.pk for one in self.officers)

    @cached_property
    def why_closed(self) -> str:
        """Why nothing can be entered now; empty where it can."""
        return entries.why_closed(self.visit, self.now)

    @property
    def may_enter(self) -> bool:
        return self.is_officer and not self.why_closed

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the matters by id."""
        return {part.case_matter.matter: part.case_matter.name for part in self.parts}

    @cached_property
    def own_matters(self) -> list[str]:
        """The matters of this person's department."""
        return [part.case_matter.matter for part in self.parts if part.case_matter.section.body_id == self.user.body_id]

    @cached_property
    def own_points(self) -> list[Point]:
        """The points on which this officer finds something: those of their department's matters."""
        own = set(self.own_matters)
        return [point for point in self.standing.points if not own.isdisjoint(point.matters)]

    @cached_property
    def own_entries(self) -> dict[str, Entry]:
        """This officer's latest entry on each point."""
        rows = (entries.as_entry(row) for row in self.visit.entries.all() if row.officer_id == self.user.pk)
        return {entry.point: entry for entry in sorted(rows, key=lambda entry: entry.order)}

    def findings_form(self, data: Any = None, files: Any = None) -> FindingsForm:
        return FindingsForm(data, files, points=self.own_points, own=self.own_entries)

    def blocks(self, form: FindingsForm | None) -> list[PointBlock]:
        """The checklist, what is one's own with its fields."""
        mine = {point.id for point in self.own_points} if form is not None else set()
        names = {one.officer_id: str(one.officer) for one in self.officers}
        photos = list(self.visit.photos.all())
        follows = self.visit.follows
        before = {change.point: change for change in follows.changes.all()} if follows else {}
        rectified = list(follows.photos.filter(purpose=Purpose.RECTIFIED)) if follows else []
        return [
            PointBlock(
                point=point,
                found=self.standing.found[point.id],
                others=tuple((names.get(entry.officer, ""), entry) for entry in self.standing.found[point.id].entries),
                photos=tuple(one for one in photos if (one.point, one.purpose) == (point.id, Purpose.FINDING)),
                self_checks=tuple(one for one in photos if (one.point, one.purpose) == (point.id, Purpose.SELF_CHECK)),
                finding=form[f"finding_{point.id}"] if form is not None and point.id in mine else None,
                note=form[f"note_{point.id}"] if form is not None and point.id in mine else None,
                photo=form[f"photo_{point.id}"] if form is not None and point.id in mine else None,
                client_id=form[f"id_{point.id}"] if form is not None and point.id in mine else None,
                before=before.get(point.id),
                rectified=tuple(one for one in rectified if one.point == point.id),
            )
            for point in self.standing.points
        ]

    @cached_property
    def settle_forms(self) -> list[tuple[Point, list[tuple[str, Entry]], SettleForm]]:
        """For each point on which officers differ what they found, and a form."""
        names = {one.officer_id: str(one.officer) for one in self.officers}
        found = self.standing.found
        return [
            (
                point,
                [(names.get(entry.officer, ""), entry) for entry in found[point.id].entries],
                SettleForm(initial={"point": point.id}, prefix=point.id),
            )
            for point in self.standing.points
            if point.id in self.standing.disputed
        ]

    @cached_property
    def signature_form(self) -> SignatureForm:
        return SignatureForm(initial={"name": self.visit.case.enterprise.legal_representative})

    @property
    def is_found(self) -> bool:
        """Whether every point has its finding: then it is signed."""
        return not self.standing.open and not self.standing.disputed

    @property
    def has_signed(self) -> bool:
        """Whether this officer's signature stands."""
        return self.user.pk in self.standing.signed.officers

    @property
    def is_wanting(self) -> bool:
        """Whether something is to be put right."""
        return any(one.finding == RECTIFY for one in self.standing.found.values())

    @cached_property
    def close_form(self) -> CloseForm:
        usual = closing.usual_days(self.parts, localtime(self.now).date())
        return CloseForm(initial={"days": usual})

    @property
    def may_plan(self) -> bool:
        """Whether this person proposes the slots of the next visit."""
        return may_arrange(self.user, self.visit)

    @property
    def done(self) -> int:
        """How many points have a finding."""
        return len(self.standing.points) - len(self.standing.open)
