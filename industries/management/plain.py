"""What the commands of the public face share: JSON on request, one line and exit 2 for unusable input, no traceback."""

import json
from typing import Any

from audit.plain import UNUSABLE, OneLineCommand


class Unusable(Exception):
    """The input cannot be used; the message says what, where, and how to mend it."""


class PlainCommand(OneLineCommand):
    """`handle_plain` does the work and returns the exit code; Unusable becomes one line on stderr and exit 2."""

    requires_system_checks: list[str] = []

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
