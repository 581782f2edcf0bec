"""R6.1, R6.2, R6.4: who may use commitment for which matter, with the reason; the notice and this answer never differ."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from industries.entities import Catalogue, Question
from industries.notice import compile_notice
from industries.publishing import bundled
from permits.law.eligibility import Action, Ground, eligibility
from tests.permits.conftest import MONDAY

ON = MONDAY.date()
CATALOGUE: Catalogue = bundled()


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    if question.type == "bool":
        return st.booleans()
    if question.type == "number":
        return st.sampled_from([0, 60, 149, 150, 151, 400]).filter(lambda n: question.minimum <= n <= question.maximum)
    if question.type == "multi":
        return st.lists(st.sampled_from(question.options), unique=True)
    return st.sampled_from(question.options)


ANSWERS = st.fixed_dictionaries({}, optional={id: answers_to(one) for id, one in CATALOGUE.questions.items()})


@given(industry=st.sampled_from(sorted(CATALOGUE.industries)), answers=ANSWERS)
def test_r6_1_the_notice_takes_the_way_of_commitment_exactly_where_it_is_allowed_and_chosen(
    industry: str, answers: dict[str, Any]
) -> None:
    result = compile_notice(CATALOGUE, [industry], answers, ON)
    for entry in result.matters:
        allowed = eligibility(entry.matter, action=Action.NEW, answers=result.answers, breaches=0).allowed
        chosen = result.answers.get("choose_commitment") is True
        assert (entry.route == "commitment") is (allowed and chosen)


@given(industry=st.sampled_from(sorted(CATALOGUE.industries)), answers=ANSWERS)
def test_r6_3_all_ways_made_ordinary_are_those_of_somebody_who_chose_no_commitment(
    industry: str, answers: dict[str, Any]
) -> None:
    """The oracle: choosing the ordinary way everywhere asks exactly what the answer "no commitment" asks."""
    chosen = compile_notice(CATALOGUE, [industry], answers | {"choose_commitment": True}, ON)
    every = {entry.id: "chosen" for entry in chosen.matters}
    kept = compile_notice(CATALOGUE, [industry], answers | {"choose_commitment": True}, ON, ordinary=every)
    never = compile_notice(CATALOGUE, [industry], answers | {"choose_commitment": False}, ON)
    assert [(one.id, one.route, one.inspection, one.days) for one in kept.matters] == [
        (one.id, one.route, one.inspection, one.days) for one in never.matters
    ]
    assert [(one.id, one.status) for one in kept.materials] == [(one.id, one.status) for one in never.materials]
    assert kept.promised_days == never.promised_days


def test_r6_1_a_matter_that_is_not_listed_says_why() -> None:
    answer = eligibility(CATALOGUE.matters["m_tobacco"], action=Action.NEW, answers={}, breaches=0)
    assert (answer.allowed, answer.ground) == (False, Ground.NOT_LISTED)
    assert answer.detail == CATALOGUE.matters["m_tobacco"].commitment_exclusion_reason


def test_r6_2_the_list_allows_for_each_action_apart() -> None:
    fire = replace(CATALOGUE.matters["m_fire"], commitment_actions=("new",))
    assert eligibility(fire, action=Action.NEW, answers={}, breaches=0).allowed
    assert eligibility(fire, action=Action.RENEW, answers={}, breaches=0).ground is Ground.ACTION_NOT_LISTED


def test_r6_2_the_conditions_of_the_list_must_hold() -> None:
    food = CATALOGUE.matters["m_food_license"]
    good = {"makes_food": False, "first_class_credit": True}
    assert eligibility(food, action=Action.NEW, answers=good, breaches=0).allowed
    assert eligibility(food, action=Action.NEW, answers={}, breaches=0).ground is Ground.CONDITION


def test_r6_4_a_breach_that_is_not_repaired_stands_against_every_matter() -> None:
    fire = CATALOGUE.matters["m_fire"]
    assert eligibility(fire, action=Action.NEW, answers={}, breaches=1).ground is Ground.BREACH
