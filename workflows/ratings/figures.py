"""The public figures of reviews, counted from the records and by nobody's hand (R3.1, R3.5)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from workflows.models import Rating
from workflows.ratings import rules

SHOWN = 50
"""So many answered or published reviews stand on the public page."""


@dataclass(frozen=True, slots=True)
class BodyFigures:
    """How one body was rated: reviews by level (5 to 1), and of the bad ones how many are answered and were so in time."""

    body: str
    levels: tuple[int, ...]
    bad: int
    answered: int
    in_time: int

    @property
    def total(self) -> int:
        return sum(self.levels)

    @property
    def satisfied(self) -> float | None:
        """In per cent; None without any review."""
        given = [level for level, count in zip(rules.LEVELS, self.levels, strict=True) for _place in range(count)]
        share = rules.satisfied_share(given)
        return None if share is None else round(100 * share, 1)


def by_body() -> list[BodyFigures]:
    """Every body that was rated, in one statement."""
    answered = Q(answered_at__isnull=False)
    counted = Rating.objects.counted().order_by("body__name").values("body__name")
    counts: dict[str, Count] = {f"level_{level}": Count("pk", filter=Q(level=level)) for level in rules.LEVELS}
    counts |= {
        "bad": Count("pk", filter=Q(level__lte=2)),
        "answered": Count("pk", filter=answered),
        "in_time": Count("pk", filter=answered & Q(answered_at__date__lte=F("answer_by"))),
    }
    rows: Any = counted.annotate(**counts)
    return [
        BodyFigures(
            row["body__name"],
            tuple(row[f"level_{level}"] for level in rules.LEVELS),
            row["bad"],
            row["answered"],
            row["in_time"],
        )
        for row in rows
    ]


def published() -> QuerySet[Rating]:
    """The newest reviews that say something in public: words that may be shown, or an answer. No case, no person."""
    shown = Q(may_publish=True, hidden_at=None) & ~Q(text="") | ~Q(answer="")
    return Rating.objects.counted().filter(shown).select_related("body")[:SHOWN]
