"""The commands: JSON with fixed keys, one line and exit 2 for unusable input, no database needed for a notice."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, bundled, current_version

LABELS = [path.stem for path in BUNDLED]
KEYS = {"catalogue", "on", "industries", "unanswered", "matters", "blocked", "advisories", "materials", "fields",
        "promised_days", "effect"}  # fmt: skip


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    """Writes a file of answers."""

    def write(content: Any) -> str:
        path = tmp_path / "answers.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where nothing was set up."""
    monkeypatch.setattr("industries.management.commands.notice.current_catalogue", lambda on: bundled())


@pytest.mark.usefixtures("no_database")
def test_notice_json_has_the_contract_keys(answers: Any) -> None:
    words = ["--industry", "bar", "--industry", "cinema", "--answers", answers({"area_m2": 80}), "--on", "2026-11-23"]
    code, out, _err = run("notice", *words, "--json")
    result = json.loads(out)
    assert code == 0
    assert result.keys() >= KEYS
    assert result["industries"] == ["bar", "cinema"]
    assert result["on"] == "2026-11-23"
    assert "\\u" not in out


@pytest.mark.usefixtures("no_database")
def test_notice_for_people(answers: Any) -> None:
    code, out, _err = run("notice", "--industry", "restaurant", "--answers", answers({"area_m2": 80}))
    assert code == 0
    assert "食品经营许可" in out


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("industry", "content", "said"),
    [
        ("moon_base", {}, "moon_base"),
        ("bar", {"nope": 1}, "nope"),
        ("bar", {"area_m2": -5}, "area_m2"),
        ("bar", '{"area_m2": NaN}', "area_m2"),
        ("bar", {"sells_drug": "西药"}, "sells_drug"),
        ("bar", [1], "JSON"),
        ("bar", "{", "JSON"),
        ("bar", '{"area_m2": 1, "area_m2": 2}', "两次"),
        ("bar", "[" * 100_000, "嵌套"),
    ],
)
def test_unusable_input_is_one_line_and_exit_2(answers: Any, industry: str, content: Any, said: str) -> None:
    code, out, err = run("notice", "--industry", industry, "--answers", answers(content), "--json")
    assert (code, out) == (2, "")
    assert said in err
    assert err.strip().count("\n") == 0


@pytest.mark.usefixtures("no_database")
def test_a_missing_file_and_a_bad_day_are_named(answers: Any) -> None:
    assert run("notice", "--industry", "bar", "--answers", "/no/such/file")[0] == 2
    code, _out, err = run("notice", "--industry", "bar", "--answers", answers({}), "--on", "2026-02-30")
    assert code == 2
    assert "2026-02-30" in err


def test_notice_asks_the_published_version(version: CatalogueVersion, answers: Any) -> None:
    code, out, _err = run("notice", "--industry", "bar", "--answers", answers({}), "--json")
    assert code == 0
    assert json.loads(out)["catalogue"] == version.label


def test_load_catalogue_publishes_once(db: None) -> None:
    assert run("load_catalogue")[0] == 0
    code, out, _err = run("load_catalogue", "--json")
    assert code == 0
    assert [(one["catalogue"], one["published"]) for one in json.loads(out)] == [(id, False) for id in LABELS]
    assert list(CatalogueVersion.objects.order_by("pk").values_list("label", flat=True)) == LABELS


def test_a_site_with_the_first_version_gets_the_next(db: None) -> None:
    code, out, _err = run("load_catalogue", str(BUNDLED[0]), "--json")
    assert (code, json.loads(out)["published"]) == (0, True)
    code, out, _err = run("load_catalogue", "--json")
    assert code == 0
    assert [one["published"] for one in json.loads(out)] == [False, *(True for _ in LABELS[1:])]
    version = current_version(timezone.localdate())
    assert version is not None
    assert version.label == LABELS[-1]
    assert json.loads(version.document)["meta"]["id"] == LABELS[-1]


def test_load_catalogue_names_the_faults(db: None, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    text = BUNDLED[0].read_text(encoding="utf-8").replace("department: dept_mrb", "department: dept_moon", 1)
    path.write_text(text, encoding="utf-8")
    code, _out, err = run("load_catalogue", str(path))
    assert code == 2
    assert "matters[0].department" in err
    assert not CatalogueVersion.objects.exists()
