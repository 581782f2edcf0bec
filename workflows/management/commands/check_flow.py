"""`manage.py check_flow`: holds record and flow of every case against each other. Exit 1 where they disagree."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from workflows.audit import disagreements


class Command(BaseCommand):
    """Prints each disagreement; exit 0 without any, 1 else."""

    help = "Compares the legal record of every case with its flow."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = list(disagreements())
        if options["json"]:
            self.stdout.write(json.dumps({"disagreements": found}, ensure_ascii=False))
        else:
            for line in found:
                self.stdout.write(line)
            self.stderr.write(f"{len(found)} disagreements" if found else "record and flow agree")
        if found:
            raise SystemExit(1)
