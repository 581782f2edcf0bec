"""What comes first (R1.31), without a database: what it means for the matter that waits."""

from datetime import UTC, datetime

import pytest

from permits.models import CaseMatter
from permits.prerequisites import Standing, standing

STATES = {"p": "pending", "i": "inspecting", "c": "rectifying", "g": "granted", "r": "refused", "e": "granted"}


def matters(letters: str) -> list[CaseMatter]:
    """A matter for each letter, its state's first; e is one whose permit has ended."""
    ended = datetime(2026, 3, 9, tzinfo=UTC)
    return [CaseMatter(state=STATES[one], permit_ended_at=ended if one == "e" else None) for one in letters]


@pytest.mark.parametrize(
    ("first", "means"),
    [
        ("", Standing.NONE),
        *[(one, Standing.OPEN) for one in ("p", "i", "c", "gp", "pgg", "cg")],
        *[(one, Standing.GRANTED) for one in ("g", "gg")],
        *[(one, Standing.BARRED) for one in ("r", "rg", "pr", "e", "ge", "ep")],
    ],
)
def test_r1_31_all_of_what_comes_first_has_to_be_granted_and_to_stand(first: str, means: Standing) -> None:
    assert standing(matters(first)) == means
