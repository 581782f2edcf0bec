"""`make demo` on a machine where nothing was made yet: what the target runs, on an empty folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=own | {"ONE_LICENCE_DIR": str(folder), "KEYS_DIR": str(folder / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_demo_starts_from_nothing_and_its_papers_verify(tmp_path: Path) -> None:
    recipe = subprocess.run(["make", "-n", "demo"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in recipe.splitlines() if line.startswith(".venv/bin/python")]
    assert lines
    for line in lines:
        done = run(tmp_path, *line[1:])
        assert done.returncode == 0, done.stdout + done.stderr
    for name in ("licence.pdf", "qr.txt"):
        verified = run(tmp_path, "manage.py", "verify", str(tmp_path / "demo" / name), "--json")
        assert verified.returncode == 0, verified.stderr
        assert json.loads(verified.stdout)["verdict"] == "valid"
    usage = run(tmp_path, "manage.py", "verify")
    assert (usage.returncode, usage.stderr.count("\n")) == (2, 1)
    assert run(tmp_path, "manage.py", "verify", "tests").returncode == 2
