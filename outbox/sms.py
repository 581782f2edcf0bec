"""The port to the district's SMS service. `SMS_BACKEND` names the class; no class, no SMS.

A backend is a class without arguments and with `send(to, text, *, id)`. It hands the message over and gives back the
service's receipt, or raises `SmsFailed`. `id` is the same at every attempt, so that the service can know a repetition.
"""

import sys
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsFailed(RuntimeError):
    """The service did not take the message; the outbox tries again."""


class Gateway(Protocol):
    """What every backend can do."""

    def send(self, to: str, text: str, *, id: str) -> str:
        """Hand a message over; the service's receipt."""


class Console:
    """Writes messages to standard error instead of sending them: for trying at home and for tests."""

    def send(self, to: str, text: str, *, id: str) -> str:
        """The number is shown by its end: a log is read by many."""
        sys.stderr.write(f"SMS …{to[-4:]} {id[:8]}: {text}\n")
        return "console"


def gateway() -> Gateway:
    """The backend of the settings."""
    return _made(settings.SMS_BACKEND)


@cache
def _made(path: str) -> Gateway:
    made: Gateway = import_string(path)()
    return made
