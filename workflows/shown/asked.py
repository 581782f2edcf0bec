"""What a supplement notice asks, what stood there before, what was handed in for it and how that was judged, by point."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calendars.working_days import WorkingCalendar
from permits.completeness import gaps
from permits.fields import words
from permits.models import Case, CaseMatter, Material, Supplement, SupplementItem
from permits.papers.page import subject_name
from workflows.counting import days_left

State = SupplementItem.State
TAGS = {State.OPEN: "orange", State.ANSWERED: "blue", State.SETTLED: "green", State.WRONG: "red"}
ICONS = {State.OPEN: "circle", State.ANSWERED: "clock", State.SETTLED: "check", State.WRONG: "circle-alert"}
SAVED: Promise = _("已填写，未提交")
NEEDLESS: Promise = _("事项已撤回，不用补正")
TAKEN: Promise = _("已补正，已受理")


@dataclass(frozen=True)
class Point:
    """One point of a supplement notice: what it concerns, what is asked; files and words before and since; the answer."""

    item: SupplementItem
    name: str
    is_material: bool
    old_files: tuple[Material, ...]
    files: tuple[Material, ...]
    was: str
    now: str
    is_changed: bool
    is_needless: bool
    is_accepted: bool = False
    """Whether the application was accepted as it was: what was mended is checked no more."""

    @property
    def is_saved(self) -> bool:
        """Whether something was prepared for it: a text, a file, a changed field of the form."""
        return bool(self.item.answer or self.files or self.is_changed)

    @property
    def is_prepared(self) -> bool:
        """Whether it waits only to be handed in."""
        return self.item.state == State.OPEN and self.is_saved

    @property
    def _was_taken(self) -> bool:
        return self.is_accepted and self.item.state == State.ANSWERED

    @property
    def state(self) -> str | Promise:
        """Where it stands, in words."""
        if self.is_needless:
            return NEEDLESS
        if self._was_taken:
            return TAKEN
        return SAVED if self.is_prepared else State(self.item.state).label

    @property
    def tag(self) -> str:
        """The colour of the state."""
        if self.is_needless:
            return "grey"
        if self._was_taken:
            return "green"
        return "blue" if self.is_prepared else TAGS[State(self.item.state)]

    @property
    def icon(self) -> str:
        """The sign of the state."""
        if self.is_needless:
            return "circle-x"
        if self._was_taken:
            return "check"
        return "pencil" if self.is_prepared else ICONS[State(self.item.state)]

    @property
    def is_judged(self) -> bool:
        return self.item.judged_at is not None


@dataclass(frozen=True)
class Asked:
    """One supplement notice with its points."""

    supplement: Supplement
    points: tuple[Point, ...]
    days_left: int | None
    provisional: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the applicant still has to answer."""
        return self.supplement.answered_at is None and self.supplement.case.state == Case.State.SUPPLEMENT_REQUESTED

    @property
    def needed(self) -> list[Point]:
        """The points that a matter which goes on still requires."""
        return [point for point in self.points if not point.is_needless]

    @property
    def waiting(self) -> list[Point]:
        """The needed points for which nothing was prepared yet."""
        return [point for point in self.needed if not point.is_saved]

    @property
    def settled(self) -> int:
        """How many points were found to be mended."""
        return sum(point.item.state == State.SETTLED for point in self.points)


def asked_of(
    case: Case, supplement: Supplement, matters: Iterable[CaseMatter], calendar: WorkingCalendar, today: date
) -> Asked:
    """The notice point by point; `matters` are all of the case. Reads its materials and entries, and bodies of the notice's
    items: prefetch them."""
    needless = gaps.needless(case, matters)
    points = tuple(_point(case, supplement, item, needless) for item in supplement.items.all())
    due = supplement.last_day
    left = None if supplement.answered_at or due is None else days_left(calendar, today, due)
    asked_on = timezone.localtime(supplement.requested_at).date()
    return Asked(supplement, points, left, due is not None and calendar.is_tentative(asked_on, due))


def _point(case: Case, supplement: Supplement, item: SupplementItem, needless: Collection[str]) -> Point:
    catalogue, subject = case.own_catalogue, item.subject
    field = catalogue.fields.get(subject)
    is_changed, now = _since(case, supplement, item) if field else (False, None)
    old, new = _files(case, supplement, subject)
    return Point(
        item=item,
        name=subject_name(catalogue, subject),
        is_material=subject in catalogue.materials,
        old_files=old,
        files=new,
        was=words(field, item.before) if field else "",
        now=words(field, now) if field else "",
        is_changed=is_changed,
        is_needless=subject in needless and item.judged_at is None,
        is_accepted=case.accepted_on is not None,
    )


def _since(case: Case, supplement: Supplement, item: SupplementItem) -> tuple[bool, Any]:
    """Whether the field was changed since the notice, and to what: as handed in, or as it stands while nothing is."""
    if supplement.answered_at is not None:
        return item.after != item.before, item.after
    entries = (one for one in case.entries.all() if one.field == item.subject and one.at >= supplement.requested_at)
    entry = next(entries, None)
    return entry is not None, entry.value if entry else None


def _files(case: Case, supplement: Supplement, subject: str) -> tuple[tuple[Material, ...], tuple[Material, ...]]:
    """The files that were there when the notice was served, and those that came since, up to its answer."""
    served, until = supplement.requested_at, supplement.answered_at
    files = [file for file in case.materials.all() if file.material == subject]
    old = (file for file in files if file.uploaded_at < served and (not file.removed_at or file.removed_at >= served))
    new = (
        file
        for file in files
        if file.uploaded_at >= served
        and (until is None or file.uploaded_at <= until)
        and (file.removed_at is None or (until is not None and file.removed_at > until))
    )
    return tuple(old), tuple(new)
