"""`manage.py import_register FILE.csv`: loads the business register's table."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.actors import SYSTEM
from accounts.register_import import import_register
from audit.violations import RuleViolation

SHOWN = 20


class Command(BaseCommand):
    """All rows or none: exit 2 lists the lines at fault."""

    help = "Load enterprises from a CSV file (UTF-8 or GBK; columns uscc, name and the other facts by their names)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=date.fromisoformat, help="the data's day, for rows without as_of (today)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(rows: Any) -> Any:
            return tqdm(rows, desc="register", unit="row", leave=False, disable=not sys.stderr.isatty())

        as_of = options["as_of"] or timezone.localdate()
        try:
            outcome = import_register(options["file"], actor=SYSTEM, at=timezone.now(), as_of=as_of, progress=progress)
        except RuleViolation as violation:
            raise CommandError(str(violation), returncode=2) from None
        if outcome.faults:
            for fault in outcome.faults[:SHOWN]:
                self.stderr.write(fault)
            raise CommandError(f"{len(outcome.faults)} rows are at fault, nothing was loaded", returncode=2)
        report = json.dumps({"rows": outcome.rows}) if options["json"] else f"{outcome.rows} rows loaded"
        self.stdout.write(report)
