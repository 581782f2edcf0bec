"""What the commands of the public face share: JSON on request, one line and exit 2 for unusable input, no traceback."""

import json
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

UNUSABLE = 2


class OneLineParser(CommandParser):
    """Says what is wrong with the options in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}\n")


class Unusable(Exception):
    """The input cannot be used; the message says what, where, and how to mend it."""


class PlainCommand(BaseCommand):
    """`handle_plain` does the work and returns the exit code; Unusable becomes one line on stderr and exit 2."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django builds its own CommandParser; ours differs only in how it refuses, so the built one takes its class.
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line is not False:
            parser.__class__ = OneLineParser
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self.handle_plain(**options)
        except Unusable as unusable:
            self.stderr.write(str(unusable).replace("\n", " "))
            raise SystemExit(UNUSABLE) from None
        if code:
            raise SystemExit(code)

    def handle_plain(self, **options: Any) -> int:
        raise NotImplementedError

    def print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=1))
