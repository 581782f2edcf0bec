"""A version that says only what it changes: resolved against its base to the full document, before anything is checked.

    meta: {id: changning-2026.2, version: '2026.2'}
    based_on: changning-2026.1
    amendments:
      materials:
      - {id: mat_tob_photo, tolerable: true}
    additions:
      industries:
      - {id: florist, …}

A key of an entry replaces the base's; `provenance` is laid over it, so that facts not named keep their origin. The full
document is written as JSON, whose form is the same everywhere: its hash does not hang on a YAML writer. Pure.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from industries.catalogue import KINDS, load, parse
from industries.entities import Catalogue
from industries.faults import CatalogueError, InvalidCatalogue, Node, shown

LATER_KEYS: Mapping[str, frozenset[str]] = {
    "materials": frozenset({"provenance", "tolerable"}),
    "industries": frozenset({"industry_commitment", "provenance"}),
    "matters": frozenset(
        {
            "two_persons",
            "post_check_unit",
            "post_check_mandatory",
            "commitment_actions",
            "prerequisites",
            "rectification_stops_clock",
        }
    ),
}
"""Keys that the first version does not write; every other key of an entry must occur in the base."""
BaseOf = Callable[[str], str | None]
"""The text of the document with this version id; None where there is none."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The full document that a text stands for. `places`: where an entry stands in the text, by its place in the document."""

    text: str
    document: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)

    def parsed(self) -> Catalogue:
        """Its catalogue. Raises InvalidCatalogue; the paths are those of the text."""
        try:
            return parse(self.document)
        except InvalidCatalogue as invalid:
            raise InvalidCatalogue(tuple(self._relocated(error) for error in invalid.errors)) from None

    def _relocated(self, error: CatalogueError) -> CatalogueError:
        entry, dot, rest = error.path.partition(".")
        return CatalogueError(f"{self.places.get(entry, entry)}{dot}{rest}", error.message)


def whole(text: str, base_of: BaseOf, amending: tuple[str, ...] = ()) -> Whole:
    """The full document: the text itself, or its amendments laid over their base. Raises InvalidCatalogue.

    `amending` are the versions that are being resolved, the outermost first.
    """
    document = load(text)
    if not isinstance(document, dict) or "based_on" not in document:
        return Whole(text, document)
    faults: list[CatalogueError] = []
    root = Node(document, "", faults)
    for key in document.keys() - {"meta", "based_on", *PARTS}:
        root.fault(str(key), f"增补文件只写 meta、based_on、{'、'.join(PARTS)}")
    if not document.keys() & set(PARTS):
        root.fault("amendments", "没有写明增补的内容")
    label, meta = root.text("based_on"), root.child("meta")
    if meta.text("id") == label or label in amending:
        root.fault("based_on", f"版本不能以自己为基础：{label}")
    base_text = None if faults else base_of(label)
    if base_text is None:
        if not faults:
            root.fault("based_on", f"没有这个版本：{shown(label)}；请先发布它")
        raise InvalidCatalogue(tuple(faults))
    base = whole(base_text, base_of, (*amending, label)).document
    made, places = _laid_over({**base, "meta": {**base["meta"], **meta.data}}, root)
    if faults:
        raise InvalidCatalogue(tuple(faults))
    return Whole(json.dumps(made, ensure_ascii=False, indent=1, default=_day), made, places)


def _laid_over(document: dict[str, Any], root: Node) -> tuple[dict[str, Any], dict[str, str]]:
    """The document with amendments and additions, and where in the file each such entry stands."""
    places: dict[str, str] = {}
    for part, lay in PARTS.items():
        node = root.child(part) if part in root.data else Node({}, part, root.faults)
        for kind in node.data:
            if kind in KINDS:
                document[kind] = lay(kind, document.get(kind, []), node.children(kind), places)
            else:
                node.fault(str(kind), f"没有这一类；可写 {'、'.join(KINDS)}")
    return document, places


def _amended(kind: str, base: list[Any], nodes: list[Node], places: dict[str, str]) -> list[Any]:
    entries, known = list(base), LATER_KEYS.get(kind, frozenset()).union(*base)
    place_of = {entry["id"]: place for place, entry in enumerate(base)}
    for node in nodes:
        place = place_of.get(node.data.get("id"))
        if place is None:
            node.fault("id", f"所依据的版本里没有 {shown(node.data.get('id'))}")
            continue
        for key in node.data.keys() - known:
            node.fault(str(key), "没有这个键")
        if f"{kind}[{place}]" in places:
            node.fault("id", f"重复：{node.data['id']}")
        entries[place] = _over(entries[place], node.data)
        places[f"{kind}[{place}]"] = node.path
    return entries


def _added(kind: str, base: list[Any], nodes: list[Node], places: dict[str, str]) -> list[Any]:
    """New entries behind the base's; one whose id stands already is found when the document is parsed."""
    places.update({f"{kind}[{place}]": node.path for place, node in enumerate(nodes, start=len(base))})
    return [*base, *(node.data for node in nodes)]


PARTS: Mapping[str, Callable[[str, list[Any], list[Node], dict[str, str]], list[Any]]] = {
    "amendments": _amended,
    "additions": _added,
}


def _over(entry: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    made, before, after = {**entry, **changes}, entry.get("provenance"), changes.get("provenance")
    if isinstance(before, dict) and isinstance(after, dict):
        made["provenance"] = {**before, **after}
    return made


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a catalogue")
