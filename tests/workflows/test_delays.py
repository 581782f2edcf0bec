"""A missed promise is explained publicly by the department that missed it (R1.37)."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox.models import Parcel
from permits.deadlines import delays, stops
from permits.models import Case, DelayReason
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

pytestmark = pytest.mark.django_db

LATE = MONDAY + timedelta(days=8)
"""A day after the promise of the food permit."""
WHY = "现场条件需要复核"
FOOD = ["m_food_license"]


@pytest.fixture(autouse=True)
def _late_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands a day after the promise."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATE)


def explained(story: Story, reason: str = WHY) -> Case:
    case = story.accepted()
    delays.explain_delay(case, matters=FOOD, reason=reason, actor=story.officer("dept_mrb"), at=LATE)
    return Case.objects.get(pk=case.pk)


def refusal(story: Story, case: Case, **different: object) -> str:
    given = {"matters": FOOD, "reason": WHY, "actor": story.officer("dept_mrb"), "at": LATE} | different
    before = AuditEntry.objects.count()
    with pytest.raises(RuleViolation) as refused:
        delays.explain_delay(case, **given)  # type: ignore[arg-type]
    assert AuditEntry.objects.count() == before
    return refused.value.code


class TestTheAct:
    @pytest.mark.each_database
    def test_r1_37_it_is_kept_logged_and_told(self, story: Story) -> None:
        case = explained(story)
        said = DelayReason.objects.get()
        assert (said.reason, str(said.promised_by)) == (WHY, "2026-03-09")
        entry = AuditEntry.objects.get(act="delay_explained")
        assert entry.facts["reason"] == WHY and entry.facts["matters"] == FOOD
        assert Parcel.objects.filter(payload__event="delay_explained", payload__case=case.pk).count() == 1

    def test_saying_it_anew_takes_its_place_and_the_log_keeps_both(self, story: Story) -> None:
        case = explained(story)
        delays.explain_delay(case, matters=FOOD, reason="已复核，正在审签", actor=story.officer("dept_mrb"), at=LATE)
        assert DelayReason.objects.get().reason == "已复核，正在审签"
        assert AuditEntry.objects.filter(act="delay_explained").count() == 2

    def test_it_is_cleaned_and_bears_nobodys_number(self, story: Story) -> None:
        case = explained(story, "现场\x07条件\u200b需要复核")
        assert DelayReason.objects.get().reason == WHY
        assert refusal(story, case, reason="请打13812345678问") == "personal_number"
        assert refusal(story, case, reason="\ue000") in ("reason_missing", "glyph_missing")

    def test_nothing_is_explained_before_it_is_missed(self, story: Story) -> None:
        case = story.accepted()
        assert refusal(story, case, at=MONDAY + timedelta(days=7)) == "promise_not_missed"

    def test_a_decision_in_time_needs_no_reason_and_a_late_one_may_have_it_afterwards(self, story: Story) -> None:
        case = story.accepted()
        steps.grant(case, matters=FOOD, actor=story.officer("dept_mrb"), at=MONDAY + timedelta(days=2))
        assert refusal(story, case) == "promise_not_missed"
        steps.grant(case, matters=["m_tobacco"], actor=story.officer("dept_tobacco"), at=LATE)
        mine = {"matters": ["m_tobacco"], "actor": story.officer("dept_tobacco")}
        delays.explain_delay(case, reason=WHY, at=LATE + timedelta(days=3), **mine)
        assert DelayReason.objects.count() == 1

    def test_a_clock_that_stands_promises_no_day(self, story: Story) -> None:
        case = story.accepted()
        stops.stop_clock(
            case, matters=FOOD, ground="testing", actor=story.officer("dept_mrb"), at=MONDAY + timedelta(days=2)
        )
        assert refusal(story, case) == "promise_not_missed"

    def test_what_is_wrong_is_said(self, story: Story) -> None:
        case = story.accepted()
        assert refusal(story, case, reason="  ") == "reason_missing"
        assert refusal(story, case, reason="长" * 501) == "reason_too_long"
        assert refusal(story, case, matters=["m_none"]) == "unknown_matter"
        assert refusal(story, case, matters=[]) == "unknown_matter"
        assert refusal(story, case, actor=story.officer("dept_tobacco")) == "not_your_matter"
        assert refusal(story, case, actor=story.applicant) == "not_your_part"

    def test_the_head_and_a_colleague_may_while_another_holds_the_section(self, story: Story) -> None:
        case = story.accepted()
        case.sections.filter(body="dept_mrb").update(claimed_by=story.cast.officer("dept_mrb"), claimed_at=MONDAY)
        for person in (story.cast.head("dept_mrb"), story.cast.second_officer("dept_mrb")):
            delays.explain_delay(case, matters=FOOD, reason=WHY, actor=story.cast.actor(person), at=LATE)
        assert AuditEntry.objects.filter(act="delay_explained").count() == 2


class TestPages:
    @pytest.mark.each_database
    def test_the_department_is_asked_for_it_and_says_it_on_its_page(self, story: Story, client: Client) -> None:
        case = story.accepted()
        client.force_login(story.cast.officer("dept_mrb"))
        assert f"/work/{case.number}/" in client.get("/work/?tab=all&clock=unexplained").content.decode()
        assert "已过承诺时限：请公开说明原因" in client.get(f"/work/{case.number}/").content.decode()
        url = f"/work/{case.number}/clock/"
        empty = client.post(url, {"do": "explain", "matters": FOOD, "reason": ""})
        assert empty.status_code == 422 and "请写明超过承诺时限的原因" in empty.content.decode()
        assert client.post(url, {"do": "explain", "matters": FOOD, "reason": WHY}).status_code == 302
        assert WHY in client.get(url).content.decode()
        assert f"/work/{case.number}/" not in client.get("/work/?tab=all&clock=unexplained").content.decode()
        assert "请公开说明原因" not in client.get(f"/work/{case.number}/").content.decode()

    def test_nothing_is_asked_before_the_promise_is_missed(
        self, story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=1))
        case = story.accepted()
        client.force_login(story.cast.officer("dept_mrb"))
        pages = [client.get(url).content.decode() for url in (f"/work/{case.number}/", f"/work/{case.number}/clock/")]
        assert not any("公开说明" in page for page in pages)
        url = f"/work/{case.number}/clock/"
        assert client.post(url, {"do": "explain", "matters": FOOD, "reason": WHY}).status_code == 422

    def test_the_applicant_and_whoever_has_the_code_read_it(self, story: Story, client: Client) -> None:
        case = story.accepted()
        client.force_login(story.cast.shopkeeper)
        assert "负责部门须公开说明原因" in client.get(f"/cases/{case.number}/").content.decode()
        delays.explain_delay(case, matters=FOOD, reason=WHY, actor=story.officer("dept_mrb"), at=LATE)
        assert WHY in client.get(f"/cases/{case.number}/").content.decode()
        client.logout()
        assert WHY in client.get(f"/progress/{case.code}/").content.decode()

    def test_r2_37a_after_the_statutory_limit_the_page_says_to_whom_to_turn_first(
        self, story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = story.accepted()
        client.force_login(story.cast.shopkeeper)
        assert "法定期限已过还没有决定" not in client.get(f"/cases/{case.number}/").content.decode()
        after = MONDAY + timedelta(days=15)
        monkeypatch.setattr("django.utils.timezone.now", lambda: after)
        client.force_login(story.cast.shopkeeper)  # the session of that day is over
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "应当先申请行政复议" in page and "期限届满不等于准予" in page
        left = page.count("法定期限已过还没有决定")
        steps.refuse(case, matters=FOOD, reason="不符合条件", actor=story.officer("dept_mrb"), at=after)
        assert client.get(f"/cases/{case.number}/").content.decode().count("法定期限已过还没有决定") == left - 1
