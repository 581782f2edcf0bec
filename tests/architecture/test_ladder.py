"""Rooms import down the ladder only, and rules are plain Python that never asks what time it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.sources import ROOT, room_files

LADDER = {
    "audit": set(),
    "accounts": {"audit"},
    "calendars": {"audit", "accounts"},
    "outbox": {"audit", "accounts"},
    "paper": {"audit", "accounts"},
    "industries": {"audit", "accounts", "calendars", "outbox", "paper"},
    "permits": {"audit", "accounts", "calendars", "outbox", "paper", "industries"},
    "certificates": {"audit", "accounts", "calendars", "outbox", "paper", "industries", "permits"},
    "workflows": {"audit", "accounts", "calendars", "outbox", "paper", "industries", "permits", "certificates"},
}
RULES = [
    "industries/conditions.py",
    "industries/notice.py",
    "industries/catalogue.py",
    "calendars/working_days.py",
    "permits/clock.py",
    "certificates/status.py",
    "certificates/code.py",
]
CLOCK = {"now", "today", "utcnow", "localdate", "localtime", "time"}


FOR_ALL = {"config.environment"}  # the strict reading of settings, which knows nothing of the rooms


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The top package of every import in the file, also of those inside functions, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and node.module not in FOR_ALL:
            yield node.module.partition(".")[0], node.lineno


def rules() -> list[Path]:
    return [ROOT / rule for rule in RULES if (ROOT / rule).exists()]


@pytest.mark.parametrize("room", LADDER)
def test_imports_go_down_the_ladder(room: str) -> None:
    upward = set(LADDER) | {"config"}
    upward -= LADDER[room] | {room}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {package}"
        for path in room_files(room)
        for package, line in imported(path)
        if package in upward
    ]
    assert wrong == []


@pytest.mark.parametrize("path", rules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_know_neither_django_nor_the_flow(path: Path) -> None:
    banned = {"django", "django_fsm", "viewflow", "socket", "urllib", "http"}
    assert [package for package, _ in imported(path) if package in banned] == []


@pytest.mark.parametrize("path", rules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_are_told_the_time(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    asked = [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK]
    assert asked == [], "pass `at` or `on` in"


@pytest.mark.parametrize("room", LADDER)
def test_a_room_says_what_it_is_for(room: str) -> None:
    first = ROOT / room / "__init__.py"
    assert ast.get_docstring(ast.parse(first.read_text(encoding="utf-8"))), f"{room}/__init__.py needs a docstring"
