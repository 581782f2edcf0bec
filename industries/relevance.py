"""Which open questions can still change a condition: exact, by reduced ordered decision diagrams.

A diagram of the condition over its open questions is built in one fixed order and reduced as it is built; the questions
left in it are exactly those on which the condition depends. Answers that no leaf of the catalogue can tell apart are one
branch, so a number of square metres has as many branches as it has thresholds, plus one for "not answered".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from industries.conditions import ALWAYS, NEVER, Condition, Leaf, leaves, reduce


def number_candidates(thresholds: Iterable[float], lowest: float, highest: float) -> list[float]:
    """Each threshold, a point between each two, and the two ends: one value for every way comparisons can come out."""
    points = sorted({lowest, highest, *(point for point in thresholds if lowest <= point <= highest)})
    return points + [(left + right) / 2 for left, right in zip(points, points[1:], strict=False)]


def multi_candidates(options: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Every subset of the options that leaves name."""
    named = sorted(options)
    return [subset for size in range(len(named) + 1) for subset in combinations(named, size)]


def cells(question: str, mine: Iterable[Leaf], candidates: Iterable[Any]) -> tuple[Any, ...]:
    """One answer for every way the leaves on a question can come out; None (not answered) stands first."""
    asked = tuple(dict.fromkeys(mine))
    rows: dict[tuple[bool, ...], Any] = {tuple(False for _ in asked): None}
    for value in candidates:
        rows.setdefault(tuple(leaf.holds({question: value}) for leaf in asked), value)
    return tuple(rows.values())


@dataclass(slots=True)
class Diagrams:
    """The diagrams of one catalogue. `cells` gives each question's distinguishable answers; its order is the variables' order."""

    cells: Mapping[str, tuple[Any, ...]]
    _order: dict[str, int] = field(init=False)
    _made: dict[Condition, int] = field(default_factory=lambda: {NEVER: 0, ALWAYS: 1})
    _numbers: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    _support: dict[int, frozenset[str]] = field(default_factory=lambda: {0: frozenset(), 1: frozenset()})

    def __post_init__(self) -> None:
        self._order = {question: place for place, question in enumerate(self.cells)}

    def deciding(self, condition: Condition) -> frozenset[str]:
        """The questions on which the condition really depends, all its leaves being open."""
        return self._support[self._node(condition)]

    def _node(self, condition: Condition) -> int:
        known = self._made.get(condition)
        if known is None:
            known = self._made[condition] = self._build(condition)
        return known

    def _build(self, condition: Condition) -> int:
        question = min((leaf.question for leaf in leaves(condition)), key=self._order.__getitem__)
        branches = tuple(self._node(reduce(condition, _answered(question, cell))) for cell in self.cells[question])
        if len(set(branches)) == 1:
            return branches[0]
        key = (question, branches)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 2
            self._support[number] = frozenset({question}).union(*(self._support[branch] for branch in branches))
        return number


def _answered(question: str, value: Any) -> Callable[[Leaf], Condition]:
    def look(leaf: Leaf) -> Condition:
        if leaf.question != question:
            return leaf
        return ALWAYS if leaf.holds({question: value}) else NEVER

    return look
