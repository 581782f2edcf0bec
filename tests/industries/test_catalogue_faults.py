"""Every seeded fault is found and named by its place in the file; several are found in one go."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from industries.catalogue import InvalidCatalogue, errors_of, parse, parse_text
from tests.industries.sample import document

Change = Callable[[dict[str, Any]], None]


def put(*path: Any, value: Any) -> Change:
    """A change that writes one value."""

    def change(catalogue: dict[str, Any]) -> None:
        *way, last = path
        target: Any = catalogue
        for step in way:
            target = target[step]
        target[last] = value

    return change


def drop(*path: Any) -> Change:
    """A change that removes one key."""

    def change(catalogue: dict[str, Any]) -> None:
        *way, last = path
        target: Any = catalogue
        for step in way:
            target = target[step]
        del target[last]

    return change


LEAF = {"q": "area_m2", "op": "gte", "value": 300}
FAULTS: dict[str, tuple[Change, str]] = {
    "tolerable that is no flag": (put("materials", 0, "tolerable", value="yes"), "materials[0].tolerable"),
    "two persons that is no flag": (put("matters", 0, "two_persons", value=2), "matters[0].two_persons"),
    "unknown unit of the later check": (put("matters", 0, "post_check_unit", value="weeks"), "matters[0].post_check_unit"),
    "unknown action by commitment": (
        put("matters", 0, "commitment_actions", value=["new", "cancel"]),
        "matters[0].commitment_actions[1]",
    ),
    "unknown prerequisite": (put("matters", 0, "prerequisites", value=["m_moon"]), "matters[0].prerequisites[0]"),
    "matter that waits for itself": (put("matters", 0, "prerequisites", value=["m_food_license"]), "matters[0].prerequisites"),
    "clock flag that is no flag": (
        put("matters", 0, "rectification_stops_clock", value=1),
        "matters[0].rectification_stops_clock",
    ),
    "point of a site check for no known matter": (
        put("check_items", 0, "matters", 1, "matter", value="m_moon"),
        "check_items[0].matters[1].matter",
    ),
    "point for a matter without a site check": (
        put("check_items", 0, "matters", 1, "matter", value="m_signboard"),
        "check_items[0].matters[1].matter",
    ),
    "point for nothing": (put("check_items", 2, "matters", value=[]), "check_items[2].matters"),
    "point in the words of another": (
        put("check_items", 5, "text", value=document()["check_items"][4]["text"]),
        "check_items[5].text",
    ),
    "point without its law": (drop("check_items", 3, "matters", 0, "legal_basis"), "check_items[3].matters[0].legal_basis"),
    "point that asks for whatever is wanted": (
        put("check_items", 1, "text", value="以及其他有关材料"),
        "check_items[1].text",
    ),
    "origin of a fact the material does not have": (
        put("materials", 0, "provenance", value={"tolerable": {"source": "general"}}),
        "materials[0].provenance.tolerable",
    ),
    "unknown question": (
        put("matters", 3, "applies_when", value={"all": [LEAF, LEAF | {"q": "nope"}]}),
        "matters[3].applies_when.all[1].q",
    ),
    "unknown operator": (put("matters", 3, "applies_when", value=LEAF | {"op": "like"}), "matters[3].applies_when.op"),
    "operator of another type": (
        put("matters", 3, "applies_when", value={"q": "makes_food", "op": "gt", "value": True}),
        "matters[3].applies_when.op",
    ),
    "number compared with text": (
        put("matters", 3, "applies_when", value=LEAF | {"value": "300"}),
        "matters[3].applies_when.value",
    ),
    "option that is none": (
        put("matters", 3, "applies_when", value={"not": {"q": "sells_drug", "op": "eq", "value": "西药"}}),
        "matters[3].applies_when.not.value",
    ),
    "list operator without a list": (
        put("matters", 3, "applies_when", value={"any": [{"q": "sells_drug", "op": "in", "value": "不销售"}]}),
        "matters[3].applies_when.any[0].value",
    ),
    "missing value": (
        put("matters", 3, "applies_when", value={"q": "area_m2", "op": "gte"}),
        "matters[3].applies_when.value",
    ),
    "unknown node": (put("matters", 3, "applies_when", value={"some": [LEAF]}), "matters[3].applies_when.some"),
    "condition that is a text": (put("matters", 3, "applies_when", value="always"), "matters[3].applies_when"),
    "parts that are no list": (put("materials", 3, "required_when", value={"all": LEAF}), "materials[3].required_when.all"),
    "empty condition": (put("fields", 0, "visible_when", value={}), "fields[0].visible_when"),
    "cycle of questions": (
        put("questions", 1, "ask_if", value={"q": "prepackaged_only", "op": "eq", "value": True}),
        "questions[1].ask_if",
    ),
    "question that waits for itself": (put("questions", 0, "ask_if", value=LEAF), "questions[0].ask_if"),
    "unknown department": (put("matters", 0, "department", value="dept_moon"), "matters[0].department"),
    "unknown material": (put("matters", 0, "materials", 1, value="mat_nothing"), "matters[0].materials[1]"),
    "field twice": (put("matters", 0, "fields", 1, value="f_name"), "matters[0].fields[1]"),
    "unknown matter in an industry": (put("industries", 0, "matters", 2, "matter", value="m_x"), "industries[0].matters[2].matter"),
    "matter twice in an industry": (
        put("industries", 0, "matters", 1, "matter", value="m_food_license"),
        "industries[0].matters[1].matter",
    ),
    "unknown role": (put("industries", 0, "matters", 0, "role", value="main"), "industries[0].matters[0].role"),
    "implied answer of another type": (
        put("industries", 0, "answers_implied", "sells_food", value="yes"),
        "industries[0].answers_implied.sells_food",
    ),
    "implied answer to no question": (
        put("industries", 0, "answers_implied", "nope", value=True),
        "industries[0].answers_implied.nope",
    ),
    "id twice": (put("materials", 1, "id", value="mat_biz_licence"), "materials[1].id"),
    "id with capitals": (put("departments", 0, "id", value="Dept"), "departments[0].id"),
    "missing key": (drop("matters", 5, "statutory_days"), "matters[5].statutory_days"),
    "empty name": (put("materials", 0, "name", value=""), "materials[0].name"),
    "commitment without days": (put("matters", 0, "commitment_days", value=None), "matters[0].commitment_days"),
    "no commitment and no reason": (
        put("matters", 4, "commitment_exclusion_reason", value=None),
        "matters[4].commitment_exclusion_reason",
    ),
    "negative days": (put("matters", 0, "promised_days", value=-1), "matters[0].promised_days"),
    "days as text": (put("matters", 0, "statutory_days", value="10"), "matters[0].statutory_days"),
    "days as truth": (put("matters", 0, "extension_days", value=True), "matters[0].extension_days"),
    "promise beyond the law": (put("matters", 0, "promised_days", value=11), "matters[0].promised_days"),
    "end before beginning": (put("matters", 10, "effective_to", value="2020-01-01"), "matters[10].effective_to"),
    "not a date": (put("matters", 10, "effective_from", value="2022-13-01"), "matters[10].effective_from"),
    "overlap with the successor": (put("matters", 0, "effective_from", value="2023-01-01"), "matters[3].effective_to"),
    "gap before the successor": (put("matters", 0, "effective_from", value="2024-01-01"), "matters[3].superseded_by"),
    "superseded without an end": (put("matters", 3, "effective_to", value=None), "matters[3].effective_to"),
    "catch-all material (R2.11)": (put("materials", 4, "name", value="审批机关要求的其他有关材料"), "materials[4].name"),
    "catch-all in short (R2.11)": (put("materials", 4, "name", value="申请表等有关材料"), "materials[4].name"),
    "catch-all condition (R2.11)": (put("matters", 0, "applies_text", value="法律规定的其他条件"), "matters[0].applies_text"),
    "no legal basis": (put("matters", 0, "legal_basis", value=[]), "matters[0].legal_basis"),
    "choice without options": (put("questions", 15, "options", value=None), "questions[15].options"),
    "derived option that is none": (put("fields", 45, "derive", value=[{"when": LEAF, "add": "没有"}]), "fields[45].derive[0].add"),
    "blocker without a condition": (put("matters", 0, "blockers", value=[{"message": "停"}]), "matters[0].blockers[0].when"),
    "seen without a source": (put("matters", 0, "provenance", "materials", "refs", value=[]), "matters[0].provenance.materials.refs"),
    "unknown source": (put("questions", 0, "refs", value=["nowhere"]), "questions[0].refs[0]"),
    "part missing": (drop("departments"), "departments"),
    "entry that is a text": (put("questions", 0, value="area"), "questions[0]"),
}  # fmt: skip


def test_the_bundled_catalogue_is_sound() -> None:
    assert errors_of(document()) == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_its_place(name: str) -> None:
    change, path = FAULTS[name]
    broken = deepcopy(document())
    change(broken)
    assert path in [error.path for error in errors_of(broken)]


def test_all_faults_are_told_at_once() -> None:
    broken = deepcopy(document())
    broken["matters"][0]["department"] = "dept_moon"
    broken["materials"][4]["name"] = "其他材料"
    del broken["questions"][3]["text"]
    assert {error.path for error in errors_of(broken)} >= {
        "matters[0].department",
        "materials[4].name",
        "questions[3].text",
    }


@pytest.mark.parametrize("text", ["[]", "just words", "42", ""])
def test_a_file_that_is_no_catalogue(text: str) -> None:
    with pytest.raises(InvalidCatalogue):
        parse_text(text)


def test_a_broken_file_names_the_line() -> None:
    with pytest.raises(InvalidCatalogue) as raised:
        parse_text("meta:\n  title: [\n")
    assert "行" in raised.value.errors[0].path


def test_names_that_only_look_like_a_catch_all_pass() -> None:
    """R2.11 forbids open-ended demands, not the words."""
    fine = deepcopy(document())
    for place, name in enumerate(["营业执照或其他主体资格证明", "自动售货设备合格证明及放置地点等材料"]):
        fine["materials"][place]["name"] = name
    assert errors_of(fine) == ()


def test_a_catalogue_keeps_the_order_of_its_document() -> None:
    catalogue = parse(document())
    assert list(catalogue.industries) == [entry["id"] for entry in document()["industries"]]
    assert list(catalogue.questions) == [entry["id"] for entry in document()["questions"]]
