"""The frame of every page: one heading, one main part, names for all links, nothing inline."""

import re

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.utils import translation
from lxml import html

from tests.components.rendering import PAGES, Officer, page, render

pytestmark = pytest.mark.urls("tests.components.addresses")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_built(name: str) -> None:
    source = page(name)
    tree = html.document_fromstring(source)
    assert len(tree.xpath("//h1")) == 1
    assert len(tree.xpath("//main[@id='main']")) == 1
    assert tree.xpath("string(//title)").endswith(" - 一业一证")
    assert tree.get("lang") == "zh-Hans-CN"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert "{%" not in source
    assert "{{" not in source
    assert "<c-" not in source


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_inline(name: str) -> None:
    tree = html.document_fromstring(page(name))
    assert tree.xpath("//*[@style] | //style | //script[not(@src)]") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_step_by_step(name: str) -> None:
    levels = [
        int(heading.tag[1])
        for heading in html.document_fromstring(page(name)).xpath("//main//h1|//main//h2|//main//h3")
    ]
    after_first = levels[levels.index(1) :]
    assert all(later - earlier <= 1 for earlier, later in zip(after_first, after_first[1:], strict=False))


def test_the_language_switch_comes_back_to_the_page() -> None:
    tree = html.document_fromstring(render('{% extends "base.html" %}', path="/notices/?number=1&x=2"))
    form = tree.xpath("//form[contains(@class, 'language')]")[0]
    assert form.get("method") == "post"
    assert form.xpath(".//input[@name='next']/@value") == ["/notices/?number=1&x=2"]
    assert form.xpath(".//button/@value") == ["en"]
    with translation.override("en"):
        tree = html.document_fromstring(render('{% extends "base.html" %}'))
    assert tree.get("lang") == "en"
    assert tree.xpath("//form[contains(@class, 'language')]//button/@value") == ["zh-hans"]


def links(source: str) -> list[str]:
    """The addresses of the service navigation."""
    return [str(link) for link in html.document_fromstring(source).xpath("//*[contains(@class, 'ol-nav')]//a/@href")]


def test_the_navigation_depends_on_the_role() -> None:
    plain = '{% extends "base.html" %}'
    applicant = Officer()
    applicant.is_public_staff = False
    assert links(render(plain)) == ["/", "/notices/", "/licences/"]
    assert links(render(plain, user=applicant)) == ["/", "/cases/", "/notices/", "/licences/"]
    assert links(render(plain, user=Officer())) == ["/", "/work/", "/notices/", "/licences/"]
    assert links(render(plain, {"nav": [("/x/", "别处", True)]})) == ["/x/"]


def test_the_navigation_marks_where_one_is() -> None:
    tree = html.document_fromstring(render('{% extends "base.html" %}', path="/licences/"))
    assert tree.xpath("//a[@aria-current='page']/@href") == ["/licences/"]


@pytest.mark.parametrize(
    ("level", "kind", "role"),
    [(constants.SUCCESS, "success", "status"), (constants.ERROR, "error", "alert"), (constants.INFO, "info", "status")],
)
def test_messages_are_notices(level: int, kind: str, role: str) -> None:
    tree = html.document_fromstring(render('{% extends "base.html" %}', {"messages": [Message(level, "已保存 <b>")]}))
    notice = tree.xpath(f"//main//*[contains(@class, 'ol-notice--{kind}')]")[0]
    assert notice.get("role") == role
    assert "已保存 <b>" in notice.text_content()


@pytest.mark.parametrize("name", ["403", "404", "409", "500", "csrf_failure"])
def test_error_pages_say_what_to_do(name: str) -> None:
    source = render(f'{{% include "{name}.html" %}}', {"message": "案件已办结"})
    tree = html.document_fromstring(source)
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//main//a/@href")
    assert re.search(r"40[349]|500", tree.text_content())


def test_the_demo_says_that_it_is_one() -> None:
    assert "虚构" in render('{% extends "base.html" %}', {"demo": True})
    assert "虚构" not in render('{% extends "base.html" %}', {"demo": False})
