"""R6.11: the end of an acceptance whose papers did not come."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import delivering, facts
from certificates.models import LicenceItem
from outbox import delivery
from outbox.models import Message
from permits import rendering
from permits.deadlines import delays
from permits.hearing import hearings
from permits.late import late_papers
from permits.models import Case, CaseMatter, Document, Hearing, PostCheck
from tests.workflows.conftest import Story
from tests.workflows.late import (
    FOOD,
    FRIDAY,
    OTHER,
    PAPER,
    SIGN,
    THURSDAY,
    TOBACCO,
    TUESDAY,
    bring,
    grant,
    paper_of,
    promised,
    promised_two,
    sound,
)
from workflows import periodic, steps
from workflows.words import turns

pytestmark = pytest.mark.django_db


class TestEnd:
    def test_r6_11_without_the_paper_acceptance_ends_and_nothing_is_refused(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, SIGN)
        assert periodic.run_due(THURSDAY).acceptance_ended == 0
        assert periodic.run_due(FRIDAY).acceptance_ended == 1
        assert periodic.run_due(FRIDAY).acceptance_ended == 0
        case = sound(case)
        states = {row.matter: (row.state, row.lapsed_at is not None) for row in case.matters.all()}
        assert case.state == Case.State.RETURNED
        assert states == {
            "m_food_license": ("granted", False),
            "m_signboard": ("granted", True),
            "m_tobacco": ("pending", False),
        }
        assert list(LicenceItem.objects.values_list("matter", flat=True)) == ["m_food_license"]
        assert [row.matter for row in delivering.deliverable(case, facts.matters_of(case), FRIDAY.date())] == [
            "m_food_license"
        ]

    def test_r6_11_the_notice_says_what_it_is_and_whom_to_turn_to(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, SIGN)
        steps.end_acceptance(case, at=FRIDAY)
        paper = case.documents.get(kind=Document.Kind.ACCEPTANCE_ENDED)
        assert paper.facts["lapsed"] == [case.matters.get(matter="m_signboard").name]
        assert paper.facts["remedies"]
        assert rendering.render(paper).startswith(b"%PDF")

    def test_r6_5_nobody_checks_afterwards_what_never_came_into_force(self, story: Story) -> None:
        case = promised(story)
        case.matters.filter(matter="m_signboard").update(route="commitment")
        grant(story, case, SIGN)
        steps.end_acceptance(case, at=FRIDAY)
        assert not PostCheck.objects.exists()

    def test_r2_23_nobody_is_heard_on_what_ended(self, story: Story) -> None:
        case = promised(story)
        officer = story.officer("dept_tobacco")
        hearings.tell(case, matter=TOBACCO[1], cause="public", intended="拟不予许可", actor=officer, at=TUESDAY)
        steps.end_acceptance(case, at=FRIDAY)
        assert not Hearing.objects.going_on().exists()
        sound(case)

    def test_r6_11_it_ends_also_where_all_was_decided_and_only_the_paper_was_lacking(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, TOBACCO, SIGN)
        assert steps.end_acceptance(case, at=FRIDAY)
        assert sound(case).state == Case.State.RETURNED

    def test_r6_11_whoever_brings_it_in_time_waits_for_us(self, story: Story) -> None:
        case = promised(story)
        bring(case, story.applicant, THURSDAY)
        assert periodic.run_due(FRIDAY).acceptance_ended == 0
        late_papers.send_back(case, material=PAPER, reason="缺少尺寸", actor=story.window, at=FRIDAY)
        assert periodic.run_due(FRIDAY).acceptance_ended == 1

    def test_r6_11_sent_back_after_its_last_day_a_paper_cannot_come_again_and_everybody_reads_so(
        self, story: Story
    ) -> None:
        case = promised(story)
        bring(case, story.applicant, THURSDAY)
        late_papers.send_back(case, material=PAPER, reason="缺少尺寸", actor=story.window, at=FRIDAY)
        with pytest.raises(RuleViolation):
            bring(case, story.applicant, FRIDAY)
        delivery.deliver_due(FRIDAY)
        told = Message.objects.filter(kind="late_paper_too_late", channel="inbox").get()
        assert "不能再补交" in told.body
        assert not Message.objects.filter(kind="late_paper_sent_back").exists()
        turn = turns.turn_of(Case.objects.get(pk=case.pk), calendar=current_calendar(), today=FRIDAY.date())
        assert (turn.who, turn.title) == ("nobody", "补交期限已过：受理将会终止")

    def test_r6_11_the_turn_says_what_stands_after_the_end_until_it_is_delivered(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, SIGN)
        steps.end_acceptance(case, at=FRIDAY)
        food, sign = (case.matters.get(matter=matter).name for _department, matter in (FOOD, SIGN))

        def turn() -> turns.Turn:
            return turns.turn_of(Case.objects.get(pk=case.pk), calendar=current_calendar(), today=FRIDAY.date())

        before = turn()
        assert f"已准予的事项不受影响，继续有效：{food}" in before.text
        assert sign not in before.text
        assert (before.who, before.by) == ("office", date(2026, 3, 17))
        handing = delivering.Handing("window", "王小店")
        delivering.deliver(case, handing=handing, actor=story.cast.actor(story.cast.service_office), at=FRIDAY)
        after = turn()
        assert (after.who, after.by, "已经送达" in after.text) == ("nobody", None, True)

    @pytest.mark.parametrize(("everything", "words"), [(True, "发证在等待补交的材料"), (False, "须公开说明原因")])
    def test_r1_37_the_turn_says_that_the_promise_was_missed(self, story: Story, everything: bool, words: str) -> None:
        case = promised(story)
        bring(case, story.applicant, THURSDAY)
        grant(story, case, SIGN, *((FOOD, TOBACCO) if everything else ()))
        late = FRIDAY + timedelta(days=5)
        turn = turns.turn_of(Case.objects.get(pk=case.pk), calendar=current_calendar(), today=late.date())
        assert words in turn.text
        assert "自决定之日起有效" not in turn.text

    def test_r6_11_a_paper_that_came_is_looked_at_before_acceptance_ends_without_another(self, story: Story) -> None:
        case = promised_two(story)
        bring(case, story.applicant, THURSDAY)
        assert periodic.run_due(FRIDAY).acceptance_ended == 0
        assert not steps.end_acceptance(case, at=FRIDAY)
        assert paper_of(case).is_unchecked
        turn = turns.turn_of(Case.objects.get(pk=case.pk), calendar=current_calendar(), today=FRIDAY.date())
        assert (turn.who, "另有材料逾期没有补齐" in turn.text) == ("window", True)
        steps.confirm_late(case, material=PAPER, actor=story.window, at=FRIDAY)
        assert periodic.run_due(FRIDAY).acceptance_ended == 1
        assert dict(case.tolerances.values_list("material", "state")) == {PAPER: "delivered", OTHER: "failed"}
        sound(case)

    def test_r6_11_its_state_is_told_apart_from_a_return_before_acceptance(self, story: Story) -> None:
        case = promised(story)
        steps.end_acceptance(case, at=FRIDAY)
        assert Case.objects.get(pk=case.pk).get_state_display() == "终止受理(逾期未补齐材料)"

    @pytest.mark.each_database
    def test_r1_37_with_the_end_of_acceptance_nothing_is_missed_any_more(self, story: Story) -> None:
        case, late = promised(story), FRIDAY + timedelta(days=30)
        steps.end_acceptance(case, at=FRIDAY)
        assert not CaseMatter.objects.filter(delays.missed(late.date()), matter="m_tobacco").exists()
        mine = {"matters": ["m_tobacco"], "reason": "现场条件需要复核", "actor": story.officer("dept_tobacco")}
        with pytest.raises(RuleViolation, match="没有超过承诺时限"):
            delays.explain_delay(Case.objects.get(pk=case.pk), at=late, **mine)  # type: ignore[arg-type]

    @pytest.mark.each_database
    def test_r1_37_what_was_missed_before_the_end_stays_so(self, story: Story) -> None:
        case, late = promised(story), FRIDAY + timedelta(days=30)
        steps.end_acceptance(case, at=late)
        assert CaseMatter.objects.filter(delays.missed(late.date()), case=case).count() == 3

    def test_the_day_after_it_cannot_be_handed_in(self, story: Story) -> None:
        case = promised(story)
        with pytest.raises(RuleViolation, match="不能再改动"):
            bring(case, story.applicant, FRIDAY)

    def test_everybody_is_told(self, story: Story) -> None:
        case = promised(story)
        bring(case, story.applicant, TUESDAY)
        late_papers.send_back(case, material=PAPER, reason="缺少尺寸", actor=story.window, at=TUESDAY)
        steps.end_acceptance(case, at=FRIDAY)
        while delivery.deliver_due(FRIDAY).delivered:
            pass
        told = set(Message.objects.values_list("kind", "recipient__role"))
        assert told >= {
            ("tolerance_offered", User.Role.APPLICANT),
            ("accepted_tolerantly", User.Role.APPLICANT),
            ("late_paper_handed_in", User.Role.WINDOW),
            ("late_paper_sent_back", User.Role.APPLICANT),
            ("acceptance_ended", User.Role.APPLICANT),
        }
        assert "缺少尺寸" not in Message.objects.filter(kind="late_paper_sent_back").first().body  # type: ignore[union-attr]
