"""Whole cases: submit, accept, five departments, issue - audit, documents and outbox rows included.

Beside the same topology, empty, in bare django-viewflow and SpiffWorkflow, and beside the rows of our case written by
plain bulk SQL in one transaction (the physical limit). All take turns, so that noise meets everybody.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.measure import OURS, Measurement, times_ms

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
INDUSTRIES = ["restaurant"]
ANSWERS = {
    "area_m2": 400,
    "makes_food": True,
    "menu_hot": True,
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "has_signboard": True,
    "drains_to_sewer": True,
    "is_public_gathering": True,
}
CASES_PER_RUN = 5


def measurements(runs: int) -> Iterable[Measurement]:
    """Ours first, then the peers."""
    from bench.peers.flows import run_bare_flow
    from bench.peers.limit import RowsOfACase
    from bench.peers.spiff import run_spiff
    from bench.stage import Stage

    stage = Stage(INDUSTRIES, ANSWERS, AT)
    rows = RowsOfACase(stage.finished_case())
    contestants: dict[str, Callable[[], object]] = {
        OURS: stage.whole_case,
        "django-viewflow, empty flow": lambda: run_bare_flow(stage.anybody),
        "SpiffWorkflow, empty flow": run_spiff,
        "same rows, bulk SQL": rows.write,
    }
    sizes = {"database": connection.vendor, "cases_per_run": CASES_PER_RUN, **stage.sizes()}
    values: dict[str, list[float]] = {who: [] for who in contestants}
    stage.prepare(CASES_PER_RUN * (runs + 1) + 1)
    statements = {who: count_statements(work) for who, work in contestants.items()}
    for turn in range(runs):
        for who, work in contestants.items():
            per_case = times_ms(lambda work=work: repeat(work), runs=1, warm_up=turn == 0)[0] / CASES_PER_RUN
            values[who].append(1000 / per_case)
    for who in contestants:
        yield Measurement(
            f"whole cases ({connection.vendor})",
            who,
            "cases/s",
            tuple(values[who]),
            higher_is_better=True,
            statements=statements[who],
            sizes=sizes,
        )


def repeat(work: Callable[[], object]) -> None:
    """One run's worth of cases."""
    for _ in range(CASES_PER_RUN):
        work()


def count_statements(work: Callable[[], object]) -> int:
    """Database statements of one unit of work, BEGIN, COMMIT and SAVEPOINT included for everybody alike."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
