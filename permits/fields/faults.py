"""Why a value cannot be used, with what to write instead."""

from typing import Any


def _(message: str) -> str:
    """Mark a message for translation; the page translates it when it is shown."""
    return message


class Fault(ValueError):
    """The value cannot be used. `message` is a template over `values`, translated only where it is shown.

    `blank` says that nothing was written where something must be; `cells` holds the faults of a table, by (row, column).
    """

    def __init__(
        self,
        message: str,
        *,
        blank: bool = False,
        cells: dict[tuple[int, str], "Fault"] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
        self.blank = blank
        self.cells = cells or {}

    def __str__(self) -> str:
        return self.message % self.values
