"""What is built from the packages of others: complete, within its size, from our own host, and with its licences said."""

import gzip
import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from scripts import assets, cut_fonts, third_party

DIST = assets.DIST
CSS_LIMIT = 24_000  # bytes compressed
SCRIPT_LIMIT = 32_000


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_everything_is_there_and_a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in DIST.rglob("*") if path.is_file()}
    assert assets.main() == 0
    assert capsys.readouterr().err == ""
    assert {path: path.stat().st_mtime_ns for path in DIST.rglob("*") if path.is_file()} == before
    assert [name for step in assets.steps() for name in step.outputs if not (DIST / name).is_file()] == []


def test_a_changed_source_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    source = tmp_path / "a.scss"
    source.write_text("a{}")
    first = assets.digest((tmp_path,))
    source.write_text("b{}")
    assert assets.digest((tmp_path,)) != first
    source.write_text("a{}")
    assert assets.digest((tmp_path,)) == first


def test_packages_are_in_place_only_where_the_lock_file_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert assets.are_installed()
    told = json.loads((assets.MODULES / ".package-lock.json").read_text("utf-8"))
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    assert not assets.are_installed()
    for name in ("node_modules/zxing-wasm", "node_modules/sass"):
        left = told | {"packages": {key: entry for key, entry in told["packages"].items() if key != name}}
        (tmp_path / ".package-lock.json").write_text(json.dumps(left))
        assert not assets.are_installed()


def test_a_public_page_is_light() -> None:
    scripts = sum(compressed(DIST / name) for name in ("site.js", "govuk-frontend.min.js", "htmx.min.js"))
    assert compressed(DIST / "site.css") < CSS_LIMIT
    assert scripts < SCRIPT_LIMIT


def test_the_style_sheet_is_our_own() -> None:
    css = (DIST / "site.css").read_text("utf-8")
    assert "GDS Transport" not in css
    assert re.findall(r"url\([^)]*\)", css) == []
    assert "#0b5fd9" in css
    assert "crown" not in css


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (DIST / "icons.svg").read_text("utf-8")
    have = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    assert have == set(assets.ICONS) | {"brand"}
    used: set[str] = set()
    for path in (assets.ROOT / "templates").rglob("*.html"):
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        for value in re.findall(r'<c-icon\b[^>]*?\bname="([^"]*)"', text) + re.findall(r'\bicon="([^"]*)"', text):
            plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", value)
            used |= set(plain.split())
    assert used - have == set()


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_the_cut_font_has_every_standard_character(face: str) -> None:
    small = set(TTFont(DIST / "fonts" / f"NotoSerifSC-{face}.subset.ttf", lazy=True).getBestCmap())
    full = set(TTFont(DIST / "fonts" / f"NotoSerifSC-{face}.full.ttf", lazy=True).getBestCmap())
    assert cut_fonts.standard_characters() <= small
    assert set(map(ord, "〔2026〕号，。《》①—…·㎡×￥ABCabc0123")) <= small
    assert cut_fonts.kept_characters() & full == small & cut_fonts.kept_characters()
    assert (DIST / "fonts" / f"NotoSerifSC-{face}.subset.ttf").stat().st_size < 5_000_000


def test_gb2312_is_whole() -> None:
    han = [code for code in cut_fonts.gb2312() if 0x4E00 <= code <= 0x9FFF]
    assert len(han) == 6763


def test_third_party_says_what_the_lock_file_says() -> None:
    assert third_party.DOCUMENT.read_text("utf-8") == third_party.document()


def test_every_package_in_the_lock_file_is_named_or_a_tool_of_the_build() -> None:
    package = json.loads((assets.ROOT / "package.json").read_text("utf-8"))
    named = {part.package for part in third_party.PARTS} | set(third_party.BUILD_ONLY)
    assert set(package["dependencies"]) | set(package["devDependencies"]) == named


def test_the_manifest_holds_the_files_hashes() -> None:
    for entry in json.loads((DIST / "manifest.json").read_text("utf-8")):
        assert entry["licence"]
        for name, checksum in entry["files"].items():
            assert third_party.checksum(DIST / name) == checksum
    assert len(list((DIST / "licences").glob("*.txt"))) >= len(third_party.PARTS)
