"""`manage.py calendar_load --all | --year Y [--csv FILE --notice-url URL]`: loads the working-day calendar."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.violations import RuleViolation
from calendars.services import Loaded, load_year, seeded_years


class Command(BaseCommand):
    """Loads years; a second run changes nothing."""

    help = "Load the State Council's working days: all years that come with the house, or one year from its notice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every year that comes with the house")
        which.add_argument("--year", type=int, help="one year")
        parser.add_argument("--csv", type=Path, help="the notice's days off and make-up days: date,kind[,name]")
        parser.add_argument("--notice-url", default="", help="where the notice was published (https://…)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["csv"] and options["year"] is None:
            raise CommandError("--csv needs --year: write the year that the notice is for", returncode=2)
        years = seeded_years() if options["year"] is None else [options["year"]]
        if not all(1950 <= year <= 2100 for year in years):
            raise CommandError(f"--year {options['year']}: write a year such as 2027", returncode=2)
        loaded = []
        for year in tqdm(years, desc="calendar", unit="year", leave=False, disable=not sys.stderr.isatty()):
            try:
                loaded.append(
                    load_year(year, at=timezone.now(), notice=options["csv"], notice_url=options["notice_url"])
                )
            except RuleViolation as violation:
                raise CommandError(f"{year}: {violation}", returncode=2) from None
        self.report(loaded, as_json=options["json"])

    def report(self, loaded: list[Loaded], *, as_json: bool) -> None:
        """What was done, a line a year."""
        if as_json:
            rows = [
                {"year": year.year, "status": year.status, "written": year.written, "moved": [*map(str, year.moved)]}
                for year in loaded
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for year in loaded:
            self.stdout.write(f"{year.year} {year.status}: {year.written} days written {year.kept}".rstrip())
