"""`make run`: prepares everything and serves the demo on this machine's own address."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

WELCOME = """
  One Licence is ready:  http://127.0.0.1:{port}/     (Ctrl-C stops it)

  Demo accounts, all with the password demo-2026:
    shop      a business that opens a convenience store      service   makes and hands over licences
    window    the counter of the service hall                admin     looks after the catalogue
    mrb, tobacco, fire, health …  officers, one per department; mrb-2 …: their colleagues
"""


def port() -> int:
    """PORT, 8000 where it is not set; a port that cannot be used ends the command with what to type instead."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT={text}: write a number between 1 and 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise SystemExit(f"Port {text} cannot be used ({error.strerror}). Try: make run PORT=8100") from None
    return int(text)


def main() -> None:
    chosen = port()
    os.environ["PORT"] = str(chosen)
    prepared = subprocess.run([sys.executable, "scripts/prepare.py"], cwd=ROOT, check=False)
    if prepared.returncode:
        raise SystemExit(prepared.returncode)
    print(WELCOME.format(port=chosen), flush=True)
    # One process with threads: SQLite has one writer anyway, and the outbox delivers inside this process.
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{chosen}"]
    gunicorn += ["--worker-class", "gthread", "--threads", "8", "--timeout", "120", "--log-level", "warning"]
    os.chdir(ROOT)
    os.execv(sys.executable, gunicorn)


if __name__ == "__main__":
    main()
