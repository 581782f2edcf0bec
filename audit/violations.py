"""The error of an act that a rule refuses."""

from django.utils.functional import Promise


class RuleViolation(Exception):
    """A rule refuses the act; nothing was changed.

    `code` is for programs, `message` for the person (in their language, saying what to mend), `field` names the
    input at fault where there is one, `rule` the rule's number (R2.8) for the log.
    """

    def __init__(self, code: str, message: str | Promise, *, field: str = "", rule: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return str(self.message)
