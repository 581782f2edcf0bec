"""What the applicant sees and does, what strangers and passers-by do not, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.violations import RuleViolation
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

TUESDAY = MONDAY + timedelta(days=1)
PAGES = ("case", "submitted", "dates", "case_chart", "case_chart_picture")


@pytest.fixture
def shop(story: Story, client: Client) -> Client:
    """The shopkeeper's browser."""
    client.force_login(story.cast.shopkeeper)
    return client


def address(name: str, case: Case) -> str:
    return reverse(f"workflows:{name}", args=[case.number])


def refused(story: Story) -> Case:
    case = story.accepted()
    for department, matters in story.parts(case).items():
        steps.refuse(case, matters=matters, reason="不符合条件", actor=story.officer(department), at=TUESDAY)
    return case


def issued(story: Story) -> Case:
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    return case


def supplementing(story: Story) -> Case:
    case = story.submitted()
    items = {"mat_food_layout": "缺少尺寸", "f_rep_name": "与证件不符"}
    steps.request_supplement(case, items=items, actor=story.window, at=TUESDAY)
    return case


def withdrawn(story: Story) -> Case:
    case = story.submitted()
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    return case


def declined(story: Story) -> Case:
    case = story.submitted()
    steps.decline(case, reason="不属于本区管辖", actor=story.window, at=TUESDAY)
    return case


STAGES = [Story.submitted, Story.accepted, Story.decided, supplementing, issued, refused, withdrawn, declined]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_every_page_answers_at_every_stage(
    story: Story, shop: Client, stage: Callable[[Story], Case], language: str
) -> None:
    case = stage(story)
    for name in PAGES:
        assert shop.get(address(name, case), headers={"accept-language": language}).status_code == 200, name
    for page in (reverse("workflows:my_cases"), reverse("workflows:progress", args=[case.code])):
        assert shop.get(page, headers={"accept-language": language}).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, "withdraw", "answer_supplement"])
def test_a_stranger_finds_nothing(story: Story, client: Client, name: str) -> None:
    case = supplementing(story)
    client.force_login(story.cast.stranger)
    assert client.post(address(name, case)).status_code in (404, 405)
    assert client.get(address(name, case)).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "withdraw"])
def test_without_signing_in_one_is_asked_to(story: Story, client: Client, name: str) -> None:
    answer = client.get(address(name, story.submitted()))
    assert answer.status_code == 302
    assert reverse("accounts:sign_in") in answer.url


def test_handing_in_leads_to_the_confirmation_once(story: Story, shop: Client) -> None:
    case = story.draft()
    answer = shop.post(reverse("workflows:submit", args=[case.key]), follow=True)
    case = Case.objects.get(pk=case.pk)
    assert case.state == Case.State.SUBMITTED
    page = answer.content.decode()
    assert "申请已提交" in page
    assert "五个工作日" in page
    assert case.code in page
    again = shop.post(reverse("workflows:submit", args=[case.key]))
    assert again.status_code == 302
    assert again.url == address("submitted", case)
    assert case.documents.count() == 1


def test_an_unfinished_form_is_not_handed_in_and_nothing_is_lost(story: Story, shop: Client) -> None:
    case = story.draft()
    case.entries.filter(field="f_rep_name").delete()
    answer = shop.post(reverse("workflows:submit", args=[case.key]))
    assert answer.status_code == 409
    assert "必填" in answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == Case.State.DRAFT


def test_a_strangers_draft_cannot_be_handed_in(story: Story, client: Client) -> None:
    case = story.draft()
    client.force_login(story.cast.stranger)
    assert client.post(reverse("workflows:submit", args=[case.key])).status_code == 404


def test_a_draft_has_no_page_of_truth(story: Story, shop: Client) -> None:
    case = story.draft()
    assert case.get_absolute_url() == reverse("permits:draft", args=[case.key])
    assert case.key in shop.get(reverse("workflows:my_cases")).content.decode()


def test_r6_22_an_officer_is_led_to_the_own_section_and_does_not_act(story: Story, client: Client) -> None:
    case = story.accepted()
    client.force_login(story.cast.officer("dept_mrb"))
    assert client.get(address("case", case)).headers["Location"] == address("section", case)
    assert client.get(address("submitted", case)).status_code == 404
    assert client.post(address("withdraw", case)).status_code == 404


def test_an_officer_of_another_department_finds_nothing(story: Story, client: Client) -> None:
    client.force_login(story.cast.officer("dept_health"))
    assert client.get(address("case", story.accepted())).status_code == 404


def test_the_code_shows_states_and_dates_but_nobody(story: Story, client: Client) -> None:
    case = refused(story)
    page = client.get(reverse("workflows:progress", args=[case.code]))
    text = page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    assert "不予许可" in text
    assert "2026-03-03" in text
    assert not any(secret in text for secret in (case.enterprise.name, case.enterprise.uscc, "王小店", "不符合条件"))
    assert client.get(reverse("workflows:progress", args=["nonsense"])).status_code == 404


def test_a_drafts_code_opens_nothing(story: Story, client: Client) -> None:
    assert client.get(reverse("workflows:progress", args=[story.draft().code])).status_code == 404


def test_looking_up_needs_number_and_code(story: Story, client: Client) -> None:
    case = story.submitted()
    number = " ".join([case.number[:4], case.number[4:]])
    good = client.post(reverse("workflows:look_up"), {"number": number, "code": case.code})
    assert good.status_code == 302
    assert good.url == reverse("workflows:progress", args=[case.code])
    wrong = client.post(reverse("workflows:look_up"), {"number": number, "code": "x"})
    assert wrong.status_code == 422
    assert "不相符" in wrong.content.decode()


def test_the_calendar_file_is_folded_and_names_the_day(story: Story, shop: Client) -> None:
    content = shop.get(address("dates", story.submitted())).content
    assert b"DTSTART;VALUE=DATE:20260309" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_papers_are_private_and_made_on_demand(story: Story, shop: Client) -> None:
    case = story.submitted()
    receipt = case.documents.get()
    place = reverse("workflows:paper", args=[case.number, receipt.pk])
    answer = shop.get(place)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    shop.force_login(story.cast.stranger)
    assert shop.get(place).status_code == 404


def test_a_paper_of_another_case_is_not_found_under_this_number(story: Story, shop: Client) -> None:
    case, other = story.submitted(), story.submitted()
    place = reverse("workflows:paper", args=[case.number, other.documents.get().pk])
    assert shop.get(place).status_code == 404


@pytest.mark.parametrize("name", ["case", "my"])
def test_the_cost_of_a_page_does_not_grow_with_the_number_of_cases(story: Story, shop: Client, name: str) -> None:
    case = story.accepted()
    page = reverse("workflows:my_cases") if name == "my" else address("case", case)
    shop.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        shop.get(page)
    for _number in range(3):
        story.accepted()
    with CaptureQueriesContext(connection) as many:
        shop.get(page)
    assert len(many) == len(few) <= 20, [query["sql"][:120] for query in many]


def test_moments_are_shown_in_the_local_zone(story: Story, shop: Client) -> None:
    case = story.submitted()
    page = shop.get(address("case", case)).content.decode()
    assert f"{timezone.localtime(case.submitted_at):%Y-%m-%d %H:%M}" in page


@pytest.mark.each_database
def test_a_second_click_while_the_first_is_at_work_leads_to_its_confirmation(
    story: Story, shop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.draft()
    hand_in = steps.submit

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        hand_in(*args, **kwargs)
        raise RuleViolation("wrong_state", "已经提交")

    monkeypatch.setattr(steps, "submit", overtaken)
    answer = shop.post(reverse("workflows:submit", args=[case.key]))
    assert answer.url == address("submitted", Case.objects.get(pk=case.pk))


def test_what_was_handed_in_can_be_read_again(story: Story, shop: Client) -> None:
    case = story.submitted()
    page = reverse("permits:check", args=[case.key])
    assert page in shop.get(case.get_absolute_url()).text
    text = shop.get(page).text
    assert case.enterprise.name in text
    assert "提交的内容" in text
    assert "?from=check" not in text
    assert "确认无误" not in text


def test_handing_in_after_the_session_ended_leads_to_the_answers(story: Story) -> None:
    case = story.draft()
    browser, address = Client(), f"/cases/submit/{case.key}/"
    assert browser.post(address).status_code == 302
    browser.force_login(story.cast.shopkeeper)
    assert browser.get(address)["Location"].endswith(f"/apply/{case.key}/check/")
    assert Case.objects.get(pk=case.pk).state == Case.State.DRAFT
