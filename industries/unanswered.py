"""Which questions are still to ask: those that are reached and whose answer can still change the notice, and no others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from industries import relevance
from industries.conditions import (
    ALWAYS,
    NEVER,
    All,
    Answers,
    AnyOf,
    Condition,
    Leaf,
    Not,
    leaves,
    questions_of,
    reduce,
)
from industries.entities import Catalogue, Field, Industry, Matter, Question

CHOOSE_COMMITMENT = Leaf("choose_commitment", "eq", True)
MOST_REMEMBERED = 20_000
Asked = tuple[Condition, frozenset[str]]
"""A condition, and every question that it or the way to its questions looks at."""


def entry_condition(industry: Industry, matter: Matter) -> Condition | None:
    """When the industry brings the matter: its own word, else always for a core one, else the matter's; None: not at all."""
    for entry in industry.matters:
        if entry.matter == matter.id:
            if entry.applies_when is not None:
                return entry.applies_when
            return ALWAYS if entry.role == "core" else matter.applies_when
    return None


def commitment_condition(matter: Matter, action: str = "new") -> Condition:
    """When the matter goes by commitment; never where the list does not allow it for what is applied for (R6.1, R6.2)."""
    if not matter.commitment or action not in matter.commitment_actions:
        return NEVER
    return All((CHOOSE_COMMITMENT, matter.commitment_when))


@dataclass(slots=True, eq=False)
class Workings:
    """What is worked out once per catalogue: the decision diagrams, and each matter's conditions beside its applying."""

    catalogue: Catalogue
    diagrams: relevance.Diagrams
    _extras: dict[str, tuple[Asked, ...]] = field(default_factory=dict)
    _reach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _undecided: dict[tuple[Any, ...], frozenset[str]] = field(default_factory=dict)

    def undecided(self, matter: Matter, applies: tuple[Condition, ...], answers: Answers) -> frozenset[str]:
        """The questions that can still change what the notice says of the matter; the same answers are looked at once."""
        reach = self.reach(matter)
        if all(id in answers for id in reach):
            return frozenset()
        # The conditions are the catalogue's own objects, which live as long as this does: their identity will do.
        key = (matter.id, *map(id, applies), *map(answers.get, reach))
        known = self._undecided.get(key)
        if known is None:
            if len(self._undecided) >= MOST_REMEMBERED:
                self._undecided.clear()
            known = self._undecided[key] = frozenset(_looked_at(self, matter, AnyOf(applies), answers))
        return known

    def reach(self, matter: Matter) -> tuple[str, ...]:
        """Every question that has to do with the matter, in whatever industry."""
        if matter.id not in self._reach:
            entries = (entry_condition(industry, matter) for industry in self.catalogue.industries.values())
            applies = [condition for condition in entries if condition is not None]
            blockers = [blocker.when for blocker in matter.blockers]
            asked = [self._closure(condition) for condition in (*applies, *blockers)]
            asked += [closure for _, closure in self.extras(matter)]
            self._reach[matter.id] = tuple(sorted(frozenset().union(*asked)))
        return self._reach[matter.id]

    def extras(self, matter: Matter) -> tuple[Asked, ...]:
        """Every condition that shows in the notice while the matter applies, each once."""
        if matter.id not in self._extras:
            found = dict.fromkeys(condition for condition in _shown(self.catalogue, matter) if questions_of(condition))
            self._extras[matter.id] = tuple((condition, self._closure(condition)) for condition in found)
        return self._extras[matter.id]

    def _closure(self, condition: Condition) -> frozenset[str]:
        reached: set[str] = set()
        waiting = list(questions_of(condition))
        while waiting:
            if (id := waiting.pop()) not in reached and id in self.catalogue.questions:
                reached.add(id)
                waiting += questions_of(self.catalogue.questions[id].ask_if)
        return frozenset(reached)

    def residue(self, condition: Condition, answers: Answers) -> Condition:
        """What the open questions leave of the condition; a question that would not be asked counts as unanswered."""

        def look(leaf: Leaf) -> Condition:
            question = self.catalogue.questions.get(leaf.question)
            if question is None or leaf.question in answers:
                return ALWAYS if leaf.holds(answers) else NEVER
            gate = reduce(question.ask_if, look)
            return leaf if gate == ALWAYS else gate if gate == NEVER else All((gate, leaf))

        return reduce(condition, look)


@lru_cache(maxsize=16)
def workings(catalogue: Catalogue) -> Workings:
    """The workings of a catalogue, kept while it is in use."""
    by_question: dict[str, list[Leaf]] = {id: [] for id in catalogue.questions}
    for condition in _conditions(catalogue):
        for leaf in leaves(condition):
            if leaf.question in by_question:
                by_question[leaf.question].append(leaf)
    cells = {
        id: relevance.cells(id, mine, _candidates(catalogue.questions[id], mine)) for id, mine in by_question.items()
    }
    return Workings(catalogue, relevance.Diagrams(cells))


def _candidates(question: Question, mine: Iterable[Leaf]) -> Iterable[Any]:
    named = {value for leaf in mine for value in (leaf.value if isinstance(leaf.value, tuple) else (leaf.value,))}
    if question.type == "bool":
        return (False, True)
    if question.type == "number":
        return relevance.number_candidates(named, question.minimum, question.maximum)
    return relevance.multi_candidates(named) if question.type == "multi" else question.options


def _conditions(catalogue: Catalogue) -> Iterator[Condition]:
    yield CHOOSE_COMMITMENT
    yield from (question.ask_if for question in catalogue.questions.values())
    for industry in catalogue.industries.values():
        yield from (entry.applies_when for entry in industry.matters if entry.applies_when is not None)
    for matter in catalogue.matters.values():
        yield matter.applies_when
        yield from (blocker.when for blocker in matter.blockers)
        yield from _shown(catalogue, matter)


def _shown(catalogue: Catalogue, matter: Matter) -> Iterator[Condition]:
    """The route, the inspection, the materials, the fields and their derived values, the advisories."""
    if matter.commitment:
        yield commitment_condition(matter)
    if matter.inspection and matter.inspection_waived_when is not None:
        yield matter.inspection_waived_when
    for material in map(catalogue.materials.__getitem__, matter.materials):
        if not material.merged_into_form:
            yield material.required_when
    for one in map(catalogue.fields.__getitem__, matter.fields):
        yield one.visible_when
        yield from _derived(one)
    yield from (advisory.when for advisory in matter.advisories)


def _derived(one: Field) -> Iterator[Condition]:
    """One condition per option that may be added, one per rule that sets the value."""
    added: dict[str, list[Condition]] = {}
    for rule in one.derive:
        if rule.add is None:
            yield All((one.visible_when, rule.when))
        else:
            added.setdefault(rule.add, []).append(rule.when)
    for whens in added.values():
        yield All((one.visible_when, AnyOf(tuple(whens))))


def still_to_ask(
    catalogue: Catalogue, applying: Mapping[str, tuple[Condition, ...]], answers: Answers
) -> tuple[str, ...]:
    """The open questions to ask now, in the catalogue's order.

    `applying` gives for each matter in force on the chosen list the conditions of which one makes it apply.
    """
    tools = workings(catalogue)
    found: set[str] = set()
    for id, conditions in applying.items():
        found |= tools.undecided(catalogue.matters[id], conditions, answers)
    return tuple(id for id, one in catalogue.questions.items() if id in found and one.ask_if.holds(answers))


def _looked_at(tools: Workings, matter: Matter, applies: Condition, answers: Answers) -> set[str]:
    """The questions on which something that the notice says of the matter depends, by exact diagrams."""
    found: set[str] = set()
    applying = tools.residue(applies, answers)
    if applying == NEVER:
        return found
    deciding = tools.diagrams.deciding
    for blocker in matter.blockers:
        found |= deciding(_both(applying, tools.residue(blocker.when, answers)))
    blocked = tools.residue(AnyOf(tuple(blocker.when for blocker in matter.blockers)), answers)
    free = _both(applying, reduce(Not(blocked), lambda leaf: leaf))
    found |= deciding(free)
    if free == NEVER:
        return found
    for condition, looked_at in tools.extras(matter):
        if any(id not in answers and id not in found for id in looked_at):
            found |= deciding(_both(free, tools.residue(condition, answers)))
    return found


def _both(left: Condition, right: Condition) -> Condition:
    return reduce(All((left, right)), lambda leaf: leaf)
