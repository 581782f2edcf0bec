"""`manage.py audit --verify`: recompute every chain of the audit log and name the first fault."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from audit.models import AuditEntry
from audit.plain import OneLineCommand
from audit.verify import verify


class Command(OneLineCommand):
    """Exit 0: every chain is whole; 1: an entry was changed, removed, moved or slipped in."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and the form of the answer."""
        parser.add_argument("--verify", action="store_true", help="recompute the chains")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say what was found."""
        if not options["verify"]:
            raise CommandError("say what to do: manage.py audit --verify", returncode=2)
        entries = AuditEntry.objects.count()

        def progress(rows: Iterable[AuditEntry]) -> Iterable[AuditEntry]:
            quiet = not sys.stderr.isatty()
            return tqdm(rows, desc="audit", total=entries, unit="entry", leave=False, disable=quiet)

        fault = verify(progress)
        if options["json"]:
            found = {"subject": fault.subject, "seq": fault.seq, "what": fault.what} if fault else None
            self.stdout.write(
                json.dumps({"whole": fault is None, "entries": entries, "fault": found}, ensure_ascii=False)
            )
        else:
            self.stdout.write(str(fault) if fault else f"whole: {entries} entries")
        if fault:
            raise SystemExit(1)
