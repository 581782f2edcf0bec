"""The files that make the house work say the same: locks, make targets, changelog, README."""

import re

import pytest

from scripts.check_sizes import long_files
from scripts.sources import ROOT, own_files

CONTRACT_TARGETS = ["run", "test", "demo", "bench", "check"]


def pinned(lock: str) -> dict[str, str]:
    """Package name → version of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name.lower(): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)}


def wanted(source: str) -> list[str]:
    """The packages that an .in file names."""
    text = (ROOT / source).read_text(encoding="utf-8")
    return [name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)", text, re.MULTILINE) if not name.startswith("-")]


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-node"])
def test_every_wanted_package_is_pinned(name: str) -> None:
    missing = {package.replace("_", "-") for package in wanted(f"{name}.in")} - set(pinned(f"{name}.lock"))
    assert not missing, "run `make lock`"


def test_what_is_tested_is_what_is_installed() -> None:
    tests = pinned("requirements-dev.lock")
    assert {name: tests.get(name) for name in pinned("requirements.lock")} == pinned("requirements.lock")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_a_lock_file_works_on_every_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"file:|--find-links|--extra-index-url|--index-url|^-e ", text, re.MULTILINE)


def test_every_wanted_package_says_why() -> None:
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and "#" not in line] == []


@pytest.mark.parametrize("target", CONTRACT_TARGETS)
def test_the_make_targets_stand_and_are_described(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)
    for readme in ("README.md", "README.zh.md"):
        assert f"make {target}" in (ROOT / readme).read_text(encoding="utf-8"), readme


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    assert long_files() == []


def test_nothing_that_is_built_is_committed() -> None:
    built = [
        path for path in own_files("*") if {"dist", "node_modules"} & set(path.parts) or path.suffix in {".mo", ".pyc"}
    ]
    assert built == []
