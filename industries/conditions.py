"""Conditions of the catalogue: small trees over the answers to questions.

Pure: no Django, no clock. A condition never raises on checked answers; a leaf whose question is unanswered is false.
Besides plain truth (`holds`) a condition can say which answers decided it (`explain`), whether it is settled while some
questions are still open (`settled`), and which open questions can still change it (`deciding`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]

TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda given, value: given == value,
    "ne": lambda given, value: given != value,
    "gt": lambda given, value: given > value,
    "gte": lambda given, value: given >= value,
    "lt": lambda given, value: given < value,
    "lte": lambda given, value: given <= value,
    "in": lambda given, value: given in value,
    "contains": lambda given, value: value in given,
    "any_of": lambda given, value: not set(value).isdisjoint(given),
}
OPS_BY_TYPE: Mapping[str, frozenset[str]] = {
    "bool": frozenset({"eq", "ne"}),
    "number": frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "in"}),
    "choice": frozenset({"eq", "ne", "in"}),
    "multi": frozenset({"contains", "any_of"}),
}
LIST_OPS = frozenset({"in", "any_of"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison: the answer to `question` against `value` (a tuple for `in` and `any_of`)."""

    question: str
    op: str
    value: Any

    def holds(self, answers: Answers) -> bool:
        given = answers.get(self.question)
        return given is not None and TESTS[self.op](given, self.value)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no parts: always."""

    parts: tuple["Condition", ...]

    def holds(self, answers: Answers) -> bool:
        return all(part.holds(answers) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds; no parts: never."""

    parts: tuple["Condition", ...]

    def holds(self, answers: Answers) -> bool:
        return any(part.holds(answers) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold (so it is true while its question is unanswered)."""

    part: "Condition"

    def holds(self, answers: Answers) -> bool:
        return not self.part.holds(answers)


Condition = Leaf | All | AnyOf | Not
ALWAYS: Condition = All(())
NEVER: Condition = AnyOf(())


def read(node: Mapping[str, Any] | None) -> Condition:
    """The condition a checked YAML node stands for; a missing one always holds. Several keys of one node are all meant."""
    if node is None:
        return ALWAYS
    if "q" in node:
        value = node["value"]
        return Leaf(node["q"], node["op"], tuple(value) if isinstance(value, list) else value)
    parts: list[Condition] = []
    if "all" in node:
        parts.append(All(tuple(read(part) for part in node["all"])))
    if "any" in node:
        parts.append(AnyOf(tuple(read(part) for part in node["any"])))
    if "not" in node:
        parts.append(Not(read(node["not"])))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether the condition is true for these answers; an unanswered leaf is false."""
    return condition.holds(answers)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every comparison of the condition, in reading order."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        for part in condition.parts:
            yield from leaves(part)


def questions_of(condition: Condition) -> frozenset[str]:
    """The questions the condition looks at."""
    return frozenset(leaf.question for leaf in leaves(condition))


def explain(condition: Condition, answers: Answers) -> tuple[Leaf, ...]:
    """The leaves that decided: of a true `all` every part, of a false one its first false part, of `any` the reverse."""
    if isinstance(condition, Leaf):
        return (condition,)
    if isinstance(condition, Not):
        return explain(condition.part, answers)
    stops = isinstance(condition, AnyOf)
    for part in condition.parts:
        if part.holds(answers) is stops:
            return explain(part, answers)
    return tuple(dict.fromkeys(leaf for part in condition.parts for leaf in explain(part, answers)))


def reduce(condition: Condition, look: Callable[[Leaf], Condition]) -> Condition:
    """The condition with each leaf replaced by what `look` says of it, and everything that follows folded away."""
    if isinstance(condition, Leaf):
        return look(condition)
    if isinstance(condition, Not):
        return _not(reduce(condition.part, look))
    disjunction = isinstance(condition, AnyOf)
    ends, neutral = (ALWAYS, NEVER) if disjunction else (NEVER, ALWAYS)
    kept: dict[Condition, None] = {}
    for part in condition.parts:
        small = reduce(part, look)
        if small == ends:
            return ends
        if small != neutral:
            kept[small] = None
    if len(kept) == 1:
        return next(iter(kept))
    return AnyOf(tuple(kept)) if disjunction else All(tuple(kept))


def _not(part: Condition) -> Condition:
    if part == ALWAYS:
        return NEVER
    if part == NEVER:
        return ALWAYS
    return part.part if isinstance(part, Not) else Not(part)


def settled(condition: Condition, answers: Answers, still_open: frozenset[str]) -> bool | None:
    """Three-valued truth while the questions in `still_open` may get any answer: True, False, or None for "not yet known".

    Strong Kleene logic: None may stand for a condition that happens to be constant (`deciding` is exact).
    """
    small = residue(condition, answers, still_open)
    return True if small == ALWAYS else False if small == NEVER else None


def residue(condition: Condition, answers: Answers, still_open: frozenset[str]) -> Condition:
    """What is left of the condition once the given answers are put in and the other questions in `still_open` are not."""
    return reduce(
        condition, lambda leaf: leaf if leaf.question in still_open else ALWAYS if leaf.holds(answers) else NEVER
    )
