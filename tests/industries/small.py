"""A catalogue small enough to try every answer: three questions for the rules, two more for what hangs on them."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from industries.catalogue import parse
from industries.entities import Catalogue
from tests.industries.sample import document

QUESTIONS = ("a", "b", "n", "m", "choose_commitment")
LEAVES: dict[str, list[dict[str, Any]]] = {
    "a": [{"q": "a", "op": "eq", "value": True}, {"q": "a", "op": "eq", "value": False}],
    "b": [{"q": "b", "op": "eq", "value": True}],
    "n": [{"q": "n", "op": "gte", "value": 10}, {"q": "n", "op": "lt", "value": 3}],
    "m": [{"q": "m", "op": "contains", "value": "x"}, {"q": "m", "op": "any_of", "value": ["x", "y"]}],
}


def conditions(depth: int = 2, questions: tuple[str, ...] = ("a", "b", "n", "m")) -> st.SearchStrategy[Any]:
    """Any condition over the small questions, as the document writes it."""
    leaf = st.sampled_from([leaf for id in questions for leaf in LEAVES[id]])
    if depth == 0:
        return leaf
    part = conditions(depth - 1, questions)
    parts = st.lists(part, max_size=3)
    return st.one_of(
        leaf,
        st.builds(lambda found: {"all": found}, parts),
        st.builds(lambda found: {"any": found}, parts),
        st.builds(lambda found: {"not": found}, part),
    )


def question(id: str, kind: str, options: list[str] | None = None, ask_if: Any = None) -> dict[str, Any]:
    return {"id": id, "text": f"{id}?", "type": kind, "options": options, "ask_if": ask_if, "source": "general"}


def catalogue_with(applies: tuple[Any, Any], extra: tuple[Any, Any, Any], ask_if: Any) -> Catalogue:
    """Two matters that apply when `applies` says; `extra`: a waiver, a blocker, a material; `b` is asked if `ask_if`."""
    whole = document()
    first, second = (deepcopy(whole["matters"][0]) for _ in range(2))
    for id, matter, applies_when in (("m_one", first, applies[0]), ("m_two", second, applies[1])):
        matter |= {"id": id, "applies_when": applies_when, "materials": ["mat_one"], "fields": [], "provenance": {}}
        matter |= {"refs": [], "source": "general", "commitment": False, "commitment_when": None}
    first |= {"inspection": True, "inspection_waived_when": extra[0]}
    second |= {"blockers": [{"when": extra[1], "message": "stop"}], "commitment": True, "inspection_waived_when": None}
    material = deepcopy(whole["materials"][3]) | {
        "id": "mat_one",
        "required_when": extra[2],
        "refs": [],
        "source": "general",
    }
    listed = [{"matter": id, "role": "conditional", "applies_when": None} for id in ("m_one", "m_two")]
    shop = deepcopy(whole["industries"][0]) | {"id": "shop", "matters": listed, "questions": [], "answers_implied": {}}
    return parse(
        {
            "meta": {"version": "small", "title": "small"},
            "sources": whole["sources"],
            "departments": whole["departments"],
            "questions": [
                question("a", "bool"),
                question("b", "bool", ask_if=ask_if),
                question("n", "number"),
                question("m", "multi", ["x", "y", "z"]),
                question("choose_commitment", "bool"),
            ],
            "materials": [material],
            "fields": [],
            "matters": [first, second],
            "industries": [shop],
        }
    )
