"""`manage.py workday DATE +N` and `manage.py workday DATE..DATE`: working days by the loaded notices, never a guess."""

import json
import re
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from audit.plain import OneLineCommand
from calendars.services import official
from calendars.working_days import WorkingCalendar, YearNotLoaded

LARGEST_STEP = 100_000


class Command(OneLineCommand):
    """Prints a date or a number; exit 2 with one line where the input or the calendar gives no answer."""

    requires_system_checks: list[str] = []  # pure arithmetic: the pages need not be sound for it
    help = "The N-th working day after DATE (day 0 not counted), or the working days d with FIRST < d <= LAST."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", help="2026-02-11, or 2026-02-11..2026-03-17")
        parser.add_argument("step", nargs="?", default="", help="+5")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        first, dots, last = options["date"].partition("..")
        try:
            if dots:
                result = between(official(), first, last, options["step"])
            else:
                result = after(official(), first, options["step"])
        except YearNotLoaded as missing:
            message = (
                f"{missing.year}: the State Council's notice of working days is not loaded; load it with "
                f"`manage.py calendar_load --year {missing.year} --csv FILE --notice-url URL`"
            )
            raise CommandError(message, returncode=2) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {error}", returncode=2) from None
        answer = result["date"] if not dots else result["working_days"]
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else str(answer))


def day_of(text: str) -> date:
    """The date, written as 2026-02-11 and no other way."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise CommandError(f"{text!r} is no date: write it as 2026-02-11", returncode=2)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no date: {error}", returncode=2) from None


def after(calendar: WorkingCalendar, start: str, step: str) -> dict[str, object]:
    """The N-th working day after the start."""
    day = day_of(start)
    if not re.fullmatch(r"\+[0-9]{1,6}", step) or int(step) > LARGEST_STEP:
        wrong = repr(step) if step else "the number of working days is missing"
        raise CommandError(f"{wrong}: write it as +5, after the date (or DATE..DATE to count)", returncode=2)
    end = calendar.add(day, int(step))
    return {"from": str(day), "working_days": int(step), "date": str(end.date), "provisional": end.provisional}


def between(calendar: WorkingCalendar, first: str, last: str, step: str) -> dict[str, object]:
    """The number of working days d with first < d <= last."""
    if step:
        raise CommandError(f"{step!r}: DATE..DATE counts and takes no number of days", returncode=2)
    start, end = day_of(first), day_of(last)
    if end < start:
        raise CommandError(f"{last} is before {first}: write the earlier date first", returncode=2)
    for day in (start, end):
        calendar.is_working(day)
    return {"from": str(start), "to": str(end), "working_days": calendar.count(start, end), "provisional": False}
