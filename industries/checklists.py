"""Checklists of site checks: each matter's own, and merged for one joint visit so that nothing is looked at twice (一同核查).

    points = merge(of_matter(catalogue, "m_food_license"), of_matter(catalogue, "m_tobacco"))

Pure. Merging is commutative, associative and idempotent; the order is the catalogue's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from industries.entities import Catalogue

GENERAL = "general:"
"""Begins the id of the one point of a matter whose catalogue lists none: what was handed in is compared with the place."""
GENERAL_TEXT = "现场的场所、设施和人员与申请材料一致"
GENERAL_PROOF = "现场照片"
GENERAL_BASIS = "《行政许可法》第三十四条第三款"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to look at, with the matters that it counts for and the law that it rests on for each, by matter.

    `place` orders points as the catalogue does; equal ids mean the same point.
    """

    place: int
    id: str
    text: str
    proof: str
    bases: tuple[tuple[str, str], ...]

    @property
    def matters(self) -> tuple[str, ...]:
        """The ids of the matters that it counts for, in order."""
        return tuple(matter for matter, _basis in self.bases)

    def counts_for(self, matter: str) -> bool:
        """Whether a finding on it is one on this matter."""
        return matter in self.matters


Checklist = tuple[Point, ...]


def of_matter(catalogue: Catalogue, matter: str) -> Checklist:
    """What is looked at for one matter; a general point where the catalogue lists none."""
    listed = enumerate(catalogue.check_items.values())
    found = tuple(
        Point(place, item.id, item.text, item.proof, ((matter, item.bases[matter]),))
        for place, item in listed
        if matter in item.bases
    )
    last = len(catalogue.check_items)
    return found or (Point(last, f"{GENERAL}{matter}", GENERAL_TEXT, GENERAL_PROOF, ((matter, GENERAL_BASIS),)),)


def merge(*lists: Iterable[Point]) -> Checklist:
    """All points of these lists, each once, with the matters of all; where two texts differ the first in order counts."""
    found: dict[str, Point] = {}
    for point in sorted((point for points in lists for point in points), key=_order):
        known = found.get(point.id)
        found[point.id] = _with_bases(known, point.bases) if known else point
    return tuple(sorted(found.values(), key=_order))


def of_matters(catalogue: Catalogue, matters: Iterable[str]) -> Checklist:
    """The one checklist of a visit for all these matters."""
    return merge(*(of_matter(catalogue, matter) for matter in matters))


def narrowed(points: Iterable[Point], open_for: Mapping[str, Iterable[str]]) -> Checklist:
    """Only these points, by id, each for the matters for which it is still open: what a re-inspection looks at."""
    kept = []
    for point in points:
        wanted = set(open_for.get(point.id, ()))
        bases = tuple(pair for pair in point.bases if pair[0] in wanted)
        if bases:
            kept.append(Point(point.place, point.id, point.text, point.proof, bases))
    return tuple(kept)


def own_point(points: Iterable[Point], matter: str) -> Point | None:
    """A point that counts for this matter alone, the first in order; where there is none, the first that counts for it."""
    own = [point for point in points if point.counts_for(matter)]
    return next((point for point in own if len(point.bases) == 1), own[0] if own else None)


def _with_bases(point: Point, more: Iterable[tuple[str, str]]) -> Point:
    bases = tuple(sorted({*point.bases, *more}))
    return Point(point.place, point.id, point.text, point.proof, bases)


def _order(point: Point) -> tuple[int, str, str, str, tuple[tuple[str, str], ...]]:
    return point.place, point.id, point.text, point.proof, point.bases
