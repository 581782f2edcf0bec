"""The service office sees what the city's store has not got, why, and sends it again; nobody else does."""

import html
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from certificates import paper
from certificates.collection import parcels, sending
from certificates.models import LicenceVersion
from outbox.models import Parcel
from tests.i18n.walk_store import furnish
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

PAGE = "/office/collection/"


@pytest.fixture
def version(story: Story, settings: Any, monkeypatch: pytest.MonkeyPatch) -> LicenceVersion:
    """A version that the store did not take."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    monkeypatch.setattr(paper, "pdf_of", lambda version, at: b"%PDF")
    steps.issue(story.decided(), at=MONDAY)
    furnish()
    settings.ELICENCE_STORE = "certificates.collection.store.Console"
    return LicenceVersion.objects.get()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client) -> str:
    return html.unescape(client.get(PAGE).content.decode())


def test_what_is_missing_is_shown_with_its_reason_and_sent_again(
    story: Story, version: LicenceVersion, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(story.cast.service_office)
    page = text_of(client)
    for words in (version.licence.number, "StoreFailed: HTTP 503", "试了 10 次", "重新发送了 1 个版本"):
        assert words in page
    settings.OUTBOX_MODE = "inline"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(PAGE, {"version": version.pk}).status_code == 302
    assert not sending.uncollected().exists()
    assert "已重新发送 1 个版本" in (page := text_of(client)) and "都归集了" in page
    assert client.post(PAGE, {"version": "x"}).status_code == 302
    assert "没有需要重新发送的版本" in text_of(client)


def test_what_waits_for_its_next_attempt_goes_now(story: Story, version: LicenceVersion) -> None:
    later = MONDAY.replace(hour=23)
    Parcel.objects.filter(kind=parcels.KIND).update(status="waiting", due_at=later, attempts=3)
    client = signed_in(story.cast.administrator)
    assert "03-02 23:00 再试" in text_of(client)
    client.post(PAGE)
    parcel = Parcel.objects.get(kind=parcels.KIND)
    assert (parcel.due_at, parcel.attempts) == (MONDAY, 0)


def test_the_page_takes_the_same_queries_however_much_is_missing(
    story: Story, version: LicenceVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(story.cast.service_office)
    with django_assert_num_queries(6):
        text_of(client)


def test_without_a_store_the_page_says_so(story: Story, settings: Any) -> None:
    client = signed_in(story.cast.service_office)
    assert "没有连接市电子证照库" in text_of(client)
    assert "归集" not in html.unescape(client.get("/office/").content.decode())
    assert client.post(PAGE).status_code == 200
    for other in (story.cast.clerk, story.cast.officer("dept_mrb"), story.cast.shopkeeper):
        assert signed_in(other).get(PAGE).status_code == 403
