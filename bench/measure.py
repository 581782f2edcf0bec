"""What a benchmark hands back, and how a call is timed."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

OURS = "One Licence"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the table: what was measured, of whom, and every run's value.

    `values` are in `unit` (`ms`, `cases/s` …); `higher_is_better` says which way is good; `statements` counts the
    database statements of one unit of work where that matters; `sizes` states what the work was (5 departments,
    48 materials …), so that the number can be judged.
    """

    subject: str
    who: str
    unit: str
    values: tuple[float, ...]
    higher_is_better: bool = False
    statements: int | None = None
    sizes: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Half the distance between slowest and fastest run, as a share of the median."""
        return (max(self.values) - min(self.values)) / 2 / self.median if self.median else 0.0


def times_ms(work: Callable[[], object], *, runs: int, warm_up: int = 1) -> tuple[float, ...]:
    """How many milliseconds each of `runs` calls took, after `warm_up` calls that do not count."""
    for _ in range(warm_up):
        work()
    values = []
    for _ in range(runs):
        gc.collect()
        started = time.perf_counter()
        work()
        values.append((time.perf_counter() - started) * 1000)
    return tuple(values)


def per_second(work: Callable[[], object], *, units: int, runs: int, warm_up: int = 1) -> tuple[float, ...]:
    """How many units per second each of `runs` calls reached; one call does `units` of them."""
    return tuple(units / (value / 1000) for value in times_ms(work, runs=runs, warm_up=warm_up))
