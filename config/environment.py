"""Strict reading of the environment: a value that means nothing stops the start, with a message that says what to write."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default where it is not set."""
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    """True or False; anything else is an error, never a guess."""
    value = os.environ.get(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: write True or False")
    return value == "True"


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number") from None


def choice(name: str, values: tuple[str, ...]) -> str:
    """One of these words; the first where the variable is not set."""
    value = os.environ.get(name, values[0])
    if value not in values:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(values)}")
    return value


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty entries are left out."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SQLITE_OPTIONS = {
    # WAL lets readers go on while one writes; an immediate transaction takes the write lock at its start,
    # so that two acts on one case queue up instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


PLANNED_AFTER = 2
"""PostgreSQL keeps the plan of a statement of `audit.plans` once it has come so often on one connection."""


def database(url: str) -> dict[str, object]:
    """Django's DATABASES entry for `sqlite:///path` or `postgresql://user:password@host:port/name?host=/socket/dir`.

    `?pooler=transaction` says that a pooler stands between, which may change the connection with each transaction: nothing is
    then kept on a connection, neither plans nor cursors.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or ":memory:",
            "OPTIONS": SQLITE_OPTIONS,
        }
    if parts.scheme in ("postgres", "postgresql"):
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        is_pooled = query.get("pooler") == "transaction"
        if not is_pooled and "pooler" in query:
            raise ImproperlyConfigured(f"DATABASE_URL={url!r}: pooler is transaction, or left out")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": query.get("port", str(parts.port or "")),
            "CONN_MAX_AGE": 60,
            # A ceiling, not a plan: whoever waits this long for a row gets a clear answer instead of a hanging page.
            "OPTIONS": {"options": "-c lock_timeout=10000", "prepare_threshold": None if is_pooled else PLANNED_AFTER},
            "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        }
    raise ImproperlyConfigured(f"DATABASE_URL={url!r}: write sqlite:///path or postgresql://user@host/name")


def secret(name: str, default: str) -> str:
    """A secret from the variable, or from the file that `<name>_FILE` names."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)
