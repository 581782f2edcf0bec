"""The catalogue: from a document (the mapping a YAML file holds) to frozen dataclasses, or to the list of all its faults.

    catalogue = parse(document)         # raises InvalidCatalogue(errors)
    catalogue = parse_text(yaml_text)

Pure: no Django, no files, no clock.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import yaml

from industries import checks, parts
from industries.checks import Known
from industries.entities import (
    Advisory,
    Blocker,
    Catalogue,
    CheckItem,
    Department,
    Derivation,
    Field,
    Industry,
    IndustryMatter,
    Material,
    Matter,
    Provenance,
    Question,
    Remedies,
    Source,
)
from industries.faults import CatalogueError, InvalidCatalogue, Node, shown

__all__ = [
    "Advisory", "Blocker", "Catalogue", "CatalogueError", "CheckItem", "Department", "Derivation", "Field", "Industry", "IndustryMatter",
    "InvalidCatalogue", "Material", "Matter", "Provenance", "Question", "Remedies", "Source", "errors_of", "load", "parse", "parse_text",
]  # fmt: skip

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ID = re.compile(r"[a-z][a-z0-9_]*")
KINDS = ("sources", "departments", "questions", "materials", "fields", "matters", "industries", "check_items")
LATER_KINDS = frozenset({"check_items"})
"""Kinds that the first version does not have: a document may leave them out."""
Made = TypeVar("Made")


def parse(document: Mapping[str, Any]) -> Catalogue:
    """The catalogue that the document describes. Raises InvalidCatalogue with every fault and its path."""
    if not isinstance(document, dict):
        raise InvalidCatalogue((CatalogueError("", "目录应为一个映射(键和值)"),))
    faults: list[CatalogueError] = []
    root = Node(document, "", faults)
    nodes = {kind: root.children(kind, optional=kind in LATER_KINDS) for kind in KINDS}
    known = _known(nodes)
    made = {kind: _entities(nodes[kind], known, BUILDERS[kind]) for kind in KINDS}
    places = {kind: {node.data.get("id", ""): node for node in nodes[kind]} for kind in KINDS}
    checks.cycles(made["questions"], places["questions"])
    checks.validity(made["matters"], places["matters"])
    checks.prerequisites(made["matters"], places["matters"])
    checks.check_items(made["check_items"], made["matters"], places["check_items"])
    catalogue = _catalogue(root, known, made)
    if faults:
        raise InvalidCatalogue(tuple(faults))
    return catalogue


def parse_text(text: str) -> Catalogue:
    """The catalogue in a YAML (or JSON) text."""
    return parse(load(text))


def load(text: str) -> Any:
    """What a YAML (or JSON) text holds. Raises InvalidCatalogue where it is neither."""
    try:
        return yaml.load(text, Loader=SAFE)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else ""
        raise InvalidCatalogue((CatalogueError(place, "不是有效的 YAML 或 JSON"),)) from error


def errors_of(document: Mapping[str, Any]) -> tuple[CatalogueError, ...]:
    """Every fault of the document; none for a sound one."""
    try:
        parse(document)
    except InvalidCatalogue as invalid:
        return invalid.errors
    return ()


BUILDERS: Mapping[str, Callable[[Node, Known], Any]] = {
    "sources": parts.source,
    "departments": parts.department,
    "questions": parts.question,
    "materials": parts.material,
    "fields": parts.form_field,
    "matters": parts.matter,
    "industries": parts.industry,
    "check_items": parts.check_item,
}


def _known(nodes: Mapping[str, list[Node]]) -> Known:
    """The ids of each kind; bad and double ids are noted here."""
    known = Known(ids={kind: set() for kind in KINDS})
    for kind in KINDS:
        for node in nodes[kind]:
            id = node.data.get("id")
            if not isinstance(id, str) or not ID.fullmatch(id):
                node.fault("id", f"标识应为小写字母开头的字母、数字和下划线，现为 {shown(id)}")
            elif id in known.ids[kind]:
                node.fault("id", f"标识重复：{id}")
            else:
                known.ids[kind].add(id)
                if kind == "questions":
                    known.questions[id] = node.data
    return known


def _entities(nodes: list[Node], known: Known, build: Callable[[Node, Known], Made]) -> dict[str, Made]:
    return {str(node.data.get("id", place)): build(node, known) for place, node in enumerate(nodes)}


def _catalogue(root: Node, known: Known, made: Mapping[str, dict[str, Any]]) -> Catalogue:
    meta = root.child("meta")
    common = known.refer_all(meta, "form_common_fields", "fields") if "form_common_fields" in meta.data else ()
    excluded = [node.text("name") for node in root.children("national_industries_excluded", optional=True)]
    return Catalogue(
        id=meta.text("id", optional=True) or meta.text("version"),
        title=meta.text("title"),
        district=meta.text("district", optional=True),
        basis=meta.text("basis", optional=True),
        warning=meta.text("warning", optional=True),
        compiled_on=str(meta.data.get("compiled_on", "")),
        form_common_fields=common,
        excluded_industries=tuple(excluded),
        **made,
    )
