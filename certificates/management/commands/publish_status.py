"""`manage.py publish_status [DIR]`: write keys.json and the signed status list for offline verification."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.violations import RuleViolation
from certificates.publication import publish


class Command(BaseCommand):
    help = "Write the published keys and the signed status list as files (keys.json, status.cbor)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            default=settings.PUBLISHED_DIR,
            help="where to; PUBLISHED_DIR where left out",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            statuses = publish(options["folder"], at=timezone.now())
        except (OSError, RuleViolation) as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if options["json"]:
            told = {
                "as_of": statuses.as_of.isoformat(timespec="seconds"),
                "expires": statuses.expires.isoformat(timespec="seconds"),
                "last_seat": statuses.last_seat,
                "entries": len(statuses.entries),
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(
                f"{options['folder']}: {len(statuses.entries)} 条例外,有效至 {statuses.expires:%Y-%m-%d %H:%M %Z}"
            )
