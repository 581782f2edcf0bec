"""What `manage.py check` says of this room."""

from pathlib import Path

import pytest

from paper import checks


def test_a_prepared_machine_has_nothing_to_mend() -> None:
    assert checks.libraries_present() == []


@pytest.mark.parametrize(
    ("missing", "expected"), [("SUBSETTER", {"paper.E001"}), ("HARFBUZZ", {"paper.E001"}), ("PANGO", {"paper.E002"})]
)
def test_a_missing_library_is_an_error_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, missing: str, expected: set[str]
):
    monkeypatch.setattr(checks, missing, ("libnowhere.so.0",))
    found = checks.libraries_present()
    assert {message.id for message in found} == expected
    assert all("apt-get install" in str(message.hint) for message in found)


def test_an_old_subsetter_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_SUBSETTER", (999, 0, 0))
    assert [message.id for message in checks.libraries_present()] == ["paper.E001"]


def test_fonts_not_built_are_a_warning(settings, tmp_path: Path) -> None:
    settings.FONTS_DIR = tmp_path
    assert [message.id for message in checks.fonts_built()] == ["paper.W001"]
