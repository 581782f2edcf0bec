"""The auditor finds nothing in what the steps make, and everything that somebody bends afterwards."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from viewflow.workflow.models import Task

from accounts.models import User
from permits.models import Case, CaseMatter, Document, Section
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_applicant_pages import STAGES
from workflows import steps
from workflows.audit import disagreements
from workflows.models import CaseProcess

pytestmark = pytest.mark.each_database

TUESDAY = MONDAY + timedelta(days=1)


@pytest.mark.parametrize("stage", [Story.draft, *STAGES], ids=lambda stage: stage.__name__)
def test_record_and_flow_agree_at_every_stage(story: Story, stage: Callable[[Story], Case]) -> None:
    stage(story)
    assert list(disagreements()) == []


def test_record_and_flow_agree_while_some_matters_are_decided(story: Story) -> None:
    case = story.accepted()
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    assert list(disagreements()) == []


def test_record_and_flow_agree_once_delivered(story: Story) -> None:
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    steps.deliver(case, handing=Handing("window", "王小店"), actor=story.window, at=TUESDAY)
    assert list(disagreements()) == []


BENT: dict[str, tuple[Callable[[], Any], str]] = {
    "a lost process": (lambda: CaseProcess.objects.all().delete(), "has no process"),
    "a lost task": (lambda: Task.objects.filter(finished=None).delete(), "should wait at sections"),
    "a state set behind the acts": (lambda: Case.objects.update(state="submitted"), "should wait at intake"),
    "a section that never opened": (lambda: Section.objects.update(opened_at=None), "was never opened"),
    "a matter decided without paper": (
        lambda: CaseMatter.objects.filter(position=0).update(
            state="granted", decided_on=MONDAY.date(), ended_at=MONDAY
        ),
        "with 0 decision papers",
    ),
    "a matter of two persons that nobody proposed": (
        lambda: CaseMatter.objects.filter(position=0).update(
            two_persons=True,
            state="granted",
            decided_on=MONDAY.date(),
            ended_at=MONDAY,
            handled_by=User.objects.get(username="mrb"),
            decided_by=User.objects.get(username="shop"),
        ),
        "with 0 approved proposals",
    ),
    "an end without decisions": (lambda: Case.objects.update(state="closed_refused"), "with undecided matters"),
}


@pytest.mark.parametrize("name", BENT)
def test_what_is_bent_is_found(story: Story, name: str) -> None:
    story.accepted()
    story.officer("dept_mrb")
    bend, words = BENT[name]
    bend()
    assert any(words in line for line in disagreements()), list(disagreements())


def test_a_lost_decision_paper_is_found(story: Story) -> None:
    story.decided()
    Document.objects.filter(kind=Document.Kind.GRANT_DECISION).first().delete()
    assert any("decision papers" in line for line in disagreements())


def test_the_command_answers_by_its_exit_code(story: Story) -> None:
    story.accepted()
    call_command("check_flow", stdout=StringIO(), stderr=StringIO())
    Task.objects.filter(finished=None).delete()
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_flow", json=True, stdout=out)
    assert stopped.value.code == 1
    assert "disagreements" in out.getvalue()
