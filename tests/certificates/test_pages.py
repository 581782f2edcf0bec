"""The public pages: the verdict, the field to type into, the register; the paper for those who may see it."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import SYSTEM
from certificates import issuing, paper
from certificates.models import Licence, LicenceItem
from certificates.status import ItemState
from industries.models import CatalogueVersion
from tests import people
from tests.certificates.factories import decided_case
from tests.certificates.test_verification import newer, put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The pages are looked at on the day of issue."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: moment.date())


def text_of(licence: Licence) -> str:
    return paper.code_text(licence.versions.order_by("version").last())


def test_the_page_of_a_code_shows_the_live_state_and_what_was_not_checked(client: Client, licence: Licence) -> None:
    page = client.get(licence.get_absolute_url()).content.decode()
    for word in ("全部有效", "上海长宁示例便利店有限公司", "愚园路 1088 弄", licence.number, "没有核验二维码的签名"):
        assert word in page
    for item in licence.items.all():
        assert item.number in page
        assert item.body.name in page
    assert "行政复议" in page


def test_the_digits_are_checked_when_they_are_sent(client: Client, licence: Licence) -> None:
    page = client.post(licence.get_absolute_url(), {"text": text_of(licence)}).content.decode()
    assert "二维码签名已核验" in page
    assert "没有核验" not in page


def test_a_tampered_code_is_called_forged(client: Client, licence: Licence) -> None:
    text = text_of(licence)
    changed = text[:-1] + str((int(text[-1]) + 1) % 10)
    page = client.post(licence.get_absolute_url(), {"text": changed}).content.decode()
    assert "伪造" in page
    assert "cv-verdict--forged" in page
    assert licence.number not in page


def test_a_code_that_leads_elsewhere_is_named_with_its_host(client: Client, licence: Licence) -> None:
    elsewhere = text_of(licence).replace(settings.SITE_URL, "https://evil.example")
    page = client.post(reverse("certificates:enter"), {"text": elsewhere}).content.decode()
    assert "evil.example" in page
    assert "请不要打开它" in page


def test_a_code_typed_in_under_our_other_name_is_no_stranger(client: Client, licence: Licence) -> None:
    here = text_of(licence).replace(settings.SITE_URL, "http://testserver")
    assert "请不要打开它" not in client.post(licence.get_absolute_url(), {"text": here}).content.decode()


def test_an_older_paper_is_warned_of(client: Client, licence: Licence, moment: datetime) -> None:
    old = text_of(licence)
    newer(licence, moment)
    assert "已有新版本" in client.post(licence.get_absolute_url(), {"text": old}).content.decode()


def test_each_item_has_its_own_state_in_words(client: Client, licence: Licence) -> None:
    put(licence.items.all()[0], ItemState.REVOKED_AS_PENALTY)
    page = client.get(licence.get_absolute_url()).content.decode()
    assert "部分有效" in page
    assert "已吊销" in page


def test_r1_15_the_term_that_is_over_first_is_named(client: Client, licence: Licence, moment: datetime) -> None:
    first, second = licence.items.order_by("position")
    LicenceItem.objects.filter(pk=second.pk).update(valid_to=timezone.localdate() + timedelta(days=30))
    assert f"最近到期的是{second.name}：" in client.get(licence.get_absolute_url()).content.decode()
    put(first, ItemState.REVOKED)
    assert "最近到期的是" not in client.get(licence.get_absolute_url()).content.decode(), (
        "one is left, with its own term"
    )


def test_an_address_of_nobody_is_404_and_says_so(client: Client, licence: Licence) -> None:
    answer = client.get(reverse("certificates:verify", args=["ABCDEFGHJK"]))
    assert answer.status_code == 404
    assert "查无此证" in answer.content.decode()


@pytest.mark.parametrize("text", ["", "\x00", "9" * 2000, "<script>alert(1)</script>"])
def test_nonsense_gets_a_plain_answer(client: Client, text: str) -> None:
    answer = client.post(reverse("certificates:enter"), {"text": text})
    assert answer.status_code in (200, 400)
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.each_database
def test_typing_the_number_finds_it(client: Client, licence: Licence) -> None:
    page = client.post(reverse("certificates:enter"), {"text": licence.number}).content.decode()
    assert "全部有效" in page


@pytest.mark.each_database
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("示例便利店", True),
        ("沪长综许[2026]000001", True),
        (people.USCC, True),
        (people.USCC[:10], False),
        ("没有这家", False),
        ("%", False),
        ("", True),
    ],
)
def test_the_register_is_searched_by_name_number_or_whole_code(
    client: Client, licence: Licence, words: str, found: bool
) -> None:
    page = client.get(reverse("certificates:register"), {"q": words}).content.decode()
    assert (licence.number in page) is found


@pytest.mark.each_database
@pytest.mark.parametrize(("industry", "found"), [("convenience_store", True), ("bookstore", False)])
def test_the_register_is_narrowed_by_industry(client: Client, licence: Licence, industry: str, found: bool) -> None:
    page = client.get(reverse("certificates:register"), {"industry": industry}).content.decode()
    assert (licence.number in page) is found


def test_the_register_asks_the_same_few_questions_however_long(
    client: Client, catalogue: CatalogueVersion, moment: datetime, django_assert_max_num_queries: Any
) -> None:
    client.get(reverse("certificates:register"))
    for n in range(22):
        issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
        if n in (0, 21):
            with django_assert_max_num_queries(6):
                page = client.get(reverse("certificates:register")).content.decode()
    assert "第 2 页" in page


def test_verification_asks_few_questions(client: Client, licence: Licence, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        client.post(licence.get_absolute_url(), {"text": text_of(licence)})


def test_the_paper_is_for_those_who_may_see_the_case(client: Client, licence: Licence) -> None:
    address = reverse("certificates:licence_pdf", args=[licence.code])
    assert client.get(address).status_code == 302
    cast = people.Cast()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    for user in (cast.shopkeeper, cast.clerk):
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")


def test_the_licence_as_a_page_says_what_the_paper_says(
    client: Client, licence: Licence, django_assert_max_num_queries: Any
) -> None:
    address = reverse("certificates:licence_page", args=[licence.code])
    assert client.get(address).status_code == 302
    cast = people.Cast()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    facts = licence.versions.get().facts
    for user in (cast.shopkeeper, cast.clerk):
        client.force_login(user)
        with django_assert_max_num_queries(12):
            plain = html.unescape(client.get(address).content.decode())
        large = html.unescape(client.get(f"{address}?size=large&version=1").content.decode())
        for page in (plain, large):
            said = [facts["number"], facts["identifier"], *facts["holder"]["industries"], facts["face"]["force"]]
            said += [item[key] for item in facts["items"] for key in ("name", "number", "scope", "department_name")]
            assert [text for text in said if text not in page] == []
        assert "cl-licence--large" in large
        assert "cl-licence--large" not in plain


@pytest.mark.parametrize("code", ["%00", "a%00b", "%F0%A0%80%80", "x" * 500, "..%2F..%2Fetc"])
def test_addresses_of_nonsense_are_404(client: Client, catalogue: CatalogueVersion, code: str) -> None:
    client.force_login(people.Cast().clerk)
    assert client.get(f"/v/{code}").status_code == 404
    assert client.get(f"/licences/{code}.pdf").status_code == 404


def test_no_page_shows_what_belongs_to_a_person(client: Client, licence: Licence) -> None:
    enterprise = licence.enterprise
    enterprise.phone, enterprise.representative_id_number = "13800138000", "11010519491231002X"
    enterprise.save()
    for address in (licence.get_absolute_url(), reverse("certificates:register")):
        page = client.get(address).content.decode()
        assert "13800138000" not in page
        assert "11010519491231002X" not in page
