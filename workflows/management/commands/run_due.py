"""`manage.py run_due`: do what fell due. Call it from cron or a timer, as often as you like."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows.periodic import run_due


class Command(BaseCommand):
    """Deemed acceptance and returns; a missed night is made up, a second run changes nothing."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The moment to pretend, for trying things out."""
        parser.add_argument("--at", help='a moment such as "2026-03-02 00:00"; now without it')

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and say what moved."""
        report = run_due(self.moment(options["at"]))
        self.stdout.write(f"accepted by silence: {report.accepted_by_silence}, returned: {report.returned}")
        if report.failed:
            raise CommandError("could not be moved: " + "; ".join(report.failed), returncode=1)

    def moment(self, text: str | None) -> datetime:
        """The moment given, in the site's time zone."""
        if text is None:
            return timezone.now()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f'--at {text!r} is no moment; write "2026-03-02 00:00"', returncode=2) from None
        return moment if moment.tzinfo else timezone.make_aware(moment)
