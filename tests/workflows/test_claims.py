"""Claim, release, hand over: by name, on record, once."""

from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from permits.models import Case, Section
from tests.workflows.conftest import MONDAY, Story
from workflows import claims, steps

LATER = MONDAY + timedelta(hours=3)
MRB = "dept_mrb"


def section(case: Case) -> Section:
    return case.sections.get(body_id=MRB)


def colleague(story: Story) -> User:
    return story.cast.second_officer(MRB)


def test_a_claim_has_a_name_a_time_and_an_entry(story: Story) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    assert section(case).claimed_by == story.cast.officer(MRB)
    assert section(case).claimed_at == LATER
    entry = AuditEntry.objects.filter(subject=case.audit_subject).last()
    assert (entry.act, entry.facts) == ("claimed", {"body": MRB})
    assert verify() is None


def test_claiming_twice_is_one_claim(story: Story) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    claims.claim(case, actor=story.officer(MRB), at=LATER + timedelta(hours=1))
    assert section(case).claimed_at == LATER
    assert AuditEntry.objects.filter(subject=case.audit_subject, act="claimed").count() == 1


def test_the_second_to_claim_learns_who_was_first(story: Story) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    with pytest.raises(RuleViolation, match=str(story.cast.officer(MRB))) as refused:
        claims.claim(case, actor=story.cast.actor(colleague(story)), at=LATER)
    assert refused.value.code == "claimed_by_other"


def test_only_the_holder_releases(story: Story) -> None:
    case = story.accepted()
    with pytest.raises(RuleViolation, match="无人领取"):
        claims.release(case, actor=story.officer(MRB), at=LATER)
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    with pytest.raises(RuleViolation, match="领取这一环节"):
        claims.release(case, actor=story.cast.actor(colleague(story)), at=LATER)
    claims.release(case, actor=story.officer(MRB), at=LATER)
    assert (section(case).claimed_by, section(case).claimed_at) == (None, None)


def test_the_holder_hands_over_with_a_reason(story: Story) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    with pytest.raises(RuleViolation, match="理由"):
        claims.hand_over(case, to=colleague(story), reason=" ", actor=story.officer(MRB), at=LATER)
    claims.hand_over(case, to=colleague(story), reason="外出培训", actor=story.officer(MRB), at=LATER)
    assert section(case).claimed_by == colleague(story)
    facts = AuditEntry.objects.filter(subject=case.audit_subject).last().facts
    assert facts == {"body": MRB, "from": "mrb", "to": "mrb-2", "reason": "外出培训"}


def test_a_colleague_takes_over_from_somebody_absent_but_gives_to_nobody_else(story: Story) -> None:
    case, second = story.accepted(), colleague(story)
    third = User.objects.create(username="mrb-3", role=User.Role.OFFICER, body_id=MRB)
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    with pytest.raises(RuleViolation, match="领取这一环节"):
        claims.hand_over(case, to=third, reason="病假", actor=story.cast.actor(second), at=LATER)
    claims.hand_over(case, to=second, reason="病假", actor=story.cast.actor(second), at=LATER)
    assert section(case).claimed_by == second


@pytest.mark.parametrize("who", ["tobacco", "left", "applicant"])
def test_a_section_goes_to_officers_of_the_same_body_only(story: Story, who: str) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=LATER)
    to = {
        "tobacco": lambda: story.cast.officer("dept_tobacco"),
        "left": lambda: User.objects.create(username="left", role="officer", body_id=MRB, is_active=False),
        "applicant": lambda: story.cast.shopkeeper,
    }[who]()
    with pytest.raises(RuleViolation, match="本部门"):
        claims.hand_over(case, to=to, reason="转交", actor=story.officer(MRB), at=LATER)


def test_nothing_is_claimed_before_acceptance_after_the_decision_or_by_others(story: Story) -> None:
    submitted = story.submitted()
    with pytest.raises(RuleViolation, match="已提交"):
        claims.claim(submitted, actor=story.officer(MRB), at=LATER)
    case = story.accepted()
    with pytest.raises(RuleViolation, match="没有您部门"):
        claims.claim(case, actor=story.officer("dept_sports"), at=LATER)
    with pytest.raises(RuleViolation, match="岗位"):
        claims.claim(case, actor=story.window, at=LATER)
    steps.grant(case, matters=story.parts(case)[MRB], actor=story.officer(MRB), at=LATER)
    with pytest.raises(RuleViolation, match="已经办结"):
        claims.claim(case, actor=story.officer(MRB), at=LATER)
