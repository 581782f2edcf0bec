"""The migrated, empty database of which every test process takes a copy: made once for the migrations as they stand.

Playing the migrations takes some fifteen seconds, more than most calls of pytest. The copy is brought up to date as any
other database is; a fingerprint of what migrations say and call tells whether the template still fits.
"""

import fcntl
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
MODULE = re.compile(r"^(?:from|import) ([a-z_.]+)(?: import ([a-z_]+))?", re.MULTILINE)


def migrate(url: str) -> None:
    """Play all migrations on the database of this address, as an installation would."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def copy_to(target: Path) -> None:
    """A migrated SQLite file in this place. Of processes that start together the first makes the template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    template, making = FOLDER / f"{fingerprint()}.sqlite3", FOLDER / "making.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for old in FOLDER.glob("*.sqlite3*"):
                old.unlink()
            migrate(f"sqlite:///{making}")
            _copy(making, template)
            making.unlink()
        _copy(template, target)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def fingerprint() -> str:
    """Changes with what a migration says, with our modules that one calls, and with the packages."""
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    for path in [*migrations, *sorted(set(_called(migrations)))]:
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _called(migrations: list[Path]) -> Iterator[Path]:
    for path in migrations:
        for package, name in MODULE.findall(path.read_text(encoding="utf-8")):
            for module in (package, f"{package}.{name}"):
                file = ROOT / f"{module.replace('.', '/')}.py"
                if file.is_file():
                    yield file
