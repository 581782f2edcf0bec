"""`make bench`: runs every bench/bench_*.py on a fresh SQLite database, those about cases also on a throw-away
PostgreSQL; prints tables and writes var/bench.json. With DATABASE_URL set, on that database alone.

A benchmark is a module with a function `measurements(runs: int) -> Iterable[Measurement]`. ARGS: `--runs 5`,
`--only cases,notices`, `--json PATH`.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bench
from bench.measure import OURS, Measurement

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRES = ("cases", "together")
"""What depends on the database."""


def subjects() -> list[str]:
    """The names of all benchmarks, in order."""
    return sorted(
        found.name.removeprefix("bench_")
        for found in pkgutil.iter_modules(bench.__path__)
        if found.name.startswith("bench_")
    )


def processor() -> str:
    """The processor's name as Linux tells it, else the platform's word."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def machine() -> dict[str, Any]:
    """What the numbers were taken on."""
    from django.db import connection

    packages = ("Django", "django-viewflow", "SpiffWorkflow", "weasyprint", "pyhanko", "reportlab")
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "database": f"{connection.vendor} {'.'.join(map(str, connection.Database.sqlite_version_info))}"
        if connection.vendor == "sqlite"
        else connection.vendor,
        "packages": {name: version(name) for name in packages},
        "on": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def prepare(folder: str) -> None:
    """A fresh database with calendar and catalogue, away from the demo's."""
    os.environ |= {"ONE_LICENCE_DIR": folder, "OUTBOX_MODE": "worker", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, run_syncdb=True, verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("calendar_load", all=True, stdout=nowhere)
        call_command("load_catalogue", stdout=nowhere)


def ratio(row: Measurement, rows: Iterable[Measurement]) -> float | None:
    """How many times faster we are than this peer (below 1: slower); None for our own row."""
    ours = next((other for other in rows if other.subject == row.subject and other.who == OURS), None)
    if ours is None or row is ours or row.unit != ours.unit or not row.median or not ours.median:
        return None
    return ours.median / row.median if row.higher_is_better else row.median / ours.median


def as_json(row: Measurement, rows: list[Measurement]) -> dict[str, Any]:
    times = ratio(row, rows)
    return {
        "subject": row.subject,
        "who": row.who,
        "unit": row.unit,
        "median": round(row.median, 4),
        "spread": round(row.spread, 4),
        "values": [round(value, 4) for value in row.values],
        "higher_is_better": row.higher_is_better,
        "statements": row.statements,
        "ours_is_times_faster": None if times is None else round(times, 3),
        "sizes": row.sizes,
        "note": row.note,
    }


def table(rows: list[Measurement]) -> str:
    """The rows as text, one block per subject, ours first as its benchmark gave them."""
    lines = []
    for subject in dict.fromkeys(row.subject for row in rows):
        lines.append(f"\n{subject}")
        for row in (row for row in rows if row.subject == subject):
            times = ratio(row, rows)
            beside = "" if times is None else f"we are {times:.2f} x as fast"
            statements = "" if row.statements is None else f"{row.statements} statements"
            lines.append(
                f"  {row.who:<34}{row.median:>12.3f} {row.unit:<10} ±{row.spread:>4.0%}  {statements:<16}{beside}"
            )
            if row.note:
                lines.append(f"      {row.note}")
    return "\n".join(lines)


def measure(names: list[str], runs: int) -> list[Measurement]:
    """Runs the benchmarks of these names one after the other."""
    rows: list[Measurement] = []
    for name in names:
        print(f"· {name}", file=sys.stderr, flush=True)
        rows.extend(importlib.import_module(f"bench.bench_{name}").measurements(runs))
    return rows


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--only", default="", help=f"comma-separated, of: {', '.join(subjects())}")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", help="where the numbers go")
    chosen = parser.parse_args()
    chosen.names = [name for name in chosen.only.split(",") if name] or subjects()
    unknown = set(chosen.names) - set(subjects())
    if unknown or chosen.runs < 1:
        parser.error(f"unknown benchmark {', '.join(sorted(unknown))}" if unknown else "--runs: at least 1")
    return chosen


def on_postgres(names: list[str], runs: int) -> dict[str, Any]:
    """The report of a second run, in a process of its own, on a PostgreSQL that lives as long as it does."""
    from scripts.throwaway_postgres import throwaway_postgres

    with throwaway_postgres() as url, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "bench.json"
        command = [sys.executable, "-W", "ignore", "-m", "bench.run", "--only", ",".join(names), "--runs", str(runs)]
        # The server comes without a database of ours; its own first one serves as well.
        environment = os.environ | {"DATABASE_URL": url.replace("/one_licence?", "/postgres?")}
        subprocess.run([*command, "--json", str(report)], cwd=ROOT, env=environment, check=True)
        return dict(json.loads(report.read_text(encoding="utf-8")))


def main() -> int:
    chosen = arguments()
    at_home = "DATABASE_URL" not in os.environ
    with tempfile.TemporaryDirectory(prefix="one-licence-bench-") as folder:
        prepare(folder)
        on = machine()
        rows = measure(chosen.names, chosen.runs)
    print(f"{on['processor']}, {on['cores']} cores, Python {on['python']}, {on['database']}")
    print(table(rows))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"machine": on, "measurements": [as_json(row, rows) for row in rows]}
    again = [name for name in chosen.names if name in ON_POSTGRES]
    if at_home and again:
        report["postgresql"] = on_postgres(again, chosen.runs)
    chosen.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{chosen.json}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
