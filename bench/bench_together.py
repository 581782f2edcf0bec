"""Five departments decide at the same moment (PostgreSQL): how long each waits, and how many cases are lost.

Beside bare django-viewflow with its default lock, with its recommended one, and with the one it can be given.
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import close_old_connections, connection

from bench.bench_cases import ANSWERS, AT, INDUSTRIES
from bench.measure import OURS, Measurement

ROUNDS = 20
Job = Callable[[], object]


def measurements(runs: int) -> Iterable[Measurement]:
    """Waits in milliseconds of every department in every round; the note counts what was lost."""
    if connection.vendor != "postgresql":
        return
    from bench.peers.flows import LOCKS, Race
    from bench.stage import Stage

    stage = Stage(INDUSTRIES, ANSWERS, AT)
    rounds = max(ROUNDS, runs)
    yield measured(OURS, rounds, lambda: our_round(stage))
    for name, flow_class in LOCKS.items():
        race = Race(flow_class, stage.anybody)
        yield measured(name, rounds, race.round)


def measured(who: str, rounds: int, one_round: Callable[[], tuple[list[Job], Callable[[], bool]]]) -> Measurement:
    """Play the rounds: all jobs of a round start together; afterwards the case must have gone on."""
    waits: list[float] = []
    lost = errors = 0
    for _ in range(rounds):
        jobs, went_on = one_round()
        waited, failed = together(jobs)
        waits += waited
        errors += failed
        lost += not went_on()
    note = f"lost {lost} of {rounds} cases, {errors} errors; longest wait {max(waits):.0f} ms"
    return Measurement("five decide at once", who, "ms", tuple(waits), sizes={"rounds": rounds}, note=note)


def together(jobs: list[Job]) -> tuple[list[float], int]:
    """Run the jobs in threads that start at the same moment; milliseconds each took, and how many failed."""
    gate = threading.Barrier(len(jobs))
    waits: list[float] = []
    failed: list[Exception] = []

    def run(job: Job) -> None:
        close_old_connections()
        connection.ensure_connection()
        gate.wait()
        started = time.perf_counter()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - a peer that fails is counted, not died of
            failed.append(error)
        waits.append((time.perf_counter() - started) * 1000)
        connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits, len(failed)


def our_round(stage: object) -> tuple[list[Job], Callable[[], bool]]:
    """An accepted case, one grant per department, and whether it then waits for its licence."""
    from bench.stage import Stage
    from permits.models import Case
    from workflows import steps
    from workflows.models import CaseProcess

    assert isinstance(stage, Stage)
    case = stage.accepted()

    def job(body: str, matters: list[str]) -> Job:
        mine, officer = Case.objects.get(pk=case.pk), stage.officer(body)
        return lambda: steps.grant(mine, matters=matters, actor=officer, at=AT + timedelta(days=1))

    jobs = [job(body, matters) for body, matters in stage.parts(case)]
    return jobs, lambda: steps.waiting_at(CaseProcess.objects.get(case=case)) == "issue"
