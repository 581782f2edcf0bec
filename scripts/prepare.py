"""Prepares a home installation: `prepare.py assets` builds what is served, `prepare.py` also fills the database.

All steps may run again and again; each leaves alone what is in place.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def assets() -> None:
    """Styles, scripts, fonts and compiled translations."""
    for script in ("assets.py", "compile_locale.py"):
        done = subprocess.run([sys.executable, str(ROOT / "scripts" / script)], cwd=ROOT, check=False)
        if done.returncode:
            raise SystemExit(done.returncode)


def commands() -> list[tuple[str, Callable[[], None]]]:
    """The database's steps in their order, each with what to tell the user."""
    from django.core.management import call_command

    unheard = StringIO()
    return [
        ("Database", lambda: call_command("migrate", interactive=False, verbosity=0)),
        ("Calendar of working days", lambda: call_command("calendar_load", all=True, stdout=unheard)),
        ("Catalogue", lambda: call_command("load_catalogue", stdout=unheard)),
        ("Demo accounts and one finished case", lambda: call_command("demo_data")),
    ]


def database() -> None:
    """Migrates and fills the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # The demo's papers are made before the server starts, not by a thread that ends with this process.
    os.environ["OUTBOX_MODE"] = "inline"
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise SystemExit(f"Settings: {error}") from None

    for title, step in commands():
        print(f"· {title}", flush=True)
        try:
            step()
        except CommandError as error:
            raise SystemExit(f"{title}: {error}") from error


def main() -> None:
    assets()
    if sys.argv[1:] != ["assets"]:
        database()


if __name__ == "__main__":
    main()
