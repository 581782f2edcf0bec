"""An agent in a case: exactly the acts of their authority, checked in the act; every paper names both (R2.16)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from accounts import authorities
from accounts.authorities import Agent, grant, signed
from accounts.models import Authority, User
from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits import filing, materials
from permits.acting_for import agents
from permits.locking import holding
from permits.merged_form import drafts, entries
from permits.models import Case, Document
from permits.promises import commitments
from permits.rules import require_applicant
from tests import people
from tests.permits import nasty
from tests.workflows.conftest import MONDAY, Story, official_calendar, story
from workflows import steps

__all__ = ["official_calendar", "story"]

TUESDAY = MONDAY + timedelta(days=1)
LAST = MONDAY.date() + timedelta(days=10)


@pytest.fixture
def agent(db: None) -> User:
    return people.person("agent", User.Role.APPLICANT, display_name="陈代办")


@pytest.fixture
def authorise(story: Story, agent: User) -> Callable[..., Authority]:
    """`authorise("file", "sign")`: the shopkeeper lets the agent do these acts for ten days."""

    def give(*acts: str, **more: Any) -> Authority:
        return grant(
            enterprise=people.enterprise(story.cast.shopkeeper),
            agent=Agent("陈代办", agent),
            acts=acts,
            until=LAST,
            proof=signed("授权委托书", "王小店"),
            actor=story.applicant,
            at=MONDAY,
            **more,
        )

    return give


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RuleViolation) as refused:
        act()
    assert refused.value.rule == "R2.16"
    return refused.value.code


def test_r2_16_papers_and_log_name_both(story: Story, agent: User, authorise: Callable[..., Authority]) -> None:
    authorise("file")
    case = steps.submit(story.draft(), actor=story.cast.actor(agent), at=MONDAY)
    receipt = case.documents.get(kind=Document.Kind.FILING_RECEIPT)
    assert (receipt.facts["enterprise"], receipt.facts["agent"]) == ("上海长宁示例便利店有限公司", "陈代办")
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="submitted")
    assert entry.actor == "agent 陈代办（代理人陈代办，代上海长宁示例便利店有限公司）"
    steps.accept(case, actor=story.window, at=TUESDAY)
    assert case.documents.get(kind=Document.Kind.ACCEPTANCE_NOTICE).facts["agent"] == "陈代办"


def test_r2_16_an_authority_taken_back_is_named_no_more(
    story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    authority = authorise("file", "withdraw")
    case = steps.submit(story.draft(), actor=story.cast.actor(agent), at=MONDAY)
    authorities.revoke(authority, reason="不再需要", actor=story.applicant, at=MONDAY)
    steps.accept(case, actor=story.window, at=TUESDAY)
    assert "agent" not in case.documents.get(kind=Document.Kind.ACCEPTANCE_NOTICE).facts
    actor = story.cast.actor(agent)
    assert refusal(lambda: steps.withdraw(case, actor=actor, at=TUESDAY)) == "authority_revoked"


@pytest.mark.parametrize("act", ["file", "supplement", "sign", "withdraw"])
def test_r2_16_each_act_needs_its_own_scope(
    story: Story, agent: User, authorise: Callable[..., Authority], act: str
) -> None:
    authorise(*(one for one in Authority.Act if one != act))
    actor, draft = story.cast.actor(agent), story.draft()
    asked = story.submitted()
    steps.request_supplement(asked, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=MONDAY)
    section = entries.merged_form(draft).groups[0].id
    tried: dict[str, list[Callable[[], object]]] = {
        "file": [
            lambda: filing.submit(draft, actor=actor, at=TUESDAY),
            lambda: entries.save_section(draft, section, {}, actor=actor, at=TUESDAY),
            lambda: materials.attach(draft, "mat_food_layout", BytesIO(nasty.pdf()), "a.pdf", actor=actor, at=TUESDAY),
            lambda: story_start(story, agent, TUESDAY),
        ],
        "supplement": [
            lambda: steps.answer_supplement(asked, actor=actor, at=TUESDAY),
            lambda: materials.attach(asked, "mat_food_layout", BytesIO(nasty.pdf()), "a.pdf", actor=actor, at=TUESDAY),
        ],
        "withdraw": [lambda: steps.withdraw(asked, actor=actor, at=TUESDAY)],
        "sign": [],
    }
    for wanted, acts in tried.items():
        for do in acts:
            if wanted == act:
                assert refusal(do) == "authority_scope"
    before = Case.objects.values().get(pk=draft.pk)
    assert before["state"] == Case.State.DRAFT


def story_start(story: Story, agent: User, at: datetime) -> Case:
    return filing.start(
        enterprise=people.enterprise(story.cast.shopkeeper),
        industries=story.industries,
        answers=story.answers,
        catalogue_version=story.catalogue,
        channel=Case.Channel.ONLINE,
        actor=story.cast.actor(agent),
        at=at,
    )


def test_r2_16_an_agent_signs_with_their_own_name(
    promising: Case, story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    actor = story.cast.actor(agent)
    authorise("file")
    assert (
        refusal(lambda: commitments.sign(promising, name="陈代办", agreed=True, actor=actor, at=MONDAY))
        == "authority_scope"
    )
    authorise("sign")
    with pytest.raises(RuleViolation, match="陈代办"):
        commitments.sign(promising, name="王小店", agreed=True, actor=actor, at=MONDAY)
    commitments.sign(promising, name="陈代办", agreed=True, actor=actor, at=MONDAY)
    assert {letter.signed_by for letter in commitments.signatures(promising).values()} == {"陈代办"}


def test_r2_16_the_last_day_counts_and_the_next_does_not(
    story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    authorise("file", "withdraw")
    actor = story.cast.actor(agent)
    case, other = story.submitted(), story.submitted()
    late = MONDAY + timedelta(days=11)
    assert refusal(lambda: steps.withdraw(case, actor=actor, at=late)) == "authority_expired"
    steps.withdraw(other, actor=actor, at=MONDAY + timedelta(days=10))
    assert other.state == Case.State.WITHDRAWN


def test_r2_16_an_authority_for_one_case_opens_no_other(
    story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    case, other = story.submitted(), story.submitted()
    authorise("file", "withdraw", case_key=case.key)
    actor = story.cast.actor(agent)
    assert refusal(lambda: steps.withdraw(other, actor=actor, at=TUESDAY)) == "authority_other_case"
    assert refusal(lambda: story_start(story, agent, TUESDAY)) == "authority_other_case"
    steps.withdraw(case, actor=actor, at=TUESDAY)


def test_r2_16_a_stranger_does_nothing(story: Story) -> None:
    case = story.submitted()
    stranger = story.cast.actor(story.cast.stranger)
    assert refusal(lambda: steps.withdraw(case, actor=stranger, at=TUESDAY)) == "not_authorised"
    assert refusal(lambda: story_start(story, story.cast.stranger, TUESDAY)) == "not_authorised"


@pytest.mark.each_database
def test_an_agent_sees_the_cases_of_the_authority_as_long_as_it_runs(
    story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    case, other = story.submitted(), story.submitted()
    authority = authorise("supplement", case_key=case.key)
    # What somebody sees is asked by the database's own clock, on which the story's ten days are over.
    assert not Case.objects.visible_to(agent).exists()
    Authority.objects.filter(pk=authority.pk).update(until=datetime.now().date())
    assert list(Case.objects.visible_to(agent)) == [case]
    assert set(Case.objects.visible_to(story.cast.shopkeeper)) == {case, other}
    assert agents.acts_open_to(agent, case, LAST) == {"supplement"}
    assert agents.acts_open_to(agent, other, LAST) == frozenset()
    authorities.revoke(authority, reason="不再需要", actor=story.applicant, at=MONDAY)
    assert not Case.objects.visible_to(agent).exists()


def test_an_agent_begins_a_case_and_is_prefilled(
    story: Story, agent: User, authorise: Callable[..., Authority]
) -> None:
    authority = authorise("file")
    case = story_start(story, agent, MONDAY)
    assert case.authority == authority
    assert drafts.open_drafts(case.enterprise, story.cast.actor(agent)).get() == case


def test_the_representative_costs_no_statement_more(
    story: Story, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    """Who represents the enterprise comes with the case's lock."""
    draft, actor = story.draft(), story.applicant
    with django_assert_max_num_queries(3), holding(draft):
        require_applicant(draft, actor, Authority.Act.FILE, MONDAY)
