"""The delivery loop, and the one daemon thread per process that runs it in the embedded mode."""

import atexit
import logging
import threading
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from outbox.delivery import Report, deliver_due
from outbox.models import Parcel

BATCH = 50
LONGEST_NAP = 30.0
"""Seconds without a look: other processes' parcels and back-offs are found after at most this long."""
SHORTEST_NAP = 0.2

log = logging.getLogger(__name__)


def drain(stop: threading.Event | None = None) -> Report:
    """Deliver until nothing is due (or `stop` is set)."""
    delivered = failed = 0
    while not (stop and stop.is_set()):
        report = deliver_due(timezone.now(), BATCH)
        delivered, failed = delivered + report.delivered, failed + report.failed
        if not (report.delivered or report.failed):
            break
    return Report(delivered, failed)


def nap(now: datetime) -> float:
    """Seconds until the next waiting parcel may be attempted."""
    due = Parcel.objects.filter(status=Parcel.Status.WAITING).order_by("due_at").values_list("due_at", flat=True)
    first = due.first()
    if first is None:
        return LONGEST_NAP
    return min(max((first - now).total_seconds(), SHORTEST_NAP), LONGEST_NAP)


def run(stop: threading.Event, woken: threading.Event) -> None:
    """Deliver, sleep until woken or due, until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        woken.clear()
        try:
            drain(stop)
            seconds = nap(timezone.now())
        except DatabaseError:
            log.exception("outbox: the database does not answer, next look in %s s", LONGEST_NAP)
            seconds = LONGEST_NAP
        # An idle loop holds no connection: SQLite's file stays free, PostgreSQL's places too.
        connection.close()
        woken.wait(seconds)


class DeliveryThread:
    """One thread per process, started when it is first needed; after a fork the child starts its own."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._woken, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Have the thread look for parcels now."""
        self._woken.set()
        with self._guard:
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                self._thread = threading.Thread(target=run, args=(self._stop, self._woken), name="outbox", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread after the parcel in hand, within ten seconds; what is left waits for the next process."""
        self._stop.set()
        self._woken.set()
        with self._guard:
            if self._thread is not None:
                self._thread.join(timeout=10)


_thread = DeliveryThread()
wake = _thread.wake
atexit.register(_thread.stop)


def start() -> None:
    """Called when a web process starts: in the embedded mode what a killed process left behind is delivered now."""
    if settings.OUTBOX_MODE == "thread":
        wake()
