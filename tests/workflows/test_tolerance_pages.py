"""The pages of an acceptance with papers to follow: offered, signed, handed in, looked at - by whom, and by nobody else."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from permits import materials, samples
from permits.files.sample_files import sample_pdf
from permits.models import Case
from tests.workflows.conftest import Story
from tests.workflows.late import PAPER, bring, offered, promised, submitted_without
from workflows import steps

pytestmark = pytest.mark.django_db
NOW = timezone.now


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


@pytest.fixture
def counter(story: Story) -> Client:
    return browser(story.cast.clerk)


@pytest.fixture
def shop(story: Story) -> Client:
    return browser(story.cast.shopkeeper)


def stamp_on(page: str) -> str:
    """The stamp of the form that judges a late paper, or of the intake page."""
    return page.partition('name="stamp" value="')[2].partition('"')[0]


def ticked(page: str) -> dict[str, str]:
    """What the intake page would send with the missing material ticked."""
    return {"stamp": stamp_on(page), f"need_{PAPER}": "on", f"text_{PAPER}": "没有提交"}


class TestOffer:
    def test_r6_9_the_window_offers_from_the_intake_page(self, story: Story, counter: Client) -> None:
        case = submitted_without(story, at=NOW())
        url = f"/window/{case.number}/"
        page = text(counter.get(url))
        assert "缺的都是次要材料" in page
        typed = ticked(page)
        preview = text(counter.post(url, typed | {"do": "offer"}))
        assert "请申请人承诺补交，先予受理？" in preview
        assert "没有提交" in preview
        after = counter.post(url, typed | {"do": "tolerate"}, follow=True)
        assert "等待申请人签署承诺" in text(after)
        assert case.tolerances.offered().count() == 1

    def test_r6_9_with_a_main_material_missing_it_is_not_offered(self, story: Story, counter: Client) -> None:
        case = submitted_without(story, PAPER, "mat_food_layout", at=NOW())
        url = f"/window/{case.number}/"
        page = text(counter.get(url))
        assert "容缺受理…" not in page
        answer = counter.post(url, ticked(page) | {"do": "tolerate"})
        assert answer.status_code == 409
        assert "还有材料没有提交，不能容缺受理" in text(answer)

    def test_the_list_marks_the_offer(self, story: Story, counter: Client) -> None:
        offered(story, NOW())
        assert "待申请人承诺" in text(counter.get("/window/"))

    def test_r6_9_accepting_without_the_promise_names_the_offer_and_takes_it_back(
        self, story: Story, counter: Client
    ) -> None:
        case = offered(story, NOW())
        url = f"/window/{case.number}/"
        sent = {"stamp": stamp_on(text(counter.get(url))), "do": "accept"}
        asked = text(counter.post(url, sent))
        for words in ("收回容缺受理，直接受理？", "正在等待申请人承诺补交", "不能再要求补交这些材料"):
            assert words in asked
        assert counter.post(url, sent | {"confirmed": "1"}).status_code == 409
        counter.post(url, sent | {"confirmed": "1", "takes_offer_back": "1"})
        assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED
        assert case.tolerances.get().state == "withdrawn"


class TestPromise:
    def test_r6_9_the_applicant_reads_the_list_and_signs(self, story: Story, shop: Client) -> None:
        case = offered(story, NOW())
        assert "阅读并签署承诺" in text(shop.get(case.get_absolute_url()))
        page = text(shop.get(f"/cases/{case.number}/promise/"))
        for words in ("没有提交", "在办件页面上传电子件", "终止受理不是不予许可"):
            assert words in page
        sent = {"agreed": "on", "name": samples.signer(case, story.applicant)}
        sent["read"] = page.partition('name="read" value="')[2].partition('"')[0]
        answer = shop.post(f"/cases/{case.number}/promise/", sent, follow=True)
        assert "轮到您：补交容缺的材料" in text(answer)
        assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED

    def test_what_is_not_filled_in_is_said(self, story: Story, shop: Client) -> None:
        case = offered(story, NOW())
        answer = shop.post(f"/cases/{case.number}/promise/", {"name": "某某", "agreed": "on"})
        assert answer.status_code == 422
        assert "请由表单中填写的法定代表人" in text(answer)
        assert shop.post(f"/cases/{case.number}/promise/", {}).status_code == 422

    def test_without_an_offer_there_is_nothing_to_sign(self, story: Story, shop: Client) -> None:
        case = submitted_without(story, at=NOW())
        assert shop.get(f"/cases/{case.number}/promise/").status_code == 409
        assert shop.post(f"/cases/{case.number}/promise/", {"name": "王小店", "agreed": "on"}).status_code == 409

    def test_signing_twice_leads_to_the_case_that_was_accepted(self, story: Story, shop: Client) -> None:
        case = promised(story, NOW())
        sent = {"agreed": "on", "name": samples.signer(case, story.applicant)}
        for answer in (
            shop.post(f"/cases/{case.number}/promise/", sent, follow=True),
            shop.get(f"/cases/{case.number}/promise/", follow=True),
        ):
            assert answer.status_code == 200
            assert "承诺书已经签署，申请已受理" in text(answer)

    def test_accepted_without_a_promise_there_is_nothing_left_to_sign(self, story: Story, shop: Client) -> None:
        case = offered(story, NOW())
        steps.accept(case, actor=story.window, at=NOW(), takes_offer_back=True)
        answer = shop.post(f"/cases/{case.number}/promise/", {"agreed": "on", "name": "王小店"}, follow=True)
        assert "不需要再承诺补交材料" in text(answer)

    def test_the_window_records_it_at_the_counter(self, story: Story, counter: Client) -> None:
        case = offered(story, NOW())
        sent = {"agreed": "on", "name": samples.signer(case, story.applicant)}
        answer = counter.post(f"/cases/{case.number}/promise/", sent, follow=True)
        assert "已签署承诺，申请已受理" in text(answer)
        assert "待补交" in text(answer)

    def test_strangers_and_departments_do_not_see_it(self, story: Story) -> None:
        case = offered(story, NOW())
        for user in (story.cast.stranger, story.cast.officer("dept_subdistrict")):
            assert browser(user).get(f"/cases/{case.number}/promise/").status_code == 404


class TestLatePapers:
    def test_r6_10_a_grant_that_waits_for_the_paper_says_that_it_is_not_in_force(
        self, story: Story, shop: Client
    ) -> None:
        case = promised(story, NOW())
        officer = story.officer("dept_subdistrict")
        steps.grant(case, matters=["m_signboard"], actor=officer, at=NOW())
        assert "补齐并经确认之日起生效" in text(shop.get(case.get_absolute_url()))

    def test_r6_10_the_paper_is_uploaded_beside_its_line_and_confirmed(
        self, story: Story, shop: Client, counter: Client
    ) -> None:
        case = promised(story, NOW())
        page = text(shop.get(case.get_absolute_url()))
        link = f"/apply/{case.key}/materials/{PAPER}/"
        assert link in page
        file = SimpleUploadedFile("图纸.pdf", sample_pdf(PAPER, "图纸").content, "application/pdf")
        shop.post(link, {"file": file})
        assert "已补交，待确认" in text(shop.get(case.get_absolute_url()))
        assert "补交材料待确认" in text(counter.get("/window/?tab=under_way"))
        url = f"/cases/{case.number}/late-papers/"
        assert "图纸.pdf" in text(counter.get(url))
        stamp = stamp_on(text(counter.get(url)))
        answer = counter.post(url, {"do": "confirm", "material": PAPER, "stamp": stamp}, follow=True)
        assert "已确认补交的材料符合要求" in text(answer)
        assert "轮到审批部门" in text(shop.get(case.get_absolute_url()))

    def test_r6_11_a_paper_is_sent_back_with_words(self, story: Story, shop: Client) -> None:
        case = promised(story, NOW())
        bring(case, story.applicant, NOW())
        officer = browser(story.cast.officer("dept_subdistrict"))
        url = f"/cases/{case.number}/late-papers/"
        sent = {"do": "send_back", "material": PAPER, "stamp": stamp_on(text(officer.get(url)))}
        assert officer.post(url, sent | {"reason": ""}).status_code == 422
        answer = officer.post(url, sent | {"reason": "缺少尺寸"}, follow=True)
        assert "期限不变" in text(answer)
        page = text(shop.get(case.get_absolute_url()))
        assert "缺少尺寸" in page
        assert "须重新补交" in page
        assert officer.post(url, {"do": "confirm", "material": PAPER}).status_code == 409

    def test_nobody_confirms_a_paper_that_was_exchanged_since_the_page_was_opened(
        self, story: Story, counter: Client
    ) -> None:
        case = promised(story, NOW())
        bring(case, story.applicant, NOW())
        url = f"/cases/{case.number}/late-papers/"
        sent = {"do": "confirm", "material": PAPER, "stamp": stamp_on(text(counter.get(url)))}
        other = BytesIO(sample_pdf(PAPER, "另一张图纸").content)
        materials.attach(case, PAPER, other, "另一张.pdf", actor=story.applicant, at=NOW())
        answer = counter.post(url, sent)
        assert answer.status_code == 409
        assert "另一张.pdf" in text(answer)
        assert case.tolerances.get().is_unchecked
        assert counter.post(url, {"do": "confirm", "material": PAPER}).status_code == 409
        again = counter.post(url, sent | {"stamp": stamp_on(text(answer))}, follow=True)
        assert "已确认补交的材料符合要求" in text(again)

    def test_r6_11_a_paper_sent_back_too_late_says_that_it_cannot_come_again(
        self, story: Story, shop: Client, counter: Client
    ) -> None:
        then = NOW() - timedelta(days=30)
        case = promised(story, then)
        bring(case, story.applicant, then)
        url = f"/cases/{case.number}/late-papers/"
        page = text(counter.get(url))
        assert "不符合要求，补交期限已过" in page
        sent = {"do": "send_back", "material": PAPER, "reason": "缺少尺寸", "stamp": stamp_on(page)}
        assert "不能再补交，受理将会终止" in text(counter.post(url, sent, follow=True))
        seen = text(shop.get(case.get_absolute_url()))
        assert "补交期限已过：受理将会终止" in seen
        assert f"/apply/{case.key}/materials/{PAPER}/" not in seen

    def test_r6_22_a_department_sees_only_what_its_matters_require(self, story: Story, shop: Client) -> None:
        case = promised(story, NOW())
        url = f"/cases/{case.number}/late-papers/"
        assert browser(story.cast.officer("dept_mrb")).get(url).status_code == 404
        assert "容缺受理：可以先审批" not in text(browser(story.cast.officer("dept_mrb")).get(f"/work/{case.number}/"))
        own = browser(story.cast.officer("dept_subdistrict"))
        assert "容缺受理：可以先审批" in text(own.get(f"/work/{case.number}/"))
        assert "容缺，待补交" in text(own.get("/work/?tab=free"))
        assert shop.get(url).status_code == 403
        assert own.post(url, {"do": "burn"}).status_code == 400

    def test_r6_11_after_the_end_everybody_reads_that_it_is_no_refusal(self, story: Story, shop: Client) -> None:
        case = promised(story, NOW() - timedelta(days=30))
        steps.end_acceptance(case, at=NOW())
        page = text(shop.get(case.get_absolute_url()))
        for words in ("受理已终止：逾期未补齐材料", "终止受理不是不予许可", "终止受理告知书", "逾期未补齐", "没有办理"):
            assert words in page
        assert "受理已终止" in text(Client().get(f"/progress/{case.code}/"))
        done = text(browser(story.cast.officer("dept_subdistrict")).get("/work/?tab=done"))
        assert case.enterprise.name in done
