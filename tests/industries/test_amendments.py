"""A version that says only what it changes becomes one full document; what cannot be laid over its base is refused by place."""

import json

import pytest
import yaml

from accounts.actors import SYSTEM
from industries.amendments import Whole, whole
from industries.catalogue import InvalidCatalogue, parse_text
from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, bundled, catalogue_of, publish
from tests.industries.amended import amendment
from tests.industries.conftest import PUBLISHED_AT

FIRST = BUNDLED[0].read_text(encoding="utf-8")
BASE = {"changning-2026.1": FIRST}
STATED_INDUSTRY = yaml.safe_load(FIRST)["industries"][0]
STATED = yaml.safe_load(BUNDLED[1].read_text(encoding="utf-8"))


def resolved(text: str) -> Whole:
    return whole(text, BASE.get)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidCatalogue) as raised:
        resolved(text).parsed()
    return [error.path for error in raised.value.errors]


def test_a_full_document_stands_for_itself() -> None:
    assert resolved(FIRST).text == FIRST


def test_the_full_document_is_complete_and_reads_back_the_same() -> None:
    full = resolved(BUNDLED[1].read_text(encoding="utf-8"))
    first, again = parse_text(FIRST), parse_text(full.text)
    assert again.id == "changning-2026.2"
    assert list(again.matters) == list(first.matters)
    assert again.industries == full.parsed().industries == first.industries
    assert again.materials == bundled().materials


def test_only_the_named_facts_change() -> None:
    first, second = parse_text(FIRST), bundled()
    for kind in ("materials", "matters"):
        named = {entry["id"] for entry in STATED["amendments"][kind]}
        changed = {id for id, entry in getattr(second, kind).items() if entry != getattr(first, kind)[id]}
        assert changed == named


def test_every_amended_fact_says_where_it_comes_from() -> None:
    for kind in ("materials", "matters"):
        for entry in STATED["amendments"][kind]:
            assert entry.keys() - {"id", "provenance"} == entry["provenance"].keys()


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
