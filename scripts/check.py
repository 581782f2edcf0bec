"""`make check`: every machine's opinion on the code. All of them run, each says how long it took; any refusal ends with 1."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Settings as a city would run them: the deploy check has to be silent under these.
PRODUCTION = {
    "PRODUCTION": "True",
    "SECRET_KEY": "k9Qf2vXr7LmZ4tWb8NcY1pHs6DgJ3eUa5RiOxTzVwBqMnKlPdEy0",
    "ALLOWED_HOSTS": "licence.example.gov.cn",
    "SITE_URL": "https://licence.example.gov.cn",
    "SOURCE_URL": "https://source.example.gov.cn/one-licence",
}


@dataclass(frozen=True)
class Check:
    """One tool, with the environment it needs."""

    title: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


CHECKS = [
    Check("ruff: lint", python("-m", "ruff", "check", "--output-format", "concise", ".")),
    Check(
        "ruff: form (make format mends it)",
        python("-m", "ruff", "format", "--check", "--output-format", "concise", "."),
    ),
    Check("size of files and functions", python("scripts/check_sizes.py")),
    Check("nothing of others is fetched at run time", python("scripts/check_hosts.py")),
    Check("imports go down the ladder", python("-c", "from importlinter.cli import lint_imports_command as c; c()")),
    Check("missing migrations", python("manage.py", "makemigrations", "--check", "--dry-run")),
    Check(
        "Django's deploy check",
        python("-W", "error::RuntimeWarning", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    ),
    Check("types", python("-m", "mypy")),
]


def passes(check: Check, folder: str) -> bool:
    """Runs one check and prints what it said, where it refuses."""
    started = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DEBUG", "DEMO")}
    environment |= {"ONE_LICENCE_DIR": folder} | check.environment
    done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    good = done.returncode == 0
    print(f"{'  ok  ' if good else 'FAILED'}  {check.title} ({time.monotonic() - started:.1f} s)", flush=True)
    if not good:
        print(f"{done.stdout}{done.stderr}".strip(), end="\n\n", flush=True)
    return good


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="one-licence-check-") as folder:
        return 0 if all([passes(check, folder) for check in CHECKS]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
