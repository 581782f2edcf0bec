"""Which files are the project's own: what git tracks or would track, so that built and installed things stay out."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "accounts", "audit", "calendars", "outbox", "paper", "industries", "permits", "certificates", "workflows", "config",
)  # fmt: skip


def own_files(*patterns: str) -> list[Path]:
    """The project's files that fit one of the patterns (`*.py`), sorted; those of the work in progress too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def room_files(*rooms: str) -> list[Path]:
    """The Python files of the rooms (all where none is named), without migrations."""
    patterns = [f"{room}/*.py" for room in rooms or ROOMS]
    return [path for path in own_files(*patterns) if "migrations" not in path.parts]
