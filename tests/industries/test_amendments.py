"""A version that says only what it changes becomes one full document; what cannot be laid over its base is refused by place."""

import json
from typing import Any

import pytest
import yaml

from accounts.actors import SYSTEM
from industries.amendments import Whole, whole
from industries.catalogue import InvalidCatalogue, parse_text
from industries.entities import Catalogue
from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, bundled, catalogue_of, publish
from tests.industries.amended import amendment
from tests.industries.conftest import PUBLISHED_AT

FIRST = BUNDLED[0].read_text(encoding="utf-8")
BASE = {"changning-2026.1": FIRST}
STATED_INDUSTRY = yaml.safe_load(FIRST)["industries"][0]
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in BUNDLED}
LATER = [label for label in TEXTS if label != "changning-2026.1"]


def resolved(text: str) -> Whole:
    return whole(text, BASE.get)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidCatalogue) as raised:
        resolved(text).parsed()
    return [error.path for error in raised.value.errors]


def test_a_full_document_stands_for_itself() -> None:
    assert resolved(FIRST).text == FIRST


def catalogue(label: str) -> Catalogue:
    return whole(TEXTS[label], TEXTS.get).parsed()


def amended(label: str) -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = yaml.safe_load(TEXTS[label])["amendments"]
    return kinds


def test_the_full_document_is_complete_and_reads_back_the_same() -> None:
    full = whole(TEXTS[LATER[-1]], TEXTS.get)
    first, again = parse_text(FIRST), parse_text(full.text)
    assert again.id == LATER[-1]
    assert list(again.matters) == list(first.matters)
    assert again.industries == full.parsed().industries == bundled().industries
    assert again.materials == bundled().materials


@pytest.mark.parametrize("label", LATER)
def test_only_the_named_facts_change(label: str) -> None:
    first, second = catalogue(yaml.safe_load(TEXTS[label])["based_on"]), catalogue(label)
    for kind, entries in amended(label).items():
        changed = {id for id, entry in getattr(second, kind).items() if entry != getattr(first, kind)[id]}
        assert changed == {entry["id"] for entry in entries}


@pytest.mark.parametrize("label", LATER)
def test_every_amended_fact_says_where_it_comes_from(label: str) -> None:
    for kind in amended(label).keys() - {"departments"}:
        for entry in amended(label)[kind]:
            assert entry.keys() - {"id", "provenance"} == entry["provenance"].keys()
    for entry in amended(label).get("departments", []):
        assert entry["remedies"]["source"]


def test_origins_of_facts_not_named_stay() -> None:
    fire = bundled().matters["m_fire"]
    assert fire.post_check_unit == "working"
    assert {"post_check_unit", "statutory_days"} <= fire.facts.keys()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (amendment(based_on="changning-1999.1"), "based_on"),
        (amendment(id="changning-2026.1"), "based_on"),
        (amendment(moons=[]), "amendments.moons"),
        (amendment(materials=[{"id": "mat_moon"}]), "amendments.materials[0].id"),
        (amendment(materials=[{"id": "mat_tob_photo", "late": True}]), "amendments.materials[0].late"),
        (amendment(materials=[{"id": "mat_tob_photo"}, {"id": "mat_tob_photo"}]), "amendments.materials[1].id"),
        (amendment(matters=[{"id": "m_fire", "tolerable": True}]), "amendments.matters[0].tolerable"),
        (amendment(matters=[{"id": "m_fire", "promised_days": -1}]), "amendments.matters[0].promised_days"),
        (amendment(matters=[{"id": "m_fire", "prerequisites": ["m_moon"]}]), "amendments.matters[0].prerequisites[0]"),
        (json.dumps({"meta": {"id": "x"}, "based_on": "changning-2026.1", "amendments": {}, "matters": []}), "matters"),
        (json.dumps({"meta": {"id": "x"}, "based_on": "changning-2026.1"}), "amendments"),
    ],
)
def test_what_cannot_be_laid_over_the_base_is_named_by_its_place(text: str, path: str) -> None:
    assert path in faults(text)


def test_versions_that_are_each_others_base_are_refused() -> None:
    circle = {"a": amendment(based_on="b", id="a"), "b": amendment(based_on="a", id="b")}
    with pytest.raises(InvalidCatalogue):
        whole(amendment(based_on="a", id="c"), circle.get)


def test_r1_31_matters_that_wait_for_each_other_are_refused() -> None:
    circle = [{"id": "m_fire", "prerequisites": ["m_health"]}, {"id": "m_health", "prerequisites": ["m_fire"]}]
    assert faults(amendment(matters=circle)) == [
        "amendments.matters[1].prerequisites",
        "amendments.matters[0].prerequisites",
    ]


def test_what_is_added_stands_behind_what_was_there() -> None:
    florist = STATED_INDUSTRY | {"id": "florist", "name": "花店"}
    text = json.dumps({"meta": {"id": "x"}, "based_on": "changning-2026.1", "additions": {"industries": [florist]}})
    assert list(resolved(text).parsed().industries)[-1] == "florist"
    twice = text.replace('"id": "florist"', '"id": "bar"')
    assert faults(twice) == ["additions.industries[0].id"]


def test_an_amendment_of_a_published_version_is_published_in_full(version: CatalogueVersion) -> None:
    text = amendment(based_on=version.label, id="district-1", materials=[{"id": "mat_food_layout", "tolerable": True}])
    made = publish(document=text, actor=SYSTEM, at=PUBLISHED_AT)
    assert catalogue_of(made).materials["mat_food_layout"].tolerable
    assert catalogue_of(made).materials["mat_tob_photo"].tolerable
    assert publish(document=text, actor=SYSTEM, at=PUBLISHED_AT) == made
    assert "based_on" not in json.loads(made.document)
