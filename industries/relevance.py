"""Which open questions can still change a condition: exact, by reduced ordered decision diagrams.

A diagram of the condition over its open questions is built in one fixed order and reduced as it is built; the questions
left in it are exactly those on which the condition depends. Values of a question that no leaf can tell apart are one
branch, so a number of square metres has as many branches as it has thresholds, plus one for "not answered".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from industries.conditions import ALWAYS, NEVER, Condition, Leaf, leaves, reduce

Candidates = Callable[[str, tuple[Leaf, ...]], Iterable[Any]]
"""For a question and the leaves on it: answers of which at least one stands for every way the leaves can come out."""


def number_candidates(thresholds: Iterable[float], lowest: float, highest: float) -> list[float]:
    """Each threshold, a point between each two, and the two ends: one value for every way comparisons can come out."""
    points = sorted({lowest, highest, *(point for point in thresholds if lowest <= point <= highest)})
    return points + [(left + right) / 2 for left, right in zip(points, points[1:], strict=False)]


def multi_candidates(options: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Every subset of the options that leaves name."""
    named = sorted(options)
    return [subset for size in range(len(named) + 1) for subset in combinations(named, size)]


@dataclass(slots=True)
class Diagrams:
    """The diagrams of one catalogue: its questions' order, their possible answers, and what was already worked out."""

    order: Mapping[str, int]
    candidates: Candidates
    _nodes: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    _made: dict[Condition, int] = field(default_factory=lambda: {NEVER: 0, ALWAYS: 1})
    _support: dict[int, frozenset[str]] = field(default_factory=lambda: {0: frozenset(), 1: frozenset()})

    def deciding(self, condition: Condition) -> frozenset[str]:
        """The questions on which the condition really depends, all its leaves being open."""
        return self._support[self._node(condition)]

    def _node(self, condition: Condition) -> int:
        known = self._made.get(condition)
        if known is None:
            known = self._made[condition] = self._build(condition)
        return known

    def _build(self, condition: Condition) -> int:
        question = min((leaf.question for leaf in leaves(condition)), key=self.order.__getitem__)
        branches = tuple(self._node(reduce(condition, outcome)) for outcome in self._outcomes(question, condition))
        if len(set(branches)) == 1:
            return branches[0]
        key = (question, branches)
        if key not in self._nodes:
            self._nodes[key] = number = len(self._nodes) + 2
            self._support[number] = frozenset({question}).union(*(self._support[branch] for branch in branches))
        return self._nodes[key]

    def _outcomes(self, question: str, condition: Condition) -> list[Callable[[Leaf], Condition]]:
        """One replacement of the question's leaves for every answer that differs, the missing answer first."""
        mine = tuple(dict.fromkeys(leaf for leaf in leaves(condition) if leaf.question == question))
        rows = {tuple(False for _ in mine): None}
        for value in self.candidates(question, mine):
            rows[tuple(leaf.holds({question: value}) for leaf in mine)] = None
        return [_replacing(dict(zip(mine, row, strict=True))) for row in rows]


def _replacing(truth: Mapping[Leaf, bool]) -> Callable[[Leaf], Condition]:
    def look(leaf: Leaf) -> Condition:
        known = truth.get(leaf)
        return leaf if known is None else ALWAYS if known else NEVER

    return look
