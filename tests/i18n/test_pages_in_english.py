"""English pages speak English: what Chinese is left on them is the catalogue's or people's own, and marked as Chinese."""

import re
from functools import cache

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from lxml import html

from industries import publishing
from tests.effort import EFFORT
from tests.i18n import heard, walk
from tests.workflows import inspecting
from tests.workflows.conftest import Story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_a_day_in_the_story", "_compiled")]
HAN = re.compile(r"[\u3400-\u9fff]+")
UNSEEN = {"value", "href", "content", "data-picker-keys"}


@cache
def bundled() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in publishing.BUNDLED)


def stored() -> str:
    """Everything that the tables know, as one text: names, answers, reasons, numbers, frozen results."""
    models = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    return "\n".join(str(row) for model in models for row in model.objects.values_list())


def unmarked(tree: html.HtmlElement) -> list[str]:
    """Chinese in elements that nobody marked as Chinese; options and titles cannot hold marks."""
    texts = tree.xpath("//text()[not(ancestor::*[starts-with(@lang, 'zh')])][not(ancestor::option or ancestor::title)]")
    kept = tree.xpath("//textarea//text()") + tree.xpath("//script//text()")
    return [text.strip() for text in texts if HAN.search(text) and text not in kept]


def spoken(tree: html.HtmlElement) -> list[str]:
    """Chinese that a reader meets without its meaning in English, in texts and in attributes."""
    marked = tree.xpath("//*[@lang='zh-Hans' and not(contains(@class, 'ol-original'))]//text()[not(ancestor::button)]")
    attributes = [value for node in tree.iter() for name, value in node.attrib.items() if name not in UNSEEN]
    bare = [*tree.xpath("//option//text()"), *tree.xpath("//title//text()"), *attributes]
    return [*marked, *(re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", text) for text in bare)]


def foreign(page: str, known: str) -> set[str]:
    """Chinese on the page that is neither the catalogue's nor anybody's: an interface that was not translated."""
    tree = html.document_fromstring(page)
    assert tree.get("lang") == "en"
    found = {piece for text in spoken(tree) for piece in HAN.findall(text)}
    own = known + bundled() + settings.LICENCE_NUMBER_PATTERN + publishing.NOTICE_NUMBER
    return {piece for piece in found if piece not in own} | set(unmarked(tree))


@pytest.mark.parametrize("page", list(walk.public_pages()))
def test_public_pages(catalogue: object, client: Client, page: str) -> None:
    assert foreign(walk.visited(client, None, page), stored()) == set()


def test_every_question(catalogue: object, client: Client) -> None:
    known = stored()
    for page in walk.question_pages():
        assert foreign(walk.visited(client, None, page), known) == set(), page


def test_the_notice_and_the_way_from_it(story: Story, client: Client) -> None:
    for page in walk.notice_pages(story):
        assert foreign(walk.visited(client, story.cast.shopkeeper, page), stored()) == set(), page


def test_the_official_wording(story: Story, client: Client) -> None:
    pages = list(walk.wording_pages(story))
    known = stored()
    left = {page: foreign(walk.visited(client, user, page), known) for user, page in pages}
    assert {page: texts for page, texts in left.items() if texts} == {}


@pytest.mark.each_database
def test_pages_of_no_one_case(story: Story, client: Client) -> None:
    pages = list(walk.pages_of_no_one_case(story))
    known = stored()
    left = {(str(user), page): foreign(walk.visited(client, user, page), known) for user, page in pages}
    assert {where: texts for where, texts in left.items() if texts} == {}


ON_EACH = (
    walk.supplemented,
    walk.issued_early,
    walk.waiting_for_a_paper,
    walk.proposed,
    walk.delivered,
)
"""Stages at which every kind of page asks the other database too."""
USUAL = (
    *ON_EACH,
    Story.draft,
    Story.submitted,
    Story.accepted,
    heard.refused,
    inspecting.inspected,
)
"""Stages that every build walks; the others, whose pages show little else, wait for the night (`TEST_EFFORT`)."""
CHOSEN = [stage for stage in walk.STAGES if EFFORT > 1 or stage in USUAL]
STAGES = [pytest.param(stage, marks=[pytest.mark.each_database] * (stage in ON_EACH)) for stage in CHOSEN]


@pytest.mark.parametrize("stage", STAGES, ids=[stage.__name__ for stage in CHOSEN])
def test_pages_of_a_case(story: Story, client: Client, stage: object) -> None:
    pages = list(walk.everybodys_pages(story, stage(story)))
    known = stored()
    left = {(str(user), page): foreign(walk.visited(client, user, page), known) for user, page in pages}
    assert {where: texts for where, texts in left.items() if texts} == {}
