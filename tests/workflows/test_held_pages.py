"""The pages for permits held before (R1.10): the business names, its department answers, nobody else reads or acts."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from certificates.models import LicenceItem
from permits.files.sample_files import sample_pdf
from permits.models import Case, HeldPermit
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_merging import LATER, bath, single
from workflows import steps

HEALTH = "m_health"
GIVEN = {
    "do": "declare",
    "matter": HEALTH,
    "number": "沪卫公证字〔2023〕第0105号",
    "granted_on": "2023.5.4",
    "valid_from": "2023-05-04",
    "valid_to": "2027年5月3日",
    "scope": "",
}


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(hours=1))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def given(**changed: Any) -> dict[str, Any]:
    content = sample_pdf("old", "卫生许可证").content
    return GIVEN | {"proof": SimpleUploadedFile("旧证.pdf", content, "application/pdf")} | changed


def page(case: Case) -> str:
    return reverse("workflows:held", args=[case.key])


def text_of(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_r1_10_a_business_declares_and_its_department_confirms(story: Story) -> None:
    case, shop = story.accepted(), signed_in(story.cast.shopkeeper)
    assert page(case) in text_of(shop, case.get_absolute_url())
    for wrong, words in (
        ({"matter": ""}, "请选择许可事项"),
        ({"granted_on": "昨天"}, "请按“年-月-日”写日期"),
        ({"proof": ""}, "请上传许可证的照片或扫描件"),
        ({"valid_to": "2024-01-01"}, "有效期已经届满"),
        ({"proof": SimpleUploadedFile("x.pdf", b"MZ")}, "不能上传这种文件"),
    ):
        answer = shop.post(page(case), given(**wrong))
        assert (answer.status_code, words in html.unescape(answer.content.decode())) == (422, True), wrong
    assert shop.post(page(case), given()).status_code == 302
    one = HeldPermit.objects.get()
    shown = text_of(shop, page(case))
    assert "轮到发证部门确认" in shown
    assert one.number in shown
    officer = signed_in(story.cast.officer("dept_health"))
    assert "待确认的已有许可" in text_of(officer, "/work/")
    assert "2026-03-05" in text_of(officer, "/work/held/")
    address = reverse("workflows:held_permit", args=[one.pk])
    assert "轮到本部门" in text_of(officer, address)
    assert officer.get(reverse("workflows:held_proof", args=[one.pk]))["Content-Type"] == "application/pdf"
    assert officer.post(address, {"outcome": "refuse"}).status_code == 422
    assert officer.post(address, {"outcome": "confirm"}).status_code == 302
    assert officer.post(address, {"outcome": "confirm"}).status_code == 409
    assert "颁发综合许可证时一并列入" in text_of(shop, page(case))
    assert shop.post(page(case), {"do": "take_back", "held": one.pk}).status_code == 302
    assert shop.post(page(case), {"do": "take_back", "held": "x"}).status_code == 409
    assert shop.post(page(case), {"do": "name", "item": "7"}).status_code == 409
    assert shop.post(page(case), {"do": "dance"}).status_code == 400


def test_r1_10_nobody_else_reads_or_answers(story: Story) -> None:
    case, shop = story.accepted(), signed_in(story.cast.shopkeeper)
    shop.post(page(case), given())
    one = HeldPermit.objects.get()
    proof, answer = (reverse(f"workflows:{name}", args=[one.pk]) for name in ("held_proof", "held_permit"))
    for user in (story.cast.stranger, story.cast.officer("dept_mrb"), story.cast.service_office):
        client = signed_in(user)
        assert client.get(page(case)).status_code == 404
        assert client.get(proof).status_code == 404
        assert client.get(answer).status_code in (403, 404)
        assert client.post(answer, {"outcome": "confirm"}).status_code in (403, 404)
    assert signed_in(story.cast.officer("dept_mrb")).get("/work/held/").status_code == 200
    assert signed_in(story.cast.clerk).get(page(case)).status_code == 200
    assert one.case.held_permits.get().state == HeldPermit.State.NAMED


def test_r1_10_a_draft_says_so_and_its_department_waits_for_acceptance(
    story: Story, django_assert_num_queries: Any
) -> None:
    draft, shop = story.draft(), signed_in(story.cast.shopkeeper)
    assert page(draft) in text_of(shop, reverse("permits:draft", args=[draft.key]))
    shop.post(page(draft), given())
    assert "办件受理后由发证部门确认" in text_of(shop, page(draft))
    officer = signed_in(story.cast.officer("dept_health"))
    assert "没有待确认的已有许可" in text_of(officer, "/work/held/")
    address = reverse("workflows:held_permit", args=[HeldPermit.objects.get().pk])
    assert officer.get(address).status_code == 404
    text_of(shop, page(draft))
    with django_assert_num_queries(9):
        text_of(shop, page(draft))


def test_r1_10_what_stands_on_another_licence_is_shown_with_the_way_to_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft shows it, beside what can be named; the single permit that comes of it leads to the licence that it can join."""
    first = story.decided()
    steps.issue(first, at=MONDAY + timedelta(days=1))
    first = Case.objects.get(pk=first.pk)
    beside = bath(story)
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER + timedelta(days=1))
    shop = signed_in(story.cast.shopkeeper)
    shown = text_of(shop, page(beside.draft(LATER)))
    assert "在其他综合许可证上的许可" in shown
    assert page(first) in shown
    assert first.licence.number in shown
    single_case = single(beside, HEALTH, LATER).case_matter.case
    assert page(first) in text_of(shop, reverse("workflows:holder_permits", args=[single_case.number]))
    item = LicenceItem.objects.get(matter=HEALTH)
    assert shop.post(page(first), {"do": "name", "item": item.pk}).status_code == 302
    there = first.licence.items.get(matter="m_tobacco")
    refused = shop.post(page(beside.draft(LATER)), {"do": "name", "item": there.pk})
    assert (refused.status_code, first.number in refused.content.decode()) == (409, True)
