"""R2.27: what was refused for false material, or revoked for fraud, is not applied for again while the bar stands."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.verify import verify
from audit.violations import RuleViolation
from permits import bars
from permits.models import Case, ReapplyBar
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

FOOD, MRB = "m_food_license", "dept_mrb"
pytestmark = pytest.mark.each_database


def refused(story: Story) -> Case:
    """The food permit is refused on Tuesday, with a paper; nothing has been said yet of false material."""
    case = story.accepted()
    steps.refuse(case, matters=[FOOD], reason="租赁合同系伪造", actor=story.officer(MRB), at=MONDAY + timedelta(days=1))
    return case


def barred(story: Story, ground: str = "false_material") -> list[ReapplyBar]:
    case = refused(story)
    with transaction.atomic():
        paper, row = case.documents.get(kind="refusal_decision"), case.matters.get(matter=FOOD)
        return bars.arise(case, row, ground, paper, actor=story.officer(MRB), at=MONDAY + timedelta(days=1))


def test_r2_27_a_bar_names_subject_matter_source_and_days(story: Story) -> None:
    (bar,) = barred(story)
    assert (bar.matter, bar.body_id, bar.since, bar.until) == (FOOD, MRB, date(2026, 3, 3), date(2027, 3, 3))
    assert bar.enterprise.name == bar.subject_name and bar.document.kind == "refusal_decision"
    assert verify() is None


def test_r2_27_the_barred_matter_is_refused_at_hand_in_until_the_last_day(story: Story) -> None:
    barred(story)
    for day in (1, 300):
        at = MONDAY + timedelta(days=day, hours=1)
        with (
            pytest.raises(RuleViolation, match="食品经营许可.*2027-03-03.*先不办该事项") as violation,
            transaction.atomic(),
        ):
            story.submitted(at)
        assert violation.value.rule == "R2.27"
    assert story.submitted(MONDAY + timedelta(days=367)).state == Case.State.SUBMITTED


def test_r2_27_a_person_is_barred_with_whichever_enterprise_they_come(story: Story) -> None:
    case = refused(story)
    case.enterprise.legal_representative, case.enterprise.representative_id_number = "王小店", "11010519491231002X"
    case.enterprise.save()
    paper, row = case.documents.get(kind="refusal_decision"), case.matters.get(matter=FOOD)
    made = bars.arise(case, row, "penalty", paper, actor=story.officer(MRB), at=MONDAY)
    assert [(one.enterprise_id is None, one.person_name) for one in made] == [(False, ""), (True, "王小店")]
    bars.lift(made[0].pk, reason="复议决定撤销原决定", actor=story.officer(MRB), at=MONDAY + timedelta(days=2))
    with pytest.raises(RuleViolation, match="不得再次申请"):
        story.submitted(MONDAY + timedelta(days=3))


def test_r2_27_a_lifted_bar_stands_against_nothing(story: Story) -> None:
    (bar,) = barred(story)
    with pytest.raises(RuleViolation, match="由作出决定的部门"):
        bars.lift(bar.pk, reason="复议决定撤销原决定", actor=story.officer("dept_tobacco"), at=MONDAY)
    with pytest.raises(RuleViolation, match="理由"):
        bars.lift(bar.pk, reason=" ", actor=story.officer(MRB), at=MONDAY)
    bars.lift(bar.pk, reason="复议决定撤销原决定", actor=story.officer(MRB), at=MONDAY + timedelta(days=2))
    with pytest.raises(RuleViolation, match="已于"):
        bars.lift(bar.pk, reason="再次", actor=story.officer(MRB), at=MONDAY + timedelta(days=2))
    assert story.submitted(MONDAY + timedelta(days=3)).state == Case.State.SUBMITTED
    assert verify() is None


def test_r2_27_what_no_law_bars_leaves_no_record(story: Story) -> None:
    case = refused(story)
    paper, row = case.documents.get(kind="refusal_decision"), case.matters.get(matter="m_signboard")
    assert bars.arise(case, row, "fraud", paper, actor=story.officer(MRB), at=MONDAY) == []


def test_the_database_keeps_one_subject_and_a_reason(story: Story) -> None:
    (bar,) = barred(story)
    for wrong in ({"person_id_number": "1"}, {"lifted_on": date(2026, 4, 1)}, {"until": bar.since}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReapplyBar.objects.filter(pk=bar.pk).update(**wrong)
