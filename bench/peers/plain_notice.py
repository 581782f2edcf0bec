"""The rules of a notice, written in the plainest way over the catalogue's dictionaries: no reasons, no checks."""

from datetime import date
from typing import Any

import yaml

from industries.publishing import BUNDLED

Answers = dict[str, Any]

OPERATIONS = {
    "eq": lambda value, wanted: value == wanted,
    "ne": lambda value, wanted: value != wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
    "in": lambda value, wanted: value in wanted,
    "contains": lambda value, wanted: wanted in value,
    "any_of": lambda value, wanted: bool(set(value) & set(wanted)),
}


def holds(condition: dict[str, Any] | None, answers: Answers) -> bool:
    """Whether a condition holds; an unanswered leaf is false."""
    if not condition:
        return True
    if "q" in condition:
        value = answers.get(condition["q"])
        return value is not None and OPERATIONS[condition["op"]](value, condition["value"])
    return (
        all(holds(part, answers) for part in condition.get("all", ()))
        and ("any" not in condition or any(holds(part, answers) for part in condition["any"]))
        and ("not" not in condition or not holds(condition["not"], answers))
    )


class PlainNotice:
    """The document as dictionaries by id."""

    def __init__(self) -> None:
        document = yaml.safe_load(BUNDLED[0].read_text(encoding="utf-8"))
        self.of = {
            kind: {row["id"]: row for row in document[kind]}
            for kind in ("matters", "materials", "fields", "industries")
        }

    def known(self, industries: list[str], answers: Answers) -> Answers:
        """Implied answers, then the given ones over them."""
        known: Answers = {}
        for name in industries:
            known |= self.of["industries"][name]["answers_implied"]
        return known | answers

    def matters(self, industries: list[str], answers: Answers, on: date) -> list[str]:
        """The ids of the matters that apply, in catalogue order of the industries."""
        known, day = self.known(industries, answers), on.isoformat()
        found: dict[str, None] = {}
        for name in industries:
            for entry in self.of["industries"][name]["matters"]:
                matter = self.of["matters"][entry["matter"]]
                begun = (matter["effective_from"] or "") <= day
                if not begun or (matter["effective_to"] and day >= matter["effective_to"]):
                    continue
                rule = entry["applies_when"]
                if rule is None and entry["role"] != "core":
                    rule = matter["applies_when"]
                if holds(rule, known) and not any(holds(b["when"], known) for b in matter["blockers"]):
                    found.setdefault(matter["id"])
        return list(found)

    def notice(self, industries: list[str], answers: Answers, on: date) -> dict[str, Any]:
        """Matters, materials and fields."""
        known = self.known(industries, answers)
        matters = [self.of["matters"][name] for name in self.matters(industries, answers, on)]
        materials = dict.fromkeys(name for matter in matters for name in matter["materials"])
        fields = dict.fromkeys(name for matter in matters for name in matter["fields"])
        return {
            "matters": matters,
            "materials": [
                name
                for name in materials
                if not self.of["materials"][name]["merged_into_form"]
                and holds(self.of["materials"][name]["required_when"], known)
            ],
            "fields": [name for name in fields if holds(self.of["fields"][name]["visible_when"], known)],
        }
