"""How long tests that draw lots go on: a build's usual share, or TEST_EFFORT times as much (`TEST_EFFORT=10 make test` at night)."""

import os

EFFORT = int(os.environ.get("TEST_EFFORT", "1"))


def times(usual: int) -> int:
    """So many examples, stories or rounds instead of the usual number."""
    return usual * EFFORT
