"""The stamp of a page: what its reader saw, so that acting on a page that is no longer true gets a clear answer.

A stamp is `<seen>.<digest>`: how many acts of the case the page knew of, and a digest of the facts that matter for this
page. Other departments decide all the time; only a change of this page's own facts makes it stale.
"""

import hashlib
import json
from typing import Any

DIGITS = 16


def stamp(seen: int, *facts: Any) -> str:
    """The stamp of a page that knew `seen` acts and rests on these facts (anything with a stable text)."""
    return f"{seen}.{_digest(facts)}"


def is_stale(given: str, *facts: Any) -> bool:
    """Whether the facts have changed since the stamp was made. A page without a stamp counts as stale."""
    return given.partition(".")[2] != _digest(facts)


def seen_of(given: str) -> int | None:
    """How many acts the page knew of; None where the stamp says nothing."""
    seen = given.partition(".")[0]
    return int(seen) if seen.isdecimal() and len(seen) < DIGITS else None


def _digest(facts: tuple[Any, ...]) -> str:
    text = json.dumps(facts, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
