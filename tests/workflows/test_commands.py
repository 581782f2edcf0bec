"""The commands as outsiders call them: rehearse, demo, run_due."""

import json
import sqlite3
from contextlib import closing, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.violations import RuleViolation
from permits.models import Case
from tests import template
from tests.workflows.conftest import MONDAY, Story
from workflows import demo, periodic, steps
from workflows.rehearsal import play as player
from workflows.rehearsal.result import differences
from workflows.rehearsal.script import ScriptStep, UnusableScript, parse, read
from workflows.rehearsal.stage import furnish, throw_away_database

GOOD: dict[str, Any] = {
    "title": "t",
    "industries": ["convenience_store"],
    "answers": {"area_m2": 80},
    "steps": [{"at": "2026-03-02 10:00", "by": "applicant", "do": "submit"}],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "applicant", "do": "dance"}]}, "steps[1].do"),
        ({"steps": [{"at": "soon", "by": "applicant", "do": "submit"}]}, "steps[1].at"),
        ({"steps": [{"at": "2026-03-02 10:00", "do": "submit"}]}, "steps[1].by"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "dept_mrb", "do": "grant"}]}, "needs matters"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "dept_mrb", "do": "grant", "matters": "x"}]}, "steps[1].matters"),
        ({"steps": [*GOOD["steps"], {"at": "2026-03-01 10:00", "do": "tick"}]}, "steps[2].at"),
        ({"channel": "phone"}, "channel"),
        ({"industries": "convenience_store"}, "industries"),
        ({"extra": 1}, "unknown extra"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "applicant", "do": "submit", "refused": "yes"}]}, "refused"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "applicant", "do": ["submit"]}]}, "steps[1].do"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": ["applicant"], "do": "submit"}]}, "steps[1].by"),
        ({"steps": [{"at": "0001-01-01 00:00", "by": "applicant", "do": "submit"}]}, "steps[1].at"),
        ({"steps": [{"at": "9999-12-31 23:59", "by": "applicant", "do": "submit"}]}, "steps[1].at"),
        ({"steps": [{"at": "2026-03-02 10:00", "by": "window", "do": "decline", "reason": 5}]}, "steps[1].reason"),
        (
            {"steps": [{"at": "2026-03-02 10:00", "by": "window", "do": "request_supplement", "items": {"x": 5}}]},
            "steps[1].items.x",
        ),
        ({"enterprise": {"name": " "}}, "enterprise.name"),
    ],
)
def test_an_unusable_script_names_the_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UnusableScript, match=words.replace("[", r"\[").replace("]", r"\]")):
        parse(GOOD | change)


@pytest.mark.parametrize("text", ["steps: [{at: 2026-02-31 10:00:00}]", "[" * 5000, "a: [b"])
def test_a_file_that_yaml_cannot_read_is_unusable(text: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableScript, match="case.yaml"):
        read(path)


def test_expectations_compare_only_what_they_name() -> None:
    found = {"case": {"state": "issued", "number": "1"}, "licence": None}
    assert differences({"case": {"state": "issued"}}, found) == []
    assert differences({"licence": None}, found) == []
    assert differences({"case": {"state": "draft"}}, found) == ["case.state: expected 'draft', found 'issued'"]
    assert differences({"matters": {"m": {}}}, found) == ["matters: expected {'m': {}}, found nothing"]


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(json.dumps(GOOD | {"expect": {"case": {"state": "submitted"}}}), encoding="utf-8")
    return path


@pytest.mark.django_db(transaction=True)
def test_rehearse_plays_on_a_database_of_its_own(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rehearse", str(scenario), json=True)
    (result,) = json.loads(capsys.readouterr().out)
    assert result["passed"] and result["failures"] == [] and result["refused_steps"] == []
    assert result["case"]["state"] == "submitted"
    assert [(event["by"], event["what"]) for event in result["events"]] == [("applicant", "submitted")]
    assert Case.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_has_the_tables_and_triggers_of_an_installation(tmp_path: Path) -> None:
    def made(file: Path) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(file)) as database:
            return set(database.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger')"))

    template.copy_to(tmp_path / "migrated.sqlite3")
    with throw_away_database() as folder:
        rehearsed = made(folder / "rehearsal.sqlite3")
    assert rehearsed == made(tmp_path / "migrated.sqlite3") - {("table", "django_migrations")}


@pytest.mark.django_db
def test_rehearse_says_no_with_exit_1_and_unusable_with_exit_2(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish()  # one stage for all of them
    monkeypatch.setattr("workflows.management.commands.rehearse.throw_away_database", nullcontext)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(json.dumps(GOOD | {"expect": {"case": {"state": "issued"}}}), encoding="utf-8")
    with pytest.raises(SystemExit) as said_no:
        call_command("rehearse", str(scenario), str(wrong))
    assert said_no.value.code == 1
    unusable = tmp_path / "unusable.yaml"
    step = GOOD["steps"][0]
    for change, words in (
        ({"industries": ["moon_base"]}, "moon_base"),
        ({"steps": [step | {"without": ["mat_moon"]}]}, "mat_moon"),
        ({"steps": [step | {"at": "2011-03-02 10:00"}, {"at": "2011-04-02 10:00", "do": "tick"}]}, "2011"),
    ):
        unusable.write_text(json.dumps(GOOD | change), encoding="utf-8")
        with pytest.raises(CommandError, match=words) as refused:
            call_command("rehearse", str(unusable))
        assert refused.value.returncode == 2


def test_run_due_makes_up_missed_nights_and_a_second_run_changes_nothing(story: Story) -> None:
    silent, asked = story.submitted(), story.submitted()
    steps.request_supplement(asked, items={"mat_food_layout": "缺"}, actor=story.window, at=MONDAY, taken_by="王小店")
    late = MONDAY + timedelta(days=60)
    first = periodic.run_due(late)
    assert (first.accepted_by_silence, first.returned, first.failed) == (1, 1, [])
    second = periodic.run_due(late)
    assert (second.accepted_by_silence, second.returned) == (0, 0)
    silent = Case.objects.get(pk=silent.pk)
    assert (silent.state, silent.accepted_on) == (Case.State.ACCEPTED, silent.received_on)


def test_one_broken_case_does_not_stop_the_rest(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = story.submitted(), story.submitted()
    accept = steps.accept_by_silence

    def breaks(case: Case, **named: Any) -> bool:
        if case.pk == broken.pk:
            raise RuntimeError("broken")
        return accept(case, **named)

    monkeypatch.setattr(steps, "accept_by_silence", breaks)
    report = periodic.run_due(MONDAY + timedelta(days=30))
    assert report.accepted_by_silence == 1
    assert len(report.failed) == 1 and report.failed[0].case == str(broken)
    assert Case.objects.get(pk=whole.pk).state == Case.State.ACCEPTED


@pytest.mark.each_database
def test_the_demo_tells_its_story_once(catalogue: object, db: None, client: Client) -> None:
    from accounts.demo import make_demo_accounts

    make_demo_accounts(MONDAY)
    demo.furnish(MONDAY)
    states = sorted(Case.objects.values_list("state", flat=True))
    assert states == ["accepted", "deciding", "draft", "issued", "submitted", "supplement_requested"]
    demo.furnish(MONDAY)
    assert Case.objects.count() == len(states)


def test_a_rehearsal_file_may_say_on_and_means_the_word(tmp_path: Path) -> None:
    file = tmp_path / "on.yaml"
    file.write_text(
        "industries: [bar]\nsteps: [{at: '2026-03-02 10:00', by: applicant, do: submit, refused: no}]\n"
        "expect: {documents: [{kind: filing_receipt, on: '2026-03-02'}], case: {provisional: false, channel: off}}\n",
        encoding="utf-8",
    )
    script = read(file)
    assert script.expect["documents"] == [{"kind": "filing_receipt", "on": "2026-03-02"}]
    assert script.expect["case"] == {"provisional": False, "channel": "off"}
    assert script.steps[0].refused is False


def test_a_refused_step_changes_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    case = story.draft()

    def half_done(case: Case, _step: object, _actor: object) -> None:
        Case.objects.filter(pk=case.pk).update(delivery_address="写了一半")
        raise RuleViolation("too_late", "第二步不可以")

    monkeypatch.setitem(player.DEEDS, "submit", half_done)
    monkeypatch.setattr(player, "actor_of", lambda _name: story.applicant)
    step = ScriptStep(at=MONDAY, by="applicant", do="submit", refused=True, details={})
    assert player.attempt(case, step) == "第二步不可以"
    assert Case.objects.get(pk=case.pk).delivery_address == ""
