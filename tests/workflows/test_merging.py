"""R1.10: permits held before join the licence when their holder next applies or changes; nothing of them is decided anew."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.actors import SYSTEM, Actor
from audit import verify
from audit.violations import RuleViolation
from certificates import issuing
from certificates.acts import candidates, merging
from certificates.acts.candidates import AtPremises
from certificates.acts.merging import Declared
from certificates.models import Licence, LicenceItem
from permits.delivery import PREMISES
from permits.files.sample_files import sample_pdf
from permits.hearing import hearings
from permits.models import Case, CaseMatter, Document, FormEntry, HeldPermit
from tests.people import Cast
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_after_checks import BATH
from workflows import audit, life_steps, steps
from workflows.words import events

pytestmark = pytest.mark.django_db
HEALTH, FOOD, TOBACCO, SIGN = "m_health", "m_food_license", "m_tobacco", "m_signboard"
LATER = MONDAY + timedelta(days=40)
OLD = Declared(HEALTH, "沪卫公证字〔2023〕第0105号", date(2023, 5, 4), date(2023, 5, 4), date(2027, 5, 3), "公共场所")


def proof() -> io.BytesIO:
    return io.BytesIO(sample_pdf("old", "卫生许可证").content)


def declare(case: Case, story: Story, at: datetime, permit: Declared = OLD) -> HeldPermit:
    said = {"proof": proof(), "proof_name": "卫生许可证.pdf", "actor": story.applicant, "at": at}
    return merging.declare(case, permit=permit, **said)


def single(story: Story, matter: str = TOBACCO, at: datetime = MONDAY) -> LicenceItem:
    """A case of the same shop, at the same place, in which one permit was granted."""
    case = story.accepted(at)
    for body, matters in story.parts(case).items():
        act: Callable[..., Any] = steps.grant if matter in matters else steps.refuse
        said = {} if matter in matters else {"reason": "不符合条件"}
        act(case, matters=matters, actor=story.officer(body), at=at + timedelta(hours=2), **said)
    return LicenceItem.objects.get(case_matter__case=case)


def applying_for_food(story: Story) -> Case:
    """A later case for the food permit alone, accepted."""
    story.answers = {**story.answers, "sells_tobacco": False, "has_signboard": False}
    return story.accepted(LATER)


def decide(case: Case, story: Story, *, grants: bool = True) -> Case:
    at = LATER + timedelta(hours=3)
    act: Callable[..., Any] = steps.grant if grants else steps.refuse
    act(
        case,
        matters=[FOOD],
        actor=story.officer("dept_mrb"),
        at=at,
        **({} if grants else {"reason": "距离不足"}),
    )
    case = Case.objects.get(pk=case.pk)
    if case.state == Case.State.DECIDING:
        steps.issue(case, at=at)
    return Case.objects.get(pk=case.pk)


def sound() -> None:
    assert [*audit.disagreements(), *verify.faults()] == []


def test_r1_10_one_new_permit_and_two_held_before_make_a_combined_licence(story: Story) -> None:
    item = single(story)
    number, term, key = item.number, item.valid_to, item.pk
    case = applying_for_food(story)
    ours = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    paper = declare(case, story, LATER)
    merging.confirm(case, held=ours.pk, actor=story.officer("dept_tobacco"), at=LATER + timedelta(hours=1))
    merging.confirm(case, held=paper.pk, actor=story.officer("dept_health"), at=LATER + timedelta(hours=1))
    case = decide(case, story)
    assert case.state == Case.State.ISSUED
    said = {one["matter"]: one for one in case.licence.versions.get().facts["items"]}
    assert {matter: one.get("merged_from", "") for matter, one in said.items()} == {
        FOOD: "", TOBACCO: "register", HEALTH: "declared",
    }  # fmt: skip
    assert (said[TOBACCO]["number"], said[TOBACCO]["valid_to"]) == (number, str(term))
    assert (said[HEALTH]["number"], said[HEALTH]["valid_from"], said[HEALTH]["department"]) == (
        OLD.number, "2023-05-04", "dept_health",
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.pk, item.licence, item.case_matter.case) == (key, case.licence, case)
    row = case.matters.get(matter=HEALTH)
    assert (row.statutory_by, row.promised_by, row.merged_from, row.state_words()) == (None, None, "declared", "已并入")
    sound()
    # Its life goes on there, and nowhere else.
    officer = {
        "actor": story.officer("dept_tobacco"),
        "reason": "停用",
        "statement": "没有意见",
        "at": LATER + timedelta(days=1),
    }
    with pytest.raises(RuleViolation, match="另一张综合许可证"):
        life_steps.suspend(ours.source.case, matters=[TOBACCO], **officer)
    life_steps.suspend(case, matters=[TOBACCO], **officer)
    said = {
        "ground": "requested",
        "reason": "停业",
        "actor": story.officer("dept_health"),
        "at": LATER + timedelta(days=2),
    }
    life_steps.cancel(case, matters=[HEALTH], **said)
    assert issuing.newest_version(case.licence).version == 3
    issuing.record_permits(ours.source.case, actor=SYSTEM, at=LATER)
    assert LicenceItem.objects.count() == 3
    sound()


def test_r1_10_what_was_not_granted_takes_nothing_in(story: Story) -> None:
    case = applying_for_food(story)
    held = declare(case, story, LATER)
    merging.confirm(case, held=held.pk, actor=story.officer("dept_health"), at=LATER)
    case = decide(case, story, grants=False)
    assert (case.state, case.held_permits.get().state) == (Case.State.CLOSED_REFUSED, HeldPermit.State.CONFIRMED)
    assert not LicenceItem.objects.exists()
    sound()


def test_r1_10_a_refused_confirmation_leaves_the_rest(story: Story) -> None:
    item, case = single(story), applying_for_food(story)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    with pytest.raises(RuleViolation, match="理由"):
        merging.refuse(case, held=held.pk, reason=" ", actor=story.officer("dept_tobacco"), at=LATER)
    with pytest.raises(RuleViolation, match="不属于您的部门"):
        merging.confirm(case, held=held.pk, actor=story.officer("dept_mrb"), at=LATER)
    merging.refuse(case, held=held.pk, reason="场所已经改建", actor=story.officer("dept_tobacco"), at=LATER)
    case = decide(case, story)
    item.refresh_from_db()
    assert (case.state, item.licence, item.state) == (Case.State.CLOSED_SINGLE, None, "valid")
    assert "没有确认已有许可" in str([one.title for one in _timeline(case)])
    sound()


def _timeline(case: Case) -> Any:
    return events.timeline(case, case.matters.select_related("section"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"matter": "m_nothing"}, "请选择许可事项"),
        ({"matter": FOOD}, "正在申请"),
        ({"number": " "}, "编号"),
        ({"granted_on": date(2030, 1, 1)}, "发证日期"),
        ({"valid_from": date(2020, 1, 1)}, "不能早于"),
        ({"valid_to": date(2026, 1, 1)}, "已经届满"),
    ],
)
def test_r1_10_only_what_is_in_force_can_be_declared(story: Story, changed: dict[str, Any], words: str) -> None:
    case = applying_for_food(story)
    with pytest.raises(RuleViolation, match=words):
        declare(case, story, LATER, replace(OLD, **changed))
    assert not HeldPermit.objects.exists()


def test_r1_10_only_the_same_shop_s_permits_at_the_same_place(story: Story, cast: Cast) -> None:
    item, case = single(story), applying_for_food(story)
    assert candidates.at_premises(case, LATER.date()).joinable == [item]
    FormEntry.objects.filter(case=case, field=PREMISES).update(value="别处")
    assert candidates.at_premises(case, LATER.date()) == AtPremises([], [])
    with pytest.raises(RuleViolation, match="同一经营场所"):
        merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    with pytest.raises(RuleViolation):
        declare(case, Story(cast, story.catalogue), LATER, OLD) and merging.take_back(
            case, held=HeldPermit.objects.get().pk, actor=cast.actor(cast.stranger), at=LATER
        )


def test_r1_10_it_can_be_taken_back_and_named_once(story: Story) -> None:
    item, case = single(story), applying_for_food(story)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    with pytest.raises(RuleViolation):
        merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    merging.confirm(case, held=held.pk, actor=story.officer("dept_tobacco"), at=LATER)
    source = Case.objects.get(pk=item.case_matter.case_id)
    with pytest.raises(RuleViolation, match="正在并入"):
        life_steps.change(source, fields={"f_rep_name": "李新"}, actor=story.applicant, at=LATER)
    merging.take_back(case, held=held.pk, actor=story.applicant, at=LATER)
    assert decide(case, story).state == Case.State.CLOSED_SINGLE
    with pytest.raises(RuleViolation, match="没有正在办理的申请"):
        merging.name(case, item=item.pk, actor=story.applicant, at=LATER + timedelta(days=2))


def test_r1_10_what_ends_before_the_licence_does_not_count(story: Story) -> None:
    item, case = single(story), applying_for_food(story)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    merging.confirm(case, held=held.pk, actor=story.officer("dept_tobacco"), at=LATER)
    source = item.case_matter.case
    said = {
        "ground": "requested",
        "reason": "停业",
        "actor": story.officer("dept_tobacco"),
        "at": LATER + timedelta(hours=1),
    }
    life_steps.cancel(Case.objects.get(pk=source.pk), matters=[TOBACCO], **said)
    assert decide(case, story).state == Case.State.CLOSED_SINGLE
    sound()


def test_r1_10_what_ends_while_the_licence_is_made_comes_struck(story: Story) -> None:
    item, case = single(story), applying_for_food(story)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    merging.confirm(case, held=held.pk, actor=story.officer("dept_tobacco"), at=LATER)
    at = LATER + timedelta(hours=3)
    steps.grant(case, matters=[FOOD], actor=story.officer("dept_mrb"), at=at)
    source = Case.objects.get(pk=item.case_matter.case_id)
    life_steps.cancel(
        source, matters=[TOBACCO], ground="requested", reason="停业", actor=story.officer("dept_tobacco"), at=at
    )
    steps.issue(Case.objects.get(pk=case.pk), at=at + timedelta(minutes=1))
    states = {one["matter"]: one["state"] for one in Licence.objects.get().versions.get().facts["items"]}
    assert states == {FOOD: "valid", TOBACCO: "cancelled"}
    sound()


def test_r1_10_with_a_change_the_licence_that_stands_takes_it_in(story: Story) -> None:
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(RuleViolation, match="没有正在办理的申请"):
        declare(case, story, LATER)
    life_steps.change(case, fields={"f_rep_name": "李新"}, actor=story.applicant, at=LATER)
    held = declare(case, story, LATER)
    merging.confirm(case, held=held.pk, actor=story.officer("dept_health"), at=LATER + timedelta(hours=1))
    newest = issuing.newest_version(case.licence)
    assert (newest.version, newest.reason, len(newest.facts["items"])) == (2, "merged", 4)
    assert CaseMatter.objects.get(case=case, matter=HEALTH).section.body_id == "dept_health"
    sound()


def bath(story: Story) -> Story:
    """The same shop opens a foot bath beside: a permit of health, among others."""
    return Story(story.cast, story.catalogue, ["bath_foot_spa"], BATH | {"choose_commitment": False})


def test_r1_10_what_stands_on_a_licence_stays_there_and_the_new_permit_comes_to_it(story: Story) -> None:
    first = story.decided()
    steps.issue(first, at=MONDAY + timedelta(days=1))
    first = Case.objects.get(pk=first.pk)
    there = first.licence.items.get(matter=TOBACCO)
    applying = bath(story).accepted(LATER)
    assert candidates.at_premises(applying, LATER.date()) == AtPremises(
        [], list(first.licence.items.exclude(matter=SIGN))
    )
    with pytest.raises(RuleViolation, match=f"{first.licence.number}.*{first.number}") as refused:
        merging.name(applying, item=there.pk, actor=story.applicant, at=LATER)
    assert refused.value.code == "on_another_licence"
    with pytest.raises(RuleViolation, match=first.licence.number) as refused:
        declare(applying, story, LATER, replace(OLD, matter=TOBACCO, number=there.number))
    assert refused.value.field == "number"

    new, later = single(bath(story), HEALTH, LATER), LATER + timedelta(days=1)
    assert candidates.licence_to_join(new.case_matter.case, later.date()) == first.licence
    assert candidates.at_premises(first, later.date()).joinable == [new]
    with pytest.raises(RuleViolation, match="没有正在办理的申请"):
        declare(first, story, later)
    held = merging.name(first, item=new.pk, actor=story.applicant, at=later)
    merging.confirm(first, held=held.pk, actor=story.officer("dept_health"), at=later)
    newest = issuing.newest_version(first.licence)
    assert (newest.version, newest.reason, [one["matter"] for one in newest.facts["items"]][-1]) == (
        2,
        "merged",
        HEALTH,
    )
    new.refresh_from_db()
    assert (new.licence, new.case_matter.case) == (first.licence, first)
    assert candidates.at_premises(first, later.date()).joinable == []
    sound()


def test_r1_10_without_an_application_a_licence_takes_only_what_is_newer_and_only_while_it_holds_something(
    story: Story,
) -> None:
    older = single(bath(story), HEALTH, MONDAY - timedelta(days=7))
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    case, today = Case.objects.get(pk=case.pk), LATER.date()
    assert candidates.at_premises(case, today).joinable == []
    LicenceItem.objects.filter(pk=older.pk).update(granted_on=today)
    assert candidates.at_premises(case, today).joinable == [older]
    said = {"ground": "requested", "reason": "停业", "at": LATER}
    for matter, body in ((FOOD, "dept_mrb"), (TOBACCO, "dept_tobacco"), (SIGN, "dept_subdistrict")):
        life_steps.cancel(case, matters=[matter], actor=story.officer(body), **said)
    assert candidates.at_premises(case, today).joinable == [], "nothing is left of the licence (R1.11)"
    with pytest.raises(RuleViolation, match="没有正在办理的申请"):
        merging.name(case, item=older.pk, actor=story.applicant, at=LATER)


def test_r1_10_what_is_under_way_is_finished_first(story: Story) -> None:
    item, case = single(story), applying_for_food(story)
    source = Case.objects.get(pk=item.case_matter.case_id)
    life_steps.change(source, fields={"f_rep_name": "李新"}, actor=story.applicant, at=LATER)
    with pytest.raises(RuleViolation, match="没有办完"):
        merging.name(case, item=item.pk, actor=story.applicant, at=LATER)


def joining(story: Story, item: LicenceItem) -> Case:
    """A later case that has named a permit, and whose department has confirmed that."""
    case, officer = applying_for_food(story), story.officer("dept_tobacco")
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    merging.confirm(case, held=held.pk, actor=officer, at=LATER)
    return case


def test_r1_2_what_waits_for_a_second_person_is_answered_where_the_permit_is_now(story: Story) -> None:
    item = single(story)
    before, first, second = (
        item.case_matter.case,
        story.officer("dept_tobacco"),
        story.cast.second_officer("dept_tobacco"),
    )
    before.matters.filter(matter=TOBACCO).update(two_persons=True, handled_by=second)
    case = joining(story, item)
    said: dict[str, Any] = {"matters": [TOBACCO], "actor": first, "at": LATER + timedelta(hours=1)}
    life_steps.propose(before, act="revoke", ground="procedure", reason="程序违法", statement="没有意见", **said)
    case = decide(case, story)
    CaseMatter.objects.filter(case=case, matter=TOBACCO).update(two_persons=True, handled_by=second)
    answer: dict[str, Any] = {"matters": [TOBACCO], "actor": Actor.of(second), "at": LATER + timedelta(days=1)}
    with pytest.raises(RuleViolation) as refused:
        life_steps.approve(before, **answer)
    assert refused.value.code == "nothing_proposed"
    assert [one.state for one in life_steps.approve(case, **answer)] == ["revoked"]
    CaseMatter.objects.update(two_persons=False)  # its grant was by one
    sound()


def test_r2_33_a_hearing_told_of_before_it_joined_counts_for_the_penalty(story: Story) -> None:
    item, officer = single(story), story.officer("dept_tobacco")
    before, case = item.case_matter.case, joining(story, item)
    told: dict[str, Any] = {"matter": TOBACCO, "cause": "penalty", "intended": "吊销", "actor": officer}
    hearings.tell(before, at=LATER + timedelta(hours=1), **told)
    case = decide(case, story)
    for there, code in ((before, "no_permit_to_revoke"), (case, "told_already")):
        with pytest.raises(RuleViolation) as refused:
            hearings.tell(Case.objects.get(pk=there.pk), at=LATER + timedelta(days=1), **told)
        assert refused.value.code == code
    penalty: dict[str, Any] = {"matters": [TOBACCO], "ground": "penalty", "reason": "情节严重", "statement": "没有意见"}
    with pytest.raises(RuleViolation, match="以前不能作出决定"):
        life_steps.revoke_as_penalty(case, actor=officer, at=LATER + timedelta(days=1), **penalty)
    life_steps.revoke_as_penalty(case, actor=officer, at=LATER + timedelta(days=14), **penalty)
    paper = case.documents.get(kind=Document.Kind.PENALTY_REVOCATION)
    assert paper.facts["hearing_told_on"] == str(LATER.date())
    assert before.hearings.get().state == "lapsed"
    sound()


def test_r2_33_what_was_suspended_before_it_joined_is_reinstated(story: Story) -> None:
    item = single(story)
    before, officer = item.case_matter.case, story.officer("dept_tobacco")
    said = {"matters": [TOBACCO], "actor": officer, "reason": "停业整顿"}
    suspended_on = LATER - timedelta(days=1)
    life_steps.suspend(before, statement="没有意见", until=LATER.date() + timedelta(days=2), at=suspended_on, **said)
    case = applying_for_food(story)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
    merging.confirm(case, held=held.pk, actor=officer, at=LATER + timedelta(hours=1))
    case = decide(case, story)
    assert life_steps.end_suspensions(case, at=LATER + timedelta(days=3))
    decision = before.documents.get(kind=Document.Kind.SUSPENSION_DECISION)
    notice = case.documents.get(kind=Document.Kind.REINSTATEMENT_NOTICE)
    assert notice.facts["after"] == decision.number
    item.refresh_from_db()
    assert item.state == LicenceItem.State.VALID
    sound()
