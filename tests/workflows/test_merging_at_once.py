"""Permits held before, claimed, confirmed and taken away at the same moment: each stands once, and nobody waits in a circle (R1.10)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.actors import Actor
from certificates.acts import candidates, merging
from certificates.models import LicenceItem
from permits.models import Case, CaseMatter, HeldPermit
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_concurrency import all_at_once
from tests.workflows.test_merging import FOOD, HEALTH, LATER, TOBACCO, applying_for_food, bath, single
from workflows import audit, life_steps, steps

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
Job = Callable[[], object]


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def claims(story: Story) -> tuple[LicenceItem, list[Case], list[Job]]:
    """A single permit, and two cases of its shop that name it."""
    item, cases = single(story), [applying_for_food(story), applying_for_food(story)]

    def claim(case: Case) -> Job:
        return lambda: merging.name(again(case), item=item.pk, actor=story.applicant, at=LATER)

    return item, cases, [claim(case) for case in cases]


def test_two_cases_that_claim_one_permit_at_once_are_one_claim(story: Story) -> None:
    _item, _cases, jobs = claims(story)
    for _round in range(ROUNDS):
        _waits, errors = all_at_once(jobs)
        assert [getattr(error, "code", error) for error in errors] == ["no_candidate"]
        claimed = HeldPermit.objects.going_on().get()
        merging.take_back(again(claimed.case), held=claimed.pk, actor=story.applicant, at=LATER)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows.all())


def test_without_the_lock_the_second_claim_breaks_off(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have looked before either has written, and the database stops the second, with nothing to tell a person."""
    _item, _cases, jobs = claims(story)
    both, look = threading.Barrier(2, timeout=10), candidates.at_premises

    def after_both_have_looked(*given: Any) -> candidates.AtPremises:
        found = look(*given)
        both.wait()
        return found

    without_locks(monkeypatch)
    monkeypatch.setattr(candidates, "at_premises", after_both_have_looked)
    _waits, errors = all_at_once(jobs)
    assert [type(error) for error in errors] == [IntegrityError]


def confirmable(story: Story) -> tuple[Case, LicenceItem, HeldPermit]:
    """A licence, a single permit that its shop has obtained since, named for it."""
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    item = single(bath(story), HEALTH, LATER)
    case = again(case)
    held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER + timedelta(days=1))
    return case, item, held


def confirming(story: Story, case: Case, held: HeldPermit) -> Job:
    mine, actor = again(case), story.officer("dept_health")
    return lambda: merging.confirm(mine, held=held.pk, actor=actor, at=LATER + timedelta(days=2))


def withdrawing(story: Story, item: LicenceItem) -> Job:
    """The department withdraws the permit, in the case that granted it."""
    source = again(item.case_matter.case)
    said = {"ground": "law_changed", "reason": "规定已经修改", "statement": "没有意见"}
    said |= {"matters": [HEALTH], "actor": story.officer("dept_health"), "at": LATER + timedelta(days=2)}
    return lambda: life_steps.withdraw_grant(source, **said)


def test_a_confirmation_and_a_withdrawal_at_once_are_one_of_both(story: Story) -> None:
    """It joins, and the withdrawal is sent to where it is now; or it is withdrawn, and nothing joins."""
    for _round in range(ROUNDS):
        case, item, held = confirmable(story)
        _waits, errors = all_at_once([confirming(story, case, held), withdrawing(story, item)])
        item.refresh_from_db()
        held.refresh_from_db()
        code = "joined_another" if held.state == HeldPermit.State.MERGED else "not_in_force"
        assert [getattr(error, "code", error) for error in errors] == [code]
        assert (item.licence_id == case.licence.pk) == (item.state == "valid") == (held.state == "merged")
    assert list(audit.disagreements()) == []


def test_without_the_lock_what_was_withdrawn_is_confirmed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the withdrawal comes between the look and the word."""
    case, item, held = confirmable(story)
    withdraw, look = withdrawing(story, item), merging._require_in_force

    def withdrawn_meanwhile(*given: Any) -> None:
        look(*given)
        assert all_at_once([withdraw])[1] == []

    without_locks(monkeypatch)
    monkeypatch.setattr(merging, "_require_in_force", withdrawn_meanwhile)
    assert all_at_once([confirming(story, case, held)])[1] == []
    item.refresh_from_db()
    held.refresh_from_db()
    assert (item.state, held.state) == ("withdrawn", "confirmed")


def test_a_confirmation_and_a_taking_back_at_once_are_one_after_the_other(story: Story) -> None:
    for _round in range(ROUNDS):
        case, item, held = confirmable(story)
        mine = again(case)
        back: Job = lambda: merging.take_back(mine, held=held.pk, actor=story.applicant, at=LATER + timedelta(days=2))  # noqa: E731
        _waits, errors = all_at_once([confirming(story, case, held), back])
        assert [getattr(error, "code", error) for error in errors] == ["answered"]
        held.refresh_from_db()
        item.refresh_from_db()
        assert (held.state, item.licence_id) in (("merged", case.licence.pk), ("taken_back", None))
    assert list(audit.disagreements()) == []


def test_a_licence_in_the_making_and_an_approval_at_once_leave_no_proposal_behind(story: Story) -> None:
    """Whoever approves waits for the permit, whoever issues takes along what is proposed: no circle, one place."""
    for _round in range(ROUNDS):
        item = single(Story(story.cast, story.catalogue))
        first, second = story.officer("dept_tobacco"), story.cast.second_officer("dept_tobacco")
        before = item.case_matter.case
        CaseMatter.objects.filter(pk=item.case_matter_id).update(two_persons=True, handled_by=second)
        case = applying_for_food(story)
        held = merging.name(case, item=item.pk, actor=story.applicant, at=LATER)
        merging.confirm(case, held=held.pk, actor=first, at=LATER)
        said: dict[str, Any] = {"matters": [TOBACCO], "reason": "停用", "statement": "没有意见"}
        life_steps.propose(before, act="suspend", actor=first, at=LATER, **said)
        steps.grant(case, matters=[FOOD], actor=story.officer("dept_mrb"), at=LATER)
        mine, yours, answer = again(case), again(before), {"matters": [TOBACCO], "actor": Actor.of(second), "at": LATER}
        jobs: list[Job] = [
            lambda mine=mine: steps.issue(mine, at=LATER),  # type: ignore[misc]
            lambda yours=yours, answer=answer: life_steps.approve(yours, **answer),  # type: ignore[misc]
        ]
        _waits, errors = all_at_once(jobs)
        assert [getattr(error, "code", error) for error in errors] in ([], ["nothing_proposed"])
        if errors:
            assert [one.state for one in life_steps.approve(again(case), **answer)] == ["suspended"]
        item.refresh_from_db()
        assert (item.licence_id, item.state) == (again(case).licence.pk, "suspended")
        CaseMatter.objects.update(two_persons=False)
    assert list(audit.disagreements()) == []
