"""`manage.py rehearse FILE…`: play scripted cases on a throw-away database and say whether the law answered as expected."""

import json
import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import translation

from audit.plain import OneLineCommand
from workflows.rehearsal.play import play
from workflows.rehearsal.script import UnusableScript, read
from workflows.rehearsal.stage import throw_away_database


@contextmanager
def nights_unheard() -> Iterator[None]:
    """What waits for a calendar stands in the result, once and not night by night."""
    logger = logging.getLogger("workflows.periodic")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


class Command(OneLineCommand):
    """Exit 0: every file passed; 1: some did not; 2: a file cannot be played."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, and the form of the answer."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play all files; each is rolled back before the next."""
        with translation.override("zh-hans"), nights_unheard():
            results = self.results(options["files"])
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1))
        else:
            for path, result in zip(options["files"], results, strict=True):
                self.tell(path, result)
        if not all(result["passed"] for result in results):
            raise SystemExit(1)

    def results(self, files: list[Path]) -> list[dict[str, Any]]:
        """One result per file, in order."""
        try:
            scripts = [read(path) for path in files]
            with throw_away_database():
                return [self.rehearsed(path, script) for path, script in zip(files, scripts, strict=True)]
        except UnusableScript as error:
            raise CommandError(str(error), returncode=2) from None

    def rehearsed(self, path: Path, script: Any) -> dict[str, Any]:
        """Play one script and leave nothing behind."""
        with transaction.atomic():
            try:
                return play(script)
            except UnusableScript as error:
                raise UnusableScript(f"{path}: {error}") from None
            finally:
                transaction.set_rollback(True)

    def tell(self, path: Path, result: dict[str, Any]) -> None:
        """The result in words."""
        mark = "passed" if result["passed"] else "FAILED"
        self.stdout.write(f"{mark}  {path}  {result['title']}  ({result['case']['state']})")
        for line in result["failures"]:
            self.stdout.write(f"    {line}")
        for line in result["undone"]:
            self.stderr.write(f"    {path.name}: {line}")
