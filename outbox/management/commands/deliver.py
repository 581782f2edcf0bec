"""`manage.py deliver [--forever] [--retry-dead]`: delivers what waits in the outbox."""

import json
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from outbox import worker
from outbox.delivery import retry_dead


class Command(BaseCommand):
    """Once: all that is due. With --forever: until SIGTERM or Ctrl-C, which let the parcel in hand be finished."""

    help = "Deliver the outbox: documents to be rendered, messages to be sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="keep delivering until SIGTERM or Ctrl-C")
        parser.add_argument("--retry-dead", action="store_true", help="give failed parcels all their attempts again")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        revived = retry_dead(at=timezone.now()) if options["retry_dead"] else 0
        if options["forever"]:
            self.stderr.write("outbox: delivering; Ctrl-C stops")
            self.serve()
            return
        report = worker.drain()
        if options["json"]:
            result = {"delivered": report.delivered, "failed": report.failed, "revived": revived}
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"{report.delivered} delivered, {report.failed} failed")
        if report.failed:
            raise SystemExit(1)

    def serve(self) -> None:
        """Runs the loop until a signal asks to stop."""
        stop, woken = threading.Event(), threading.Event()

        def end() -> None:
            stop.set()
            woken.set()

        def finish(_signal: int, _frame: FrameType | None) -> None:
            # From a thread of its own: the signal may have interrupted the very lock that an event's set() takes.
            threading.Thread(target=end).start()

        before = {number: signal.signal(number, finish) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            worker.run(stop, woken)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.stderr.write("outbox: stopped")
