"""A PostgreSQL server for as long as a `with` block lasts, from Debian's packages, reachable by a Unix socket alone."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPTIONS = {
    "listen_addresses": "''",
    # Nothing here has to survive a power cut: the data is gone at the end of the block.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


class NoPostgres(Exception):
    """The machine has no PostgreSQL server programs."""


def programs() -> Path:
    """The folder with initdb and pg_ctl, of the newest version installed."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise NoPostgres("PostgreSQL's initdb is missing: apt-get install postgresql")
    return Path(found).resolve().parent


def as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands the command to the account of Debian's package."""
    if os.geteuid() == 0:
        return ["runuser", "-u", "postgres", "--", *command]
    return command


def call(*command: str, check: bool = True) -> None:
    """Runs a server program quietly; what it said comes with the error."""
    done = subprocess.run(as_server_user(list(command)), cwd="/", capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Starts a server and gives its DATABASE_URL; stops and removes it however the block ends."""
    bin_folder = programs()
    # A short path: a Unix socket's name may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="one-licence-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    try:
        call(
            str(bin_folder / "initdb"),
            "-D",
            data,
            "-U",
            "one_licence",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        settings = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
        start = ["start", "-D", data, "-w", "-t", "60", "-l", str(folder / "log")]
        call(str(bin_folder / "pg_ctl"), *start, "-o", f"-k {folder} {settings}")
        yield f"postgresql://one_licence@/one_licence?host={folder}"
    finally:
        call(str(bin_folder / "pg_ctl"), "stop", "-D", data, "-m", "immediate", "-w", check=False)
        shutil.rmtree(folder, ignore_errors=True)
