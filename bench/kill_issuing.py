"""`python -m bench.kill_issuing --kills 200`: processes that issue licences are killed at any moment and started anew.

At the end every case has to have one licence, the numbers no gap and no double, every licence a sealed file that verifies.
Beside it, with the same kills, issuing as it is often written: the highest number plus one, the row, the file, a mark; what
is not marked is done again. Prints JSON; exit 1 where a case of ours is not as it has to be. DATABASE_URL: on that database.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.run import prepare

PAUSES = (0.02, 0.5)
"""Seconds between two kills, by chance."""
KINDS = ("permits.all_decided", "certificates.paper")


def main() -> int:
    """Ours and theirs, the same number of kills."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill_issuing", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--cases", type=int, default=0, help="how many at the beginning (default: as many as kills)")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    count = chosen.cases or max(chosen.kills, 10)
    with tempfile.TemporaryDirectory(prefix="one-licence-kill-") as folder:
        prepare(folder)
        ours = Ours(count)
        told = {"ours": run(ours, chosen), "often written so": run(often(Path(folder), count), chosen)}
    print(json.dumps({"kills": chosen.kills, "workers": chosen.workers, **told}, ensure_ascii=False, indent=1))
    return 0 if ours.is_whole(told["ours"]) else 1


def run(subject: Any, chosen: argparse.Namespace) -> dict[str, Any]:
    """Let workers work and die until all kills are done, then finish what is left; what was found."""
    chance = random.Random(chosen.seed)
    workers: set[int] = set()
    kills = 0
    while kills < chosen.kills:
        while len(workers) < chosen.workers:
            workers.add(started(subject, chance.random()))
        time.sleep(chance.uniform(*PAUSES))
        victim = chance.choice(sorted(workers))
        workers.discard(victim)
        kills += killed(victim)
    for worker in workers:
        killed(worker)
    begun = time.perf_counter()
    subject.finish()
    return {"seconds to finish what was left": round(time.perf_counter() - begun, 1), **subject.found()}


def started(subject: Any, seed: float) -> int:
    """A worker that does one case after the other, until it is killed. A fork: it has all it needs at once."""
    from django.db import connections

    connections.close_all()
    if child := os.fork():
        return child
    try:
        subject.work(random.Random(seed))
    finally:
        os._exit(0)


def killed(worker: int) -> int:
    """1 where the worker was still at work."""
    done, _status = os.waitpid(worker, os.WNOHANG)
    if done:
        return 0
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return 1


class Ours:
    """Cases whose departments have all decided; what is left to do lies in the outbox."""

    def __init__(self, count: int) -> None:
        from bench.bench_cases import ANSWERS, AT, INDUSTRIES
        from bench.stage import Stage
        from certificates import paper
        from certificates.signers import seals

        self.stage = Stage(INDUSTRIES, ANSWERS, AT)
        self.keys: list[str] = []
        self.more(count)
        seals.current()
        paper._seal_picture("x", is_specimen=True)  # the engine is loaded before the first fork

    def more(self, count: int) -> None:
        """Cases at the point where their licence is due."""
        from workflows import steps

        for _ in range(count):
            case = self.stage.accepted()
            for body, matters in self.stage.parts(case):
                at = self.stage.at + timedelta(days=1)
                steps.grant(case, matters=matters, actor=self.stage.officer(body), at=at)
            self.keys.append(f"all_decided:{case.pk}")

    def work(self, chance: random.Random) -> None:
        """Issue, and make the licences' papers, in any order, as the outbox's workers do."""
        from outbox import delivery

        while True:
            left = self.left()
            if not left:
                time.sleep(0.05)
                continue
            delivery.deliver(chance.choice(left))

    def left(self) -> list[str]:
        """What still has to leave of licences; the other papers of the cases are none of this bench's."""
        from outbox.models import Parcel

        waiting = Parcel.objects.filter(status=Parcel.Status.WAITING, kind__in=KINDS)
        return list(waiting.values_list("key", flat=True))

    def finish(self) -> None:
        """A worker that lives; what a dead one had taken is free after its lease, here at once."""
        from django.utils import timezone

        from outbox import delivery

        later = timezone.now() + delivery.LEASE + timedelta(minutes=1)
        while delivery.deliver_all(self.left(), at=later).delivered:
            pass

    def found(self) -> dict[str, Any]:
        """What stands in the database and on the disk."""
        from django.conf import settings
        from django.utils import timezone

        from audit.models import AuditEntry
        from certificates.models import Licence, LicenceVersion
        from certificates.verifying import verification
        from paper.sealed import State

        numbers = list(Licence.objects.order_by("pk").values_list("number", flat=True))
        serials = sorted(int(number.partition("〕")[2].rstrip("号")) for number in numbers)
        entries = Counter(AuditEntry.objects.filter(act="licence_issued").values_list("subject", flat=True))
        unverified, now = 0, timezone.now()
        for version in LicenceVersion.objects.exclude(file=""):
            verdict = verification.verify_file((Path(settings.MEDIA_ROOT) / version.file).read_bytes(), at=now)
            is_good = verdict.holds and verdict.seal is not None and verdict.seal.state is State.GOOD
            unverified += not is_good or bool(verdict.warnings)
        unverified += LicenceVersion.objects.filter(file="").count()
        return {
            "cases": len(self.keys),
            "licences": len(numbers),
            "double licences": sum(count - 1 for count in entries.values()),
            "double numbers": len(serials) - len(set(serials)),
            "missing numbers": (serials[-1] if serials else 0) - len(set(serials)),
            "without a verifiable file": unverified,
        }

    def is_whole(self, found: dict[str, Any]) -> bool:
        """Whether everything is as it has to be."""
        faults = ("double licences", "double numbers", "missing numbers", "without a verifiable file")
        return found["licences"] == found["cases"] and not any(found[fault] for fault in faults)


def often(folder: Path, count: int) -> Any:
    """The peer."""
    from bench.peers.plain_issuing import PlainIssuing

    return PlainIssuing(folder, count)


if __name__ == "__main__":
    sys.exit(main())
