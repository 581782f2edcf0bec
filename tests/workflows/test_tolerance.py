"""R6.9-R6.11: an acceptance with papers to follow - its acts, its papers, its clock, its end."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdfium2 import PdfDocument

from accounts.actors import SYSTEM
from audit.models import AuditEntry
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from certificates import delivering, facts
from certificates.models import LicenceItem
from outbox import delivery
from outbox.models import Message
from permits import rendering, samples
from permits.late import lacking, late_papers, tolerating
from permits.law.day_account import Part
from permits.models import Case, Document, PostCheck, Tolerance
from permits.promises import breaches, post_checks
from tests.workflows.conftest import MONDAY, Story
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
    offered,
    offered_two,
    paper_of,
    promised,
    sound,
    submitted_without,
)
from workflows import audit, steps
from workflows.shown.days import days_of

pytestmark = pytest.mark.django_db


def _text_of(paper: Document) -> str:
    pdf = PdfDocument(rendering.render(paper))
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    pdf.close()
    return text


class TestOffer:
    def test_r6_9_the_offer_names_what_is_lacking_and_for_how_long(self, story: Story) -> None:
        case = offered(story)
        paper = paper_of(case)
        assert (paper.state, paper.lacks, paper.days, paper.due_on) == ("offered", "没有提交", 3, None)
        assert case.state == Case.State.SUBMITTED
        sound(case)

    def test_r6_9_with_a_main_material_missing_there_is_no_offer(self, story: Story) -> None:
        case = submitted_without(story, PAPER, "mat_food_layout")
        with pytest.raises(RuleViolation, match="还有材料没有提交"):
            tolerating.offer(case, items={PAPER: "没有提交"}, actor=story.window, at=MONDAY)
        with pytest.raises(RuleViolation, match="主要材料"):
            tolerating.offer(case, items={"mat_food_layout": "没有"}, actor=story.window, at=MONDAY)

    def test_r6_9_an_unfit_paper_can_come_again_later(self, story: Story) -> None:
        case = story.draft()
        samples.fill(case, actor=story.applicant, at=MONDAY)
        steps.submit(case, actor=story.applicant, at=MONDAY)
        tolerating.offer(case, items={PAPER: "看不清"}, actor=story.window, at=MONDAY)
        name = samples.signer(case, story.applicant)
        steps.sign_tolerance(case, name=name, agreed=True, actor=story.applicant, at=MONDAY)
        assert paper_of(case).is_awaited
        bring(case, story.applicant, TUESDAY)
        assert case.materials.filter(material=PAPER, removed_at=None).count() == 1

    def test_r6_10_a_short_promise_leaves_no_time(self, story: Story) -> None:
        case = submitted_without(story)
        Case.objects.filter(pk=case.pk).update(promised_days=2)
        with pytest.raises(RuleViolation, match="没有时间补交"):
            tolerating.offer(case, items={PAPER: "没有提交"}, actor=story.window, at=MONDAY)

    def test_r6_11_a_breach_after_the_offer_still_counts(self, story: Story) -> None:
        case = offered(story)
        office = story.cast.actor(story.cast.service_office)
        breaches.record(
            case.enterprise, about="未履行", source="信用平台", decided_on=MONDAY.date(), actor=office, at=MONDAY
        )
        with pytest.raises(RuleViolation, match="违背承诺记录"):
            steps.sign_tolerance(case, name="王小店", agreed=True, actor=story.applicant, at=MONDAY)

    def test_a_later_offer_takes_the_place_of_the_first(self, story: Story) -> None:
        case = offered(story)
        tolerating.offer(case, items={PAPER: "缺少效果图"}, actor=story.window, at=MONDAY)
        assert sorted(case.tolerances.values_list("state", flat=True)) == ["offered", "withdrawn"]

    def test_with_a_withdrawn_matter_goes_the_offer_that_it_alone_needs(self, story: Story) -> None:
        case = offered_two(story)
        steps.withdraw(case, actor=story.applicant, at=MONDAY, matters=["m_signboard"])
        assert dict(case.tolerances.values_list("material", "state")) == {PAPER: "withdrawn", OTHER: "offered"}
        name = samples.signer(case, story.applicant)
        steps.sign_tolerance(case, name=name, agreed=True, actor=story.applicant, at=MONDAY)
        assert sound(case).state == Case.State.ACCEPTED

    def test_only_the_window_offers(self, story: Story) -> None:
        with pytest.raises(RuleViolation, match="岗位"):
            tolerating.offer(submitted_without(story), items={PAPER: "无"}, actor=story.applicant, at=MONDAY)

    def test_whatever_else_ends_the_check_takes_the_offer_along(self, story: Story) -> None:
        """Acceptance, non-acceptance, the notice, withdrawal, silence."""
        ends = (
            lambda case: steps.accept(case, actor=story.window, at=MONDAY, takes_offer_back=True),
            lambda case: steps.decline(case, reason="不需要取得许可", actor=story.window, at=MONDAY),
            lambda case: steps.request_supplement(case, items={PAPER: "请提交"}, actor=story.window, at=MONDAY),
            lambda case: steps.withdraw(case, actor=story.applicant, at=MONDAY),
            lambda case: steps.accept_by_silence(case, at=MONDAY + timedelta(days=9)),
        )
        for end in ends:
            case = offered(story)
            end(case)
            assert paper_of(case).state == "withdrawn"
            sound(case)

    def test_r6_9_while_an_offer_is_out_nobody_accepts_by_the_way(self, story: Story) -> None:
        case = offered(story)
        with pytest.raises(RuleViolation) as refused:
            steps.accept(case, actor=story.window, at=MONDAY)
        assert refused.value.code == "offer_out"
        assert (Case.objects.get(pk=case.pk).state, paper_of(case).state) == (Case.State.SUBMITTED, "offered")


class TestPromise:
    def test_r6_10_the_signature_accepts_and_the_clock_runs_from_that_day(self, story: Story) -> None:
        case = offered(story)
        name = samples.signer(case, story.applicant)
        steps.sign_tolerance(case, name=name, agreed=True, actor=story.applicant, at=TUESDAY)
        paper = paper_of(case)
        assert (case.state, case.accepted_on, case.promised_by) == ("accepted", date(2026, 3, 3), date(2026, 3, 10))
        assert (paper.state, paper.due_on, paper.signed_by, paper.signed_at) == (
            "open",
            date(2026, 3, 6),
            name,
            TUESDAY,
        )
        assert paper.text_version.startswith("tolerance-2/")
        sound(case)

    def test_r6_9_the_papers_of_the_acceptance_list_what_is_to_come(self, story: Story) -> None:
        case = promised(story)
        notice = case.documents.get(kind=Document.Kind.ACCEPTANCE_NOTICE)
        letter = case.documents.get(kind=Document.Kind.COMMITMENT_LETTER)
        assert [point["due_on"] for point in notice.facts["tolerated"]] == ["2026-03-05"]
        assert (letter.title, letter.wording.form if letter.wording else "") == (
            "容缺受理承诺书",
            "commitment_letter-tolerant",
        )
        assert notice.wording is not None
        assert notice.wording.form == "acceptance_notice-tolerant"
        assert "2026年3月5日" in letter.facts["letter"]["text"]
        for paper in (notice, letter):
            assert rendering.render(paper).startswith(b"%PDF")

    def test_over_midnight_the_letter_has_to_be_read_again(self, story: Story) -> None:
        case = offered(story)
        seen = tolerating.letter(case, list(case.tolerances.offered()), MONDAY.date()).sha256
        name = samples.signer(case, story.applicant)
        with pytest.raises(RuleViolation, match="重新阅读"):
            steps.sign_tolerance(case, name=name, agreed=True, actor=story.applicant, at=TUESDAY, read=seen)
        assert paper_of(case).state == "offered"

    @pytest.mark.parametrize(("name", "agreed"), [("", True), ("某某", True), ("王小店", False)])
    def test_r6_9_nobody_signs_by_accident(self, story: Story, name: str, agreed: bool) -> None:
        case = offered(story)
        with pytest.raises(RuleViolation):
            steps.sign_tolerance(case, name=name, agreed=agreed, actor=story.applicant, at=MONDAY)
        assert Case.objects.get(pk=case.pk).state == Case.State.SUBMITTED

    def test_r2_8_after_five_days_of_silence_there_is_nothing_to_sign(self, story: Story) -> None:
        case = offered(story)
        with pytest.raises(RuleViolation, match="即为受理"):
            steps.sign_tolerance(case, name="王小店", agreed=True, actor=story.applicant, at=MONDAY + timedelta(days=8))

    def test_the_window_records_the_signature_of_whoever_is_there(self, story: Story) -> None:
        case = offered(story)
        name = samples.signer(case, story.applicant)
        steps.sign_tolerance(case, name=name, agreed=True, actor=story.window, at=MONDAY)
        assert case.state == Case.State.ACCEPTED


class TestWaiting:
    def test_r6_10_nothing_is_issued_before_the_paper_is_there(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, TOBACCO, SIGN)
        delivery.deliver_due(TUESDAY)
        assert sound(case).state == Case.State.DECIDING
        with pytest.raises(RuleViolation, match="不颁发载明全部事项"):
            steps.issue(case, at=TUESDAY)
        assert delivering.deliverable(case, facts.matters_of(case), THURSDAY.date()) == []
        alone = delivering.deliverable(case, facts.matters_of(case), date(2026, 3, 20))
        assert {row.matter for row in alone} == {"m_food_license", "m_tobacco"}
        bring(case, story.applicant, TUESDAY)
        steps.confirm_late(case, material=PAPER, actor=story.window, at=THURSDAY)
        delivery.deliver_due(THURSDAY)
        case = sound(case)
        assert case.state == Case.State.ISSUED
        assert case.licence.items.get(matter="m_signboard").valid_from == date(2026, 3, 5)
        assert case.licence.items.get(matter="m_food_license").valid_from == date(2026, 3, 3)

    def test_r6_10_a_grant_that_waited_is_valid_for_its_full_term(self, story: Story) -> None:
        case = promised(story)
        case.matters.filter(matter="m_signboard").update(validity_years=2)
        grant(story, case, SIGN)
        bring(case, story.applicant, TUESDAY)
        steps.confirm_late(case, material=PAPER, actor=story.window, at=THURSDAY)
        row = case.matters.get(matter="m_signboard")
        assert (row.valid_from, row.valid_to) == (date(2026, 3, 5), date(2028, 3, 4))

    def test_r6_5_nobody_checks_a_grant_before_it_is_in_force(self, story: Story) -> None:
        case = promised(story)
        case.matters.filter(matter="m_signboard").update(route="commitment")
        grant(story, case, SIGN)
        assert not PostCheck.objects.exists()
        mine = {"matters": ["m_signboard"], "actor": story.officer("dept_subdistrict")}
        with pytest.raises(RuleViolation, match="没有事后核查任务"):
            post_checks.post_check(case, result="broken", findings="不符", items=["整改"], at=TUESDAY, **mine)  # type: ignore[arg-type]
        bring(case, story.applicant, TUESDAY)
        steps.confirm_late(case, material=PAPER, actor=story.window, at=THURSDAY)
        assert PostCheck.objects.get().due_on == date(
            2026, 5, 6
        )  # sixty days from coming into force end in the holiday
        post_checks.post_check(case, result="kept", at=THURSDAY, **mine)  # type: ignore[arg-type]

    def test_r6_10_a_grant_that_depends_on_the_paper_says_so(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, SIGN)
        papers = {paper.matters[0]: paper for paper in case.documents.filter(kind=Document.Kind.GRANT_DECISION)}
        assert papers["m_signboard"].facts["condition"][0]["due_on"] == "2026-03-05"
        assert "condition" not in papers["m_food_license"].facts
        assert (papers["m_signboard"].facts["valid_from"], papers["m_signboard"].facts["valid_to"]) == ("", "")
        assert rendering.render(papers["m_signboard"]).startswith(b"%PDF")

    def test_r6_10_its_decision_says_from_when_its_days_are_counted(self, story: Story) -> None:
        case = promised(story)
        permit = {"kind": case.matters.get(matter="m_food_license").kind, "route": "commitment", "validity_years": 2}
        case.matters.filter(matter="m_signboard").update(**permit)
        grant(story, case, FOOD, SIGN)
        decisions = case.documents.filter(kind=Document.Kind.GRANT_DECISION)
        said, plain = (_text_of(decisions.get(matters=[matter])) for _department, matter in (SIGN, FOOD))
        for words in (
            "自生效之日起2年",
            "本决定生效之日起60日届满",
            "自本决定生效之日起十个工作日内送达",
            "核查期限都自该日起算",
        ):
            assert words in said
        assert "2026年3月3日至" not in said
        assert "自本决定作出之日起十个工作日内送达" in plain

    def test_a_paper_is_confirmed_once_by_those_who_read_it(self, story: Story) -> None:
        case = promised(story)
        with pytest.raises(RuleViolation, match="还没有补交"):
            steps.confirm_late(case, material=PAPER, actor=story.window, at=TUESDAY)
        bring(case, story.applicant, TUESDAY)
        with pytest.raises(RuleViolation, match="不是本部门"):
            steps.confirm_late(case, material=PAPER, actor=story.officer("dept_mrb"), at=TUESDAY)
        with pytest.raises(RuleViolation, match="岗位"):
            steps.confirm_late(case, material=PAPER, actor=story.applicant, at=TUESDAY)
        steps.confirm_late(case, material=PAPER, actor=story.officer("dept_subdistrict"), at=TUESDAY)
        with pytest.raises(RuleViolation, match="没有容缺"):
            steps.confirm_late(case, material=PAPER, actor=story.window, at=TUESDAY)

    def test_a_paper_sent_back_comes_again_in_place_of_the_old_one(self, story: Story) -> None:
        case = promised(story)
        bring(case, story.applicant, TUESDAY)
        late_papers.send_back(case, material=PAPER, reason="缺少尺寸", actor=story.window, at=TUESDAY)
        paper = paper_of(case)
        assert (paper.is_awaited, paper.objection, paper.due_on) == (True, "缺少尺寸", date(2026, 3, 5))
        bring(case, story.applicant, THURSDAY)
        assert paper_of(case).is_unchecked
        assert case.materials.filter(material=PAPER, removed_at=None).count() == 1
        assert case.materials.filter(material=PAPER).count() == 2

    def test_taking_the_last_file_out_again_means_that_the_paper_has_still_to_come(self, story: Story) -> None:
        from permits import materials

        case = promised(story)
        bring(case, story.applicant, TUESDAY)
        file = case.materials.get(material=PAPER)
        materials.remove(case, file.pk, actor=story.applicant, at=TUESDAY)
        assert paper_of(case).is_awaited

    def test_only_the_awaited_paper_can_be_handed_in(self, story: Story) -> None:
        from io import BytesIO

        from permits import materials
        from permits.files.sample_files import sample_pdf

        content = BytesIO(sample_pdf("x", "x").content)
        with pytest.raises(RuleViolation, match="不能再改动"):
            materials.attach(promised(story), "mat_food_layout", content, "x.pdf", actor=story.applicant, at=TUESDAY)

    def test_r6_10_a_paper_that_only_withdrawn_matters_need_is_let_go(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, FOOD, TOBACCO)
        steps.withdraw(case, actor=story.applicant, at=TUESDAY, matters=["m_signboard"])
        delivery.deliver_due(TUESDAY)
        assert paper_of(case).state == "withdrawn"
        assert sound(case).state == Case.State.ISSUED

    def test_r6_10_withdrawing_the_rest_leaves_no_permit_that_depends_on_the_paper(self, story: Story) -> None:
        case = promised(story)
        grant(story, case, SIGN, FOOD)
        steps.withdraw(case, actor=story.applicant, at=TUESDAY)
        case = sound(case)
        assert (case.state, paper_of(case).state) == ("withdrawn", "withdrawn")
        assert list(LicenceItem.objects.values_list("matter", flat=True)) == ["m_food_license"]
        assert case.matters.get(matter="m_signboard").lapsed_at is not None
        assert AuditEntry.objects.get(act="withdrawn").facts["lapsed"] == ["m_signboard"]
        record = case.documents.get(kind=Document.Kind.WITHDRAWAL_RECORD)
        assert record.facts["lapsed"] == [case.matters.get(matter="m_signboard").name]
        assert rendering.render(record).startswith(b"%PDF")
        delivery.deliver_due(TUESDAY)
        assert all("没有生效" in one.body for one in Message.objects.filter(kind="withdrawn"))
        assert Message.objects.filter(kind="withdrawn").exists()

    def test_a_calendar_that_is_published_later_moves_the_day_on_and_never_back(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = promised(story)

        class Later:
            def add(self, day: date, n: int) -> Deadline:
                return Deadline(date(2026, 3, 9), provisional=False)

        class Earlier:
            def add(self, day: date, n: int) -> Deadline:
                return Deadline(date(2026, 3, 4), provisional=False)

        from permits.locking import holding

        with holding(case):
            assert [move.after for move in lacking.recount(case, Later())] == [date(2026, 3, 9)]  # type: ignore[arg-type]
            assert lacking.recount(case, Earlier()) == []  # type: ignore[arg-type]
        assert paper_of(case).due_on == date(2026, 3, 9)


class TestDatabase:
    @pytest.mark.parametrize(
        "columns", [{"state": "delivered"}, {"due_on": None}, {"days": 0}, {"lacks": ""}, {"state": "failed"}]
    )
    def test_it_keeps_what_must_never_be(self, story: Story, columns: dict[str, object]) -> None:
        paper = paper_of(promised(story))
        with pytest.raises(IntegrityError), transaction.atomic():
            Tolerance.objects.filter(pk=paper.pk).update(**columns)

    def test_a_grant_that_lapsed_is_never_delivered(self, story: Story) -> None:
        case = promised(story)
        with pytest.raises(IntegrityError), transaction.atomic():
            case.matters.filter(matter="m_signboard").update(lapsed_at=MONDAY)

    def test_the_auditor_sees_a_licence_that_did_not_wait(self, story: Story) -> None:
        case = story.decided()
        steps.issue(case, at=TUESDAY, actor=SYSTEM)
        Tolerance.objects.create(
            case=case,
            material=PAPER,
            position=1,
            lacks="无",
            days=3,
            offered_at=MONDAY,
            signed_by="王",
            signed_at=MONDAY,
        )
        assert any("offered" in fault for fault in audit.disagreements())


def test_r6_10_days_on_which_only_the_paper_is_awaited_are_the_applicants(story: Story) -> None:
    case = promised(story)
    grant(story, case, FOOD, TOBACCO, SIGN)
    bring(case, story.applicant, THURSDAY)
    steps.confirm_late(case, material=PAPER, actor=story.window, at=FRIDAY)
    delivery.deliver_due(FRIDAY)
    days = days_of(Case.objects.get(pk=case.pk), current_calendar(), FRIDAY.date())
    assert days is not None
    assert [(one.part, one.days) for one in days.whole.stretches] == [
        (Part.WORKING, 1),
        (Part.PAPER, 2),
        (Part.MAKING, 1),
    ]
