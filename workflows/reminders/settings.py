"""The ladders in use: those of the house, over them a district's own file (REMINDERS_FILE)."""

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workflows.reminders.ladder import Ladders, UnusableLadder, read

OF_THE_HOUSE = Path(__file__).with_name("ladders.yaml")


def ladders() -> Ladders:
    """The ladders by kind. Raises `ImproperlyConfigured` for a file that means nothing."""
    return _ladders(settings.REMINDERS_FILE)


@cache
def _ladders(own: str) -> Ladders:
    found = _of_file(OF_THE_HOUSE, None)
    return _of_file(Path(own), found) if own else found


def _of_file(path: Path, defaults: Ladders | None) -> Ladders:
    try:
        return read(yaml.safe_load(path.read_text(encoding="utf-8")), defaults)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        first_line = next(iter(str(error).splitlines()), "")
        raise ImproperlyConfigured(f"REMINDERS_FILE={path}: cannot be read as YAML ({first_line})") from None
    except UnusableLadder as error:
        raise ImproperlyConfigured(f"REMINDERS_FILE={path}: {error}") from None
