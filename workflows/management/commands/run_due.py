"""`manage.py run_due`: do what fell due. Call it from cron or a timer, as often as you like."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows.periodic import DueReport, run_due


class Command(BaseCommand):
    """Deemed acceptance, returns, reminders, alarms; a missed night is made up, a second run changes nothing."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The moment to pretend, for trying things out; JSON for machines."""
        parser.add_argument("--at", help='a moment such as "2026-03-02 00:00"; now without it')
        parser.add_argument("--json", action="store_true", help="counts and failures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and say what moved. Exit 1 where a case could not be moved, 2 where the moment means nothing."""
        at = self.moment(options["at"])
        report = run_due(at)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(report, at), ensure_ascii=False, indent=1))
        else:
            counts = ", ".join(f"{rule}: {count}" for rule, count in report.counts.items() if count)
            self.stdout.write(counts or "nothing was due")
        if report.failed:
            raise CommandError("could not be moved: " + "; ".join(map(str, report.failed)), returncode=1)

    def moment(self, text: str | None) -> datetime:
        """The moment given, in the site's time zone."""
        if text is None:
            return timezone.now()
        try:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else timezone.make_aware(moment)
        except (ValueError, OverflowError):
            raise CommandError(f'--at {text!r} is no moment; write "2026-03-02 00:00"', returncode=2) from None


def as_json(report: DueReport, at: datetime) -> dict[str, Any]:
    """How many each rule moved; the cases that could not be moved, with the rule and why."""
    failed = [{"case": one.case, "rule": one.rule, "reason": one.reason} for one in report.failed]
    return {"at": timezone.localtime(at).isoformat(), "counts": dict(report.counts), "failed": failed}
