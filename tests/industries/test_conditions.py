"""Conditions: truth, what decided, what is settled, what depends on what."""

import pytest

from industries.conditions import ALWAYS, NEVER, All, AnyOf, Leaf, Not, explain, holds, questions_of, read, settled
from industries.relevance import Diagrams, cells, number_candidates

A = Leaf("a", "eq", True)
B = Leaf("b", "eq", True)
BIG = Leaf("n", "gte", 300)


@pytest.mark.parametrize(
    ("node", "answers", "expected"),
    [
        (None, {}, True),
        ({"all": []}, {}, True),
        ({"any": []}, {}, False),
        ({"q": "a", "op": "eq", "value": True}, {}, False),
        ({"q": "a", "op": "ne", "value": "x"}, {}, False),
        ({"not": {"q": "a", "op": "eq", "value": True}}, {}, True),
        ({"q": "n", "op": "gte", "value": 300}, {"n": 300}, True),
        ({"q": "n", "op": "gt", "value": 300}, {"n": 300}, False),
        ({"q": "n", "op": "lte", "value": 300}, {"n": 300.5}, False),
        ({"q": "c", "op": "in", "value": ["x", "y"]}, {"c": "y"}, True),
        ({"q": "m", "op": "contains", "value": "x"}, {"m": ["y"]}, False),
        ({"q": "m", "op": "any_of", "value": ["x", "y"]}, {"m": ["y", "z"]}, True),
        ({"q": "m", "op": "any_of", "value": ["x"]}, {"m": []}, False),
    ],
)
def test_truth(node: object, answers: dict[str, object], expected: bool) -> None:
    assert holds(read(node), answers) is expected  # type: ignore[arg-type]


def test_several_keys_of_a_node_are_all_meant() -> None:
    node = read({"all": [{"q": "a", "op": "eq", "value": True}], "not": {"q": "b", "op": "eq", "value": True}})
    assert holds(node, {"a": True})
    assert not holds(node, {"a": True, "b": True})


def test_the_leaves_that_decided() -> None:
    condition = AnyOf((All((A, BIG)), B))
    assert explain(condition, {"a": True, "n": 300, "b": True}) == (A, BIG)
    assert explain(condition, {"a": False, "n": 300, "b": True}) == (B,)
    assert explain(condition, {"a": False, "n": 300, "b": False}) == (A, B)


def test_settled_while_questions_are_open() -> None:
    condition = All((A, Not(BIG)))
    assert settled(condition, {"a": False}, frozenset({"n"})) is False
    assert settled(condition, {"a": True}, frozenset({"n"})) is None
    assert settled(AnyOf((A, BIG)), {"a": True}, frozenset({"n"})) is True
    assert questions_of(condition) == {"a", "n"}


def test_a_question_that_makes_no_difference_is_not_in_the_diagram() -> None:
    diagrams = Diagrams({"a": (None, True, False), "b": (None, True), "n": (None, 300)})
    assert diagrams.deciding(AnyOf((All((A, B)), All((A, Not(B)))))) == {"a"}
    assert diagrams.deciding(AnyOf((A, Not(A)))) == frozenset()
    assert diagrams.deciding(All((A, AnyOf((B, BIG))))) == {"a", "b", "n"}
    assert diagrams.deciding(ALWAYS) == diagrams.deciding(NEVER) == frozenset()


def test_a_number_has_as_many_answers_as_thresholds_tell_apart() -> None:
    thresholds = (Leaf("n", "gte", 300), Leaf("n", "lte", 150), Leaf("n", "gt", 0))
    values = cells("n", thresholds, number_candidates([300, 150, 0], 0, 1000))
    outcomes = {tuple(leaf.holds({"n": value}) for leaf in thresholds) for value in values}
    assert len(values) == len(outcomes) == 5  # not answered; 0; up to 150; between; from 300
