"""The papers of a tolerant acceptance as pages show them: what, by when, its files, and who has to do something."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from calendars.working_days import WorkingCalendar
from permits.late import lacking
from permits.models import Case, Material, Tolerance
from workflows import stamps
from workflows.lists.worklists import limit

S = Tolerance.State
SHOWN = (S.OPEN, S.DELIVERED, S.FAILED)
KINDS = {S.DELIVERED: "green", S.FAILED: "red", S.OFFERED: "yellow"}


@dataclass(frozen=True, slots=True)
class LatePaper:
    """One paper with its name, its files and the working days left to bring it (None where none run)."""

    paper: Tolerance
    name: str
    files: tuple[Material, ...]
    left: int | None
    is_late: bool
    """Whether its last day has passed: sent back now, it cannot come again (R6.11)."""

    @property
    def stamp(self) -> str:
        """What somebody who judges it has seen."""
        return stamps.stamp(0, *self._facts)

    def is_stale(self, given: str) -> bool:
        """Whether a page with this stamp is no longer true of the paper."""
        return stamps.is_stale(given, *self._facts)

    @property
    def _facts(self) -> list[object]:
        """How it stands, and its files."""
        one = self.paper
        return [one.pk, str(one.state), one.handed_in_at, self.is_late, [file.pk for file in self.files]]

    @property
    def kind(self) -> str:
        """The colour of its mark."""
        if self.paper.is_awaited and self.is_late:
            return "red"
        return KINDS.get(S(self.paper.state), "blue" if self.paper.is_unchecked else "yellow")

    @property
    def icon(self) -> str:
        """The sign of its mark."""
        if self.paper.is_awaited and self.is_late:
            return "x"
        return {S.DELIVERED: "check", S.FAILED: "x"}.get(S(self.paper.state), "clock")


def awaited(papers: Iterable[LatePaper]) -> frozenset[str]:
    """The materials among these that have still to come."""
    return frozenset(row.paper.material for row in papers if row.paper.is_awaited)


def late_papers(
    case: Case,
    papers: Iterable[Tolerance],
    files: Iterable[Material],
    calendar: WorkingCalendar,
    today: date,
    *,
    of: Collection[str] | None = None,
) -> tuple[LatePaper, ...]:
    """The papers that were promised, `of` these materials only where they are named. No statement."""
    there: dict[str, list[Material]] = {}
    for file in files:
        if file.removed_at is None:
            there.setdefault(file.material, []).append(file)
    return tuple(
        LatePaper(
            one,
            lacking.name_of(case, one.material),
            tuple(there.get(one.material, ())),
            limit(calendar, today, one.due_on).left if one.is_awaited else None,
            one.due_on is not None and today > one.due_on,
        )
        for one in papers
        if one.state in SHOWN and (of is None or one.material in of)
    )
