"""The language switch works on every page and comes back to it; a page says in which language it is."""

import pytest
from django.test import Client
from lxml import html

from permits.models import Document
from permits.rendering import render
from tests.i18n import walk
from tests.workflows.conftest import Story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", list(walk.public_pages()))
def test_there_and_back(catalogue: object, client: Client, page: str) -> None:
    for language, mark in (("en", "en"), ("zh-hans", "zh-Hans-CN")):
        tree = html.document_fromstring(client.get(page).content.decode())
        form = tree.xpath("//form[contains(@class, 'language')]")[0]
        sent = {"next": form.xpath(".//input[@name='next']/@value")[0], "language": form.xpath(".//button/@value")[0]}
        assert sent["language"] == language
        answer = client.post(form.get("action"), sent)
        assert answer["Location"] == page
        shown = client.get(page)
        assert shown["Content-Language"] == language
        assert html.document_fromstring(shown.content.decode()).get("lang") == mark


def test_chinese_pages_have_no_aid(catalogue: object, client: Client) -> None:
    assert b"ol-original" not in client.get("/").content
    client.cookies["django_language"] = "en"
    shown = client.get("/")
    assert b"ol-original" in shown.content
    assert int(shown["Content-Length"]) == len(shown.content)


def test_dates_are_written_as_readers_of_each_language_do(story: Story, client: Client) -> None:
    walk.issued(story)
    assert "2026年3月3日" in client.get("/licences/").content.decode()
    client.cookies["django_language"] = "en"
    assert "3 March 2026" in client.get("/licences/").content.decode()


def test_an_official_paper_is_chinese_whoever_asks(story: Story) -> None:
    from django.utils import translation

    story.submitted()
    receipt = Document.objects.get(kind=Document.Kind.FILING_RECEIPT)
    chinese = render(receipt)
    with translation.override("en"):
        assert render(receipt) == chinese
