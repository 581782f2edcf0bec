"""Several officers at the same moment: one approval, no circle of substitutes, no act in the place of who is back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import Substitution, User
from permits import proposals
from permits.models import Case, CaseMatter, Document, Proposal
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_concurrency import all_at_once
from workflows import audit, claims, steps

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 10
MRB, FOOD = "dept_mrb", ["m_food_license"]
AT = MONDAY + timedelta(days=1)


def proposed(story: Story) -> Case:
    """Two persons decide the food permit; the first has proposed."""
    case = story.accepted()
    CaseMatter.objects.filter(case=case, matter=FOOD[0]).update(two_persons=True)
    proposals.propose(case, matters=FOOD, decision="grant", actor=story.officer(MRB), at=AT)
    return case


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_two_approve_at_once_and_one_decision_is_made(story: Story) -> None:
    third = User.objects.create(username="mrb-3", role=User.Role.OFFICER, body_id=MRB)
    for _round in range(ROUNDS):
        case = proposed(story)
        actors = [Actor.of(story.cast.second_officer(MRB)), Actor.of(third)]
        pairs = [(actor, again(case)) for actor in actors]
        jobs: list[Callable[[], object]] = [
            lambda actor=actor, mine=mine: steps.approve(mine, matters=FOOD, actor=actor, at=AT)  # type: ignore[misc]
            for actor, mine in pairs
        ]
        _waits, errors = all_at_once(jobs)
        assert [getattr(error, "code", error) for error in errors] == ["already_decided"]
        assert case.documents.filter(kind=Document.Kind.GRANT_DECISION).count() == 1
        assert list(audit.disagreements()) == []


def test_an_approval_and_a_recall_at_once_are_one_of_both(story: Story) -> None:
    for _round in range(ROUNDS):
        case, mine, yours = (made := proposed(story)), again(made), again(made)
        second, first = Actor.of(story.cast.second_officer(MRB)), story.officer(MRB)
        jobs: list[Callable[[], object]] = [
            lambda yours=yours: steps.approve(yours, matters=FOOD, actor=second, at=AT),  # type: ignore[misc]
            lambda mine=mine: proposals.recall(mine, matters=FOOD, actor=first, at=AT),  # type: ignore[misc]
        ]
        _waits, errors = all_at_once(jobs)
        assert len(errors) == 1
        granted = case.matters.get(matter=FOOD[0]).state == CaseMatter.State.GRANTED
        assert Proposal.objects.get(case=case).state == ("approved" if granted else "recalled")
        assert list(audit.disagreements()) == []


def test_two_who_stand_in_for_each_other_at_once_make_one_substitution(story: Story) -> None:
    one, other = story.cast.officer(MRB), story.cast.second_officer(MRB)

    def appoint(absent: User, substitute: User, day: date) -> Callable[[], object]:
        said = {"since": day, "until": day, "reason": "年休假", "actor": Actor.of(absent), "at": AT}
        return lambda: substitutions.appoint(absent=absent, substitute=substitute, **said)  # type: ignore[arg-type]

    for number in range(ROUNDS):
        day = AT.date() + timedelta(days=number)
        _waits, errors = all_at_once([appoint(one, other, day), appoint(other, one, day)])
        assert [getattr(error, "code", error) for error in errors] == ["substitution_circle"]
        assert Substitution.objects.running(day).count() == 1


def test_an_act_and_the_end_of_its_substitution_at_once_follow_one_another(story: Story) -> None:
    """The act is before the end, in both names; or after it, and refused."""
    one, other = story.cast.officer(MRB), story.cast.second_officer(MRB)
    for _round in range(ROUNDS):
        case = story.accepted()
        claims.claim(case, actor=Actor.of(one), at=AT)
        said = {"since": AT.date(), "until": AT.date(), "reason": "年休假", "actor": Actor.of(one), "at": AT}
        made = substitutions.appoint(absent=one, substitute=other, **said)  # type: ignore[arg-type]
        mine = again(case)
        jobs: list[Callable[[], object]] = [
            lambda mine=mine: steps.grant(mine, matters=FOOD, actor=Actor.of(other), at=AT),  # type: ignore[misc]
            lambda made=made: substitutions.end(made, reason="已返岗", actor=Actor.of(one), at=AT),  # type: ignore[misc]
        ]
        _waits, errors = all_at_once(jobs)
        granted = case.matters.get(matter=FOOD[0]).state == CaseMatter.State.GRANTED
        assert [getattr(error, "code", error) for error in errors] == ([] if granted else ["claimed_by_other"])
