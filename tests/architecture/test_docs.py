"""The docs say what is there: commands, targets, links, settings, formats. Every page has its twin in Chinese."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from certificates.coding import packing, presenting, status_list
from certificates.status import RECORDED
from scripts import settings_table
from scripts.sources import ROOT
from workflows.rehearsal.script import VERBS, parse

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GUIDES = sorted(ROOT.glob("docs/*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"(?:`|^|# )make ([a-z]+)", re.MULTILINE)
EXAMPLE = re.compile(r"<!-- example -->\n```yaml\n(.*?)```", re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_the_docs_exists(page: Path) -> None:
    named = set(COMMAND.findall(page.read_text(encoding="utf-8"))) - {"help"}
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_of_the_docs_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(TARGET.findall(page.read_text(encoding="utf-8"))) - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_the_docs_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", GUIDES, ids=name)
def test_every_guide_has_its_chinese_twin_with_the_same_commands(page: Path) -> None:
    twin = page.parent / "zh" / page.name
    texts = page.read_text(encoding="utf-8"), twin.read_text(encoding="utf-8")
    assert f"](zh/{page.name})" in texts[0]
    assert f"](../{page.name})" in texts[1]
    assert set(COMMAND.findall(texts[0])) == set(COMMAND.findall(texts[1]))
    assert texts[0].count("\n## ") == texts[1].count("\n## ")


def test_the_index_leads_to_every_guide() -> None:
    for index in (ROOT / "docs" / "README.md", ROOT / "docs" / "zh" / "README.md"):
        linked = set(LINK.findall(index.read_text(encoding="utf-8")))
        assert {page.name for page in index.parent.glob("*.md")} - {"README.md"} <= linked


def test_the_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in folder.glob("[0-9]*.md")} == linked


@pytest.mark.parametrize("document", settings_table.HEADS)
def test_the_table_of_settings_is_complete(document: str) -> None:
    assert {variable.name for variable in settings_table.variables()} == set(settings_table.MEANINGS)
    assert settings_table.filled(document) == (ROOT / document).read_text(encoding="utf-8"), (
        "run `python scripts/settings_table.py`"
    )


def rows(text: str | None) -> list[str]:
    """The keys of every table row that begins with a number."""
    return re.findall(r"^\| (\d+) \|", text or "", re.MULTILINE)


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_the_code_s_format_is_told_as_it_is(folder: str) -> None:
    text = (ROOT / folder / "code-format.md").read_text(encoding="utf-8")
    assert rows(text) == rows(packing.__doc__) + rows(status_list.__doc__) + rows(presenting.__doc__)
    assert f"6 {'cancelled' if folder == 'docs' else '注销'}" in text
    assert RECORDED[6] == "cancelled"
    assert len(RECORDED) == 7


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_the_verbs_of_rehearsals_are_all_told(folder: str) -> None:
    text = (ROOT / folder / "rehearsal.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE) == list(VERBS)


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_the_example_of_a_rehearsal_can_be_read(folder: str) -> None:
    found = EXAMPLE.search((ROOT / folder / "rehearsal.md").read_text(encoding="utf-8"))
    assert found
    assert parse(yaml.safe_load(found[1])).steps
