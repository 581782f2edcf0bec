"""What the commands of the public face share: a wrong option is told in one line, with exit 2."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

UNUSABLE = 2


class OneLineParser(CommandParser):
    """Says what is wrong with the options in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}\n")


class OneLineCommand(BaseCommand):
    """A command whose options are read by OneLineParser; a database that does not answer is told in one line, too."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it; exit 2 where the database is away or has no tables."""
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            first_line = next(iter(str(error).splitlines()), type(error).__name__)
            message = f"the database does not answer ({first_line}): check DATABASE_URL, run manage.py migrate"
            raise CommandError(message, returncode=UNUSABLE) from None

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django builds its own CommandParser; ours differs only in how it refuses, so the built one takes its class.
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line is not False:
            parser.__class__ = OneLineParser
        return parser
