"""The reading aid knows the whole catalogue, leaves the Chinese visible and marked, and touches nothing else."""

from typing import Any

import pytest

from industries import publishing, reading_aid, search
from industries.middleware import annotated

SECTIONS = ("departments", "industries", "matters", "questions", "fields", "materials", "check_items")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_entry_of_the_catalogue_has_its_meaning(section: str) -> None:
    catalogue = publishing.bundled()
    aids = reading_aid.document()[section]
    assert set(aids) == set(getattr(catalogue, section))
    assert [id for id, meaning in aids.items() if not (meaning[0] if isinstance(meaning, list) else meaning)] == []


def test_every_hint_has_its_meaning() -> None:
    aids = reading_aid.document()["questions"]
    assert [id for id, one in publishing.bundled().questions.items() if bool(one.help) != bool(aids[id][1])] == []


def test_every_option_has_its_meaning_and_no_other_stands_there() -> None:
    catalogue = publishing.bundled()
    asked: list[Any] = [*catalogue.questions.values(), *catalogue.fields.values()]
    assert {option for one in asked for option in one.options} == set(reading_aid.document()["options"])


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("便利店", 'Convenience store <span class="ol-original" lang="zh-Hans">便利店</span>'),
        ("是", "Yes"),
        ("读 by 人", '<span lang="zh-Hans">读</span> by <span lang="zh-Hans">人</span>'),
        ("沪长综许〔2026〕000123号", '<span lang="zh-Hans">沪长综许〔2026〕000123号</span>'),
        ("上海便利店有限公司", '<span lang="zh-Hans">上海便利店有限公司</span>'),
        ("Read by 王小店、x", 'Read by <span lang="zh-Hans">王小店</span>, x'),
        ("nothing Chinese", "nothing Chinese"),
    ],
)
def test_a_text_on_a_page(text: str, page: str) -> None:
    assert reading_aid.read_aloud(text, marked=True) == page


def test_a_sentence_of_the_notice() -> None:
    told = reading_aid.read_aloud("便利店、超市的核心事项，必办", marked=True)
    assert told.startswith("Convenience store, Supermarket: core matter, always required <span")
    assert "便利店、超市的核心事项，必办</span>" in told


def test_what_people_type_and_scripts_are_left_alone() -> None:
    page = '<textarea name="x">便利店</textarea><input value="便利店"><script src="a">便利店</script><!-- 便利店 -->'
    assert annotated(page) == page


def test_a_paper_shown_on_a_page_stays_as_it_is() -> None:
    page = '<article class="a" translate="no"><p>便利店</p></article>'
    assert annotated(page) == page
    assert annotated("<article><p>便利店</p></article>") != "<article><p>便利店</p></article>"


def test_options_and_attributes_carry_both_as_plain_text() -> None:
    assert annotated('<option value="x">便利店</option>') == '<option value="x">Convenience store (便利店)</option>'
    assert annotated('<td data-label="便利店">') == '<td data-label="Convenience store (便利店)">'


def test_what_was_escaped_stays_escaped() -> None:
    assert annotated("<p>餐饮(&gt;150㎡)</p>").startswith("<p>Catering (more than 150 m²) <span")
    assert annotated("<p>王&lt;b&gt;小</p>") == (
        '<p><span lang="zh-Hans">王</span>&lt;b&gt;<span lang="zh-Hans">小</span></p>'
    )


@pytest.mark.parametrize(("words", "id"), [("cafe", "cafe_teahouse"), ("book shop", "bookstore"), ("HOTEL", "hotel")])
def test_an_industry_is_found_in_english(words: str, id: str) -> None:
    assert id in {industry.id for industry in search.matching(publishing.bundled(), words)}
