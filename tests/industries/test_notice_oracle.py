"""The compiler against a second reading of the rules, written over the plain YAML without any code of the room."""

from datetime import date
from typing import Any

from hypothesis import given, settings

from industries.notice import compile_notice
from tests.industries.sample import CATALOGUE, answers, days, document, industries


def by_id(kind: str) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in document()[kind]}


def true(node: Any, given: dict[str, Any]) -> bool:
    """A condition node's truth, straight from the words of the contract."""
    if node is None:
        return True
    if "q" in node:
        value, wanted = given.get(node["q"]), node["value"]
        if value is None:
            return False
        match node["op"]:
            case "eq":
                return value == wanted
            case "ne":
                return value != wanted
            case "gt":
                return value > wanted
            case "gte":
                return value >= wanted
            case "lt":
                return value < wanted
            case "lte":
                return value <= wanted
            case "in":
                return value in wanted
            case "contains":
                return wanted in value
            case "any_of":
                return any(part in value for part in wanted)
        raise AssertionError(node["op"])
    return (
        all(true(part, given) for part in node.get("all", []))
        and ("any" not in node or any(true(part, given) for part in node["any"]))
        and ("not" not in node or not true(node["not"], given))
    )


def in_force(matter: dict[str, Any], on: date) -> bool:
    begin, end = matter["effective_from"], matter["effective_to"]
    return (begin is None or begin <= on.isoformat()) and (end is None or on.isoformat() < end)


def applying(chosen: list[str], given: dict[str, Any], on: date) -> dict[str, dict[str, Any]]:
    found = {}
    for industry in chosen:
        for entry in by_id("industries")[industry]["matters"]:
            matter = by_id("matters")[entry["matter"]]
            if not in_force(matter, on):
                continue
            if entry["applies_when"] is not None:
                applies = true(entry["applies_when"], given)
            else:
                applies = entry["role"] == "core" or true(matter["applies_when"], given)
            if applies:
                found[matter["id"]] = matter
    return found


def promised(matters: list[dict[str, Any]], routes: dict[str, str]) -> int:
    permits = [matter for matter in matters if matter["kind"] == "许可" and matter["level"] == "local"]
    ordinary = [matter["promised_days"] for matter in permits if routes[matter["id"]] == "ordinary"]
    if ordinary:
        return min(ordinary)
    if permits:
        return min(matter["commitment_days"] for matter in permits)
    return max([matter["promised_days"] for matter in matters], default=0)


def expected(chosen: list[str], given: dict[str, Any], on: date) -> dict[str, Any]:
    """The parts of the notice that the contract fixes, as sets and mappings."""
    known: dict[str, Any] = {}
    for industry in chosen:
        known |= by_id("industries")[industry]["answers_implied"]
    known |= given
    all_matters = applying(chosen, known, on)
    blocked = {id for id, matter in all_matters.items() if any(true(b["when"], known) for b in matter["blockers"])}
    matters = {id: matter for id, matter in all_matters.items() if id not in blocked}
    routes = {
        id: "commitment"
        if matter["commitment"] and known.get("choose_commitment") is True and true(matter["commitment_when"], known)
        else "ordinary"
        for id, matter in matters.items()
    }
    inspections = {
        id: matter["inspection"]
        and not (matter["inspection_waived_when"] is not None and true(matter["inspection_waived_when"], known))
        for id, matter in matters.items()
    }
    materials = {}
    for id, material in by_id("materials").items():
        by = [matter for matter in matters if id in matters[matter]["materials"]]
        if not by or material["merged_into_form"] or not true(material["required_when"], known):
            continue
        status = "submit"
        if material["commitment_replaceable"] and all(routes[matter] == "commitment" for matter in by):
            status = "commitment"
        if material["exempt_by"]:
            status = "exempt"
        if material["auto_generated"]:
            status = "generated"
        materials[id] = (status, frozenset(by))
    fields = {
        id: frozenset(matter for matter in matters if id in matters[matter]["fields"])
        for id, field in by_id("fields").items()
        if any(id in matter["fields"] for matter in matters.values()) and true(field["visible_when"], known)
    }
    days = promised(list(matters.values()), routes)
    return {
        "matters": {id: (routes[id], inspections[id]) for id in matters},
        "blocked": blocked,
        "advisories": {
            (id, a["message"]) for id, matter in matters.items() for a in matter["advisories"] if true(a["when"], known)
        },
        "materials": materials,
        "fields": fields,
        "promised_days": days,
        "effect": {
            "permits": [len(matters), 1],
            "materials": [
                sum(len(matter["materials"]) for matter in matters.values()),
                sum(status == "submit" for status, _ in materials.values()),
            ],
            "fields": [sum(len(matter["fields"]) for matter in matters.values()), len(fields)],
            "days": [sum(matter["statutory_days"] for matter in matters.values()), days],
        },
    }


def told(notice: dict[str, Any]) -> dict[str, Any]:
    """The same parts of what the compiler says."""
    return {
        "matters": {entry["id"]: (entry["route"], entry["inspection"]) for entry in notice["matters"]},
        "blocked": {entry["matter"] for entry in notice["blocked"]},
        "advisories": {(entry["matter"], entry["message"]) for entry in notice["advisories"]},
        "materials": {entry["id"]: (entry["status"], frozenset(entry["required_by"])) for entry in notice["materials"]},
        "fields": {entry["id"]: frozenset(entry["required_by"]) for entry in notice["fields"]},
        "promised_days": notice["promised_days"],
        "effect": notice["effect"],
    }


@settings(max_examples=400, deadline=None)
@given(chosen=industries(), given_answers=answers(), on=days())
def test_the_compiler_agrees_with_a_second_reading(chosen: list[str], given_answers: dict[str, Any], on: date) -> None:
    notice = compile_notice(CATALOGUE, chosen, given_answers, on).as_json()
    assert told(notice) == expected(chosen, given_answers, on)


@settings(max_examples=150, deadline=None)
@given(chosen=industries(), given_answers=answers(), on=days())
def test_combining_industries_knows_no_order_and_no_doubles(
    chosen: list[str], given_answers: dict[str, Any], on: date
) -> None:
    once = compile_notice(CATALOGUE, chosen, given_answers, on)
    assert compile_notice(CATALOGUE, [*reversed(chosen), *chosen], given_answers, on) == once


@settings(max_examples=150, deadline=None)
@given(chosen=industries(), given_answers=answers(), on=days())
def test_everything_stands_once_and_has_a_reason(chosen: list[str], given_answers: dict[str, Any], on: date) -> None:
    notice = compile_notice(CATALOGUE, chosen, given_answers, on).as_json()
    for kind in ("matters", "materials", "fields"):
        ids = [entry["id"] for entry in notice[kind]]
        assert len(ids) == len(set(ids)), kind
    for matter in notice["matters"]:
        assert matter["rule"]
        assert matter["legal_basis"]
        assert matter["core"] or matter["reasons"]
    for entry in notice["materials"] + notice["fields"]:
        assert entry["required_by"]
        assert entry["legal_basis"]


@settings(max_examples=100, deadline=None)
@given(chosen=industries(2), more=industries(2), given_answers=answers())
def test_a_combination_has_every_matter_of_its_parts(
    chosen: list[str], more: list[str], given_answers: dict[str, Any]
) -> None:
    """Fewer answers are implied to a part than to the whole, so the parts get the whole's answers."""
    on = date(2026, 11, 23)
    whole = compile_notice(CATALOGUE, [*chosen, *more], given_answers, on)
    parts = [compile_notice(CATALOGUE, [id], whole.answers, on) for id in {*chosen, *more}]
    assert {entry.id for entry in whole.matters} == {entry.id for part in parts for entry in part.matters}
