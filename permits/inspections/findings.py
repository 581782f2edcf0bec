"""From entries to findings: what stands on each point, where officers differ, and what follows for each matter. Pure.

Whatever the order in which entries come in, and however often, the answer is the same: of one officer the latest entry
counts, entries of several officers stand side by side, and what they agreed on stands over all that was entered before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from industries.checklists import Point

PASS, RECTIFY, FAIL = "pass", "rectify", "fail"
FINDINGS = (PASS, RECTIFY, FAIL)
"""From good to bad: a matter fares as its worst point does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One officer's finding on one point. `id` tells entries of the same moment apart."""

    id: str
    point: str
    finding: str
    officer: int
    made_at: datetime
    note: str = ""
    settles: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        """When it was made."""
        return self.made_at, self.id


@dataclass(frozen=True, slots=True)
class Found:
    """What stands on a point: the entries that count, the newest last."""

    point: str
    entries: tuple[Entry, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether officers found different things, which they settle before the visit can be closed."""
        return len({entry.finding for entry in self.entries}) > 1

    @property
    def finding(self) -> str:
        """What was found; empty while nothing is, or while it is disputed."""
        return self.entries[0].finding if self.entries and not self.is_disputed else ""

    @property
    def note(self) -> str:
        """What the officers wrote, each text once."""
        return "；".join(dict.fromkeys(entry.note for entry in self.entries if entry.note))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows for a matter; `finding` is empty while a point of it is open or disputed."""

    matter: str
    finding: str
    reason: str


def stand(points: Sequence[Point], entries: Iterable[Entry]) -> dict[str, Found]:
    """What stands on each point of the checklist; entries on other points count for nothing."""
    by_point: dict[str, list[Entry]] = {point.id: [] for point in points}
    for entry in sorted({entry.id: entry for entry in entries}.values(), key=lambda entry: entry.order):
        if entry.point in by_point:
            by_point[entry.point].append(entry)
    return {id: Found(id, _counting(found)) for id, found in by_point.items()}


def _counting(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that count, of those of one point in order: the last settlement, and each officer's last one after it."""
    latest: dict[int | None, Entry] = {}
    for entry in entries:
        if entry.settles:
            latest = {None: entry}
        else:
            latest.pop(entry.officer, None)
            latest[entry.officer] = entry
    return tuple(latest.values())


def outcome(matter: str, points: Iterable[Point], found: Mapping[str, Found]) -> Outcome:
    """A matter fares as its worst point; open while one of its points is."""
    own = [found[point.id] for point in points if point.counts_for(matter)]
    if not own or any(not one.finding for one in own):
        return Outcome(matter, "", "")
    worst = max((one.finding for one in own), key=FINDINGS.index)
    wanting = [one.note for one in own if one.finding == worst != PASS]
    return Outcome(matter, worst, "；".join(dict.fromkeys(wanting)))


def open_points(points: Iterable[Point], found: Mapping[str, Found]) -> list[Point]:
    """Points on which nothing is found yet, or officers differ."""
    return [point for point in points if not found[point.id].finding]


def changed_after(found: Mapping[str, Found], moment: datetime) -> bool:
    """Whether something that counts was entered after a moment: who signed before has to look again."""
    return any(entry.made_at > moment for one in found.values() for entry in one.entries)
