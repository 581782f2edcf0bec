"""Two persons decide: one proposes, another approves; what the acts, the state machine and the database refuse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django_fsm import TransitionNotAllowed

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import User
from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox.models import Parcel
from permits import proposals
from permits.deadlines import stops
from permits.models import BreachRecord, Case, CaseMatter, Document, Proposal
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.conftest import official_calendar as official_calendar
from tests.workflows.conftest import story as story
from workflows import audit, claims, steps
from workflows.messages import recipients
from workflows.reminders import alarms

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
MRB, FOOD = "dept_mrb", ["m_food_license"]
REASON = "经查，平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


@pytest.fixture
def case(story: Story) -> Case:
    """Accepted; two persons decide the food permit."""
    case = story.accepted()
    CaseMatter.objects.filter(case=case, matter=FOOD[0]).update(two_persons=True)
    return case


@pytest.fixture
def first(story: Story) -> Actor:
    return story.officer(MRB)


@pytest.fixture
def second(story: Story) -> Actor:
    return Actor.of(story.cast.second_officer(MRB))


def propose(case: Case, actor: Actor, decision: str = "grant", **said: Any) -> list[Proposal]:
    return proposals.propose(case, matters=FOOD, decision=decision, actor=actor, at=TUESDAY, **said)


def row(case: Case) -> CaseMatter:
    return case.matters.get(matter=FOOD[0])


def code_of(act: Callable[..., Any], case: Case, actor: Actor, at: datetime = TUESDAY, **said: Any) -> str:
    """Why the act about the food permit is refused."""
    with pytest.raises(RuleViolation) as refused:
        act(case, **({"matters": FOOD} | said), actor=actor, at=at)
    return refused.value.code


def test_the_approval_decides_with_its_own_day_and_name(case: Case, first: Actor, second: Actor) -> None:
    propose(case, first, scopes={FOOD[0]: "预包装食品销售"}, opinion="材料齐全")
    assert row(case).state == CaseMatter.State.PENDING
    assert not case.documents.filter(kind=Document.Kind.GRANT_DECISION).exists()
    steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY, opinion="同意")
    decided = row(case)
    assert (decided.state, decided.decided_on, decided.scope) == ("granted", WEDNESDAY.date(), "预包装食品销售")
    assert (decided.handled_by_id, decided.decided_by_id) == (first.user_id, second.user_id)
    sheet = Proposal.objects.get()
    assert (sheet.state, sheet.opinion, sheet.answer) == ("approved", "材料齐全", "同意")
    assert (sheet.proposed_at, sheet.answered_at) == (TUESDAY, WEDNESDAY)
    assert list(audit.disagreements()) == []


def test_the_paper_names_neither(case: Case, first: Actor, second: Actor) -> None:
    propose(case, first)
    steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY)
    facts = str(case.documents.get(kind=Document.Kind.GRANT_DECISION).facts)
    assert first.label.partition(" ")[2] not in facts
    entry = AuditEntry.objects.filter(subject=case.audit_subject, act="granted").get()
    assert entry.facts["handled_by"] == "mrb"


def test_a_refusal_is_proposed_with_its_reasons(case: Case, first: Actor, second: Actor) -> None:
    assert code_of(proposals.propose, case, first, decision="refuse", reason=" ") == "reason_missing"
    propose(case, first, "refuse", reason=REASON)
    steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY)
    assert (row(case).state, row(case).reason) == ("refused", REASON)
    assert case.documents.get(kind=Document.Kind.REFUSAL_DECISION).facts["reason"] == REASON


def test_nobody_decides_alone(case: Case, first: Actor) -> None:
    assert code_of(steps.grant, case, first) == "two_persons"
    assert code_of(steps.refuse, case, first, reason=REASON) == "two_persons"
    propose(case, first)
    assert code_of(steps.approve, case, first) == "own_proposal"
    assert code_of(proposals.send_back, case, first, reason=REASON) == "own_proposal"


def test_what_one_person_decides_is_not_proposed(case: Case, story: Story) -> None:
    said = {"matters": ["m_tobacco"], "decision": "grant"}
    assert code_of(proposals.propose, case, story.officer("dept_tobacco"), **said) == "one_person"


def test_sent_back_it_is_handled_again(case: Case, first: Actor, second: Actor) -> None:
    propose(case, first)
    assert code_of(proposals.propose, case, first, decision="grant") == "already_proposed"
    assert code_of(proposals.send_back, case, second, reason="") == "reason_missing"
    proposals.send_back(case, matters=FOOD, reason="缺少核查情况", actor=second, at=TUESDAY)
    assert code_of(steps.approve, case, second, TUESDAY) == "nothing_proposed"
    propose(case, first)
    steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY)
    assert [one.state for one in Proposal.objects.all()] == ["sent_back", "approved"]


def test_only_the_handler_or_who_holds_it_recalls(case: Case, story: Story, first: Actor, second: Actor) -> None:
    propose(case, first)
    assert code_of(proposals.recall, case, second, TUESDAY) == "not_your_proposal"
    proposals.recall(case, matters=FOOD, actor=first, at=TUESDAY)
    propose(case, first)
    claims.claim(case, actor=second, at=TUESDAY)
    assert code_of(proposals.recall, case, first, TUESDAY) == "claimed_by_other"
    proposals.recall(case, matters=FOOD, actor=second, at=TUESDAY)
    assert {one.state for one in Proposal.objects.all()} == {"recalled"}


def test_the_approver_needs_no_claim_but_the_clock_must_run(case: Case, first: Actor, second: Actor) -> None:
    claims.claim(case, actor=first, at=TUESDAY)
    propose(case, first)
    stops.stop_clock(case, matters=FOOD, ground="testing", actor=first, at=TUESDAY)
    assert code_of(steps.approve, case, second, WEDNESDAY) == "clock_stands"
    stops.resume_clock(case, matters=FOOD, actor=first, at=WEDNESDAY)
    steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY)
    assert row(case).state == "granted"


def test_other_bodies_and_other_roles_do_not_approve(case: Case, story: Story, first: Actor) -> None:
    propose(case, first)
    for actor, code in ((story.officer("dept_tobacco"), "not_your_matter"), (story.window, "not_your_part")):
        assert code_of(steps.approve, case, actor) == code


def test_withdrawn_with_its_matter(case: Case, story: Story, first: Actor) -> None:
    propose(case, first)
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    assert Proposal.objects.get().state == "lapsed"
    assert list(audit.disagreements()) == []


class TestSubstitution:
    """Four eyes are two people's, whoever stands in for whom."""

    @pytest.fixture(autouse=True)
    def away(self, story: Story, case: Case, first: Actor, second: Actor) -> None:
        """The first officer holds the section and is away; the second stands in."""
        claims.claim(case, actor=first, at=MONDAY + timedelta(hours=2))
        substitutions.appoint(
            absent=story.cast.officer(MRB),
            substitute=story.cast.second_officer(MRB),
            since=TUESDAY.date(),
            until=TUESDAY.date(),
            reason="年休假",
            actor=first,
            at=MONDAY,
        )

    def test_neither_approves_what_one_proposed_in_the_others_place(
        self, case: Case, first: Actor, second: Actor
    ) -> None:
        (made,) = propose(case, second)
        assert made.people == {first.user_id, second.user_id}
        for actor in (first, second):
            assert code_of(steps.approve, case, actor) == "own_proposal"

    def test_back_again_the_first_one_recalls_and_proposes_and_the_second_approves(
        self, case: Case, first: Actor, second: Actor
    ) -> None:
        propose(case, second)
        proposals.recall(case, matters=FOOD, actor=first, at=WEDNESDAY)
        propose(case, first)
        steps.approve(case, matters=FOOD, actor=second, at=WEDNESDAY)
        assert row(case).handled_by_id == first.user_id

    def test_the_substitute_approves_in_their_own_name_what_the_absent_one_proposed_before(
        self, case: Case, first: Actor, second: Actor
    ) -> None:
        propose(case, first)
        steps.approve(case, matters=FOOD, actor=second, at=TUESDAY)
        entry = AuditEntry.objects.filter(subject=case.audit_subject, act="granted").get()
        assert entry.actor == second.label


class TestWhoIsTold:
    def told(self, case: Case, audience: str) -> set[str]:
        return {one.user.username for one in recipients.of(audience, case, TUESDAY.date()) if one.user}

    def test_whoever_may_approve(self, case: Case, first: Actor, second: Actor) -> None:
        propose(case, first)
        assert Parcel.objects.filter(key__endswith=":decision_proposed").exists()
        assert self.told(case, "approvers") == {"mrb-2"}

    @pytest.mark.each_database
    def test_the_heads_and_the_administrator_where_nobody_may(self, case: Case, story: Story, first: Actor) -> None:
        story.cast.head("dept_tobacco")
        admin = story.cast.administrator
        propose(case, first)
        assert Parcel.objects.filter(key__endswith=":approval_lacking").exists()
        assert self.told(case, "arrangers") == {admin.username}

    def test_the_handler_whose_proposal_came_back(self, case: Case, first: Actor, second: Actor) -> None:
        propose(case, first)
        proposals.send_back(case, matters=FOOD, reason="缺少核查情况", actor=second, at=TUESDAY)
        assert self.told(case, "handlers") == {"mrb"}


class TestGuards:
    """Whoever goes around the acts meets the state machine and the database."""

    def test_the_state_machine_wants_a_handler_and_another_approver(self, case: Case, first: Actor) -> None:
        with pytest.raises(TransitionNotAllowed):
            row(case).grant()
        (made,) = propose(case, first)
        for answered_by in (None, first.user_id):
            made.answered_by_id = answered_by
            with pytest.raises(TransitionNotAllowed):
                made.approve()
            with pytest.raises(TransitionNotAllowed):
                made.send_back()

    @pytest.mark.parametrize("who", [(None, "second"), ("first", "first"), ("first", None)])
    def test_the_database_wants_two(self, case: Case, first: Actor, second: Actor, who: tuple[Any, Any]) -> None:
        keys = {"first": first.user_id, "second": second.user_id, None: None}
        facts = {"decided_on": TUESDAY.date(), "ended_at": TUESDAY, "state": "granted"}
        handled, decided = (keys[name] for name in who)
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseMatter.objects.filter(pk=row(case).pk).update(handled_by=handled, decided_by=decided, **facts)

    @pytest.mark.parametrize("answered_by", ["proposed_by", "proposed_for", None])
    def test_the_database_wants_an_answer_by_another(
        self, case: Case, story: Story, first: Actor, second: Actor, answered_by: str | None
    ) -> None:
        (made,) = propose(case, first)
        Proposal.objects.filter(pk=made.pk).update(proposed_for=second.user_id)
        people = {"proposed_by": first.user_id, "proposed_for": second.user_id, None: None}
        values = {"state": "approved", "answered_by": people[answered_by], "answered_at": TUESDAY}
        with pytest.raises(DatabaseError), transaction.atomic():
            Proposal.objects.filter(pk=made.pk).update(**values)

    def test_one_proposal_waits_per_matter(self, case: Case, first: Actor) -> None:
        (made,) = propose(case, first)
        made.pk = None
        with pytest.raises(DatabaseError), transaction.atomic():
            made.save()


def test_a_catalogue_that_asks_for_two_makes_matters_that_take_two(story: Story) -> None:
    asked = {id for id, matter in story.accepted().own_catalogue.matters.items() if matter.two_persons}
    assert asked == {"m_internet_cafe", "m_hotel_special", "m_entertainment_song", "m_entertainment_game"}
    assert not CaseMatter.objects.filter(two_persons=True).exists()


def test_r1_2_an_approver_who_leaves_after_the_proposal_raises_the_alarm(
    case: Case, first: Actor, second: Actor
) -> None:
    propose(case, first)
    assert ("approval", MRB) not in set(alarms.unattended(WEDNESDAY))
    User.objects.filter(pk=second.user_id).update(is_active=False)
    assert ("approval", MRB) in set(alarms.unattended(WEDNESDAY))
    proposals.recall(case, matters=FOOD, actor=first, at=WEDNESDAY)
    assert ("approval", MRB) not in set(alarms.unattended(WEDNESDAY))


def test_r6_4_a_grant_by_commitment_is_not_even_proposed_with_a_breach_on_record(case: Case, first: Actor) -> None:
    case.matters.filter(matter=FOOD[0]).update(route=CaseMatter.Route.COMMITMENT)
    facts = {"about": "消防", "source": "x", "decided_on": MONDAY.date(), "recorded_at": MONDAY}
    breach = BreachRecord.objects.create(enterprise=case.enterprise, **facts)
    assert code_of(proposals.propose, case, first, decision="grant") == "breach_on_record"
    assert propose(case, first, "refuse", reason=REASON)
    proposals.recall(case, matters=FOOD, actor=first, at=TUESDAY)
    BreachRecord.objects.filter(pk=breach.pk).update(repaired_on=TUESDAY.date(), repair_reason="已修复")
    assert propose(case, first)
