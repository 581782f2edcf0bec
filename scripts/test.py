"""`make test`: the whole suite on SQLite, then the database tests on a PostgreSQL that lives as long as they do."""

import argparse
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.throwaway_postgres import NoPostgres, throwaway_postgres
from tests.template import migrate

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "one_licence_template"
NOTHING_SELECTED = 5  # pytest's exit code where no test fits


def pytest(*options: str, database: str) -> int:
    """Runs pytest on the given DATABASE_URL (empty: SQLite) and returns its exit code."""
    environment = os.environ | {"DATABASE_URL": database}
    if not database:
        del environment["DATABASE_URL"]
    command = [sys.executable, "-m", "pytest", "--durations=15", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def make_template(url: str) -> None:
    """Plays the migrations on a database of the server, of which each test process takes a copy."""
    os.environ["ONE_LICENCE_TEST_TEMPLATE"] = TEMPLATE
    address = urlsplit(url)
    folder = address.query.removeprefix("host=")
    with psycopg.connect(host=folder, user=address.username, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(address._replace(path=f"/{TEMPLATE}").geturl())


def parallel() -> list[str]:
    """Two to four processes: more only wait for one another's database."""
    return ["-n", str(min(4, max(2, os.cpu_count() or 2))), "--dist", "worksteal"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one database instead of both")
    arguments, rest = parser.parse_known_args()
    # A `kill` unwinds like Ctrl-C does, so that the server below is always stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    failed = False
    with ExitStack() as running:
        template = None
        if arguments.only != "sqlite":
            # Migrations keep one core busy: PostgreSQL's are played while the first run begins with SQLite's.
            url = running.enter_context(throwaway_postgres())
            template = running.enter_context(ThreadPoolExecutor(1)).submit(make_template, url)
        if arguments.only != "postgres":
            print("\n== all tests, on SQLite", flush=True)
            failed = pytest(*parallel(), *rest, database="") not in (0, NOTHING_SELECTED)
        if template is not None:
            template.result()
            print("\n== database tests, on PostgreSQL", flush=True)
            failed |= pytest(*parallel(), "--database-tests", *rest, database=url) not in (0, NOTHING_SELECTED)
    print(f"\n== {'FAILED' if failed else 'all good'}, {time.monotonic() - started:.0f} s", flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except NoPostgres as missing:
        raise SystemExit(str(missing)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
