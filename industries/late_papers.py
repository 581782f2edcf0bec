"""How many working days a paper has that may come after acceptance (容缺受理, R6.10). Pure; `permits.law.tolerance` says which may."""

MOST_DAYS = 20
"""Working days from acceptance that a paper can have at most."""
BEFORE_PROMISE = 2
"""Working days that the departments keep between the last day for a paper and that of the promise."""


def days_for(promised_days: int) -> int:
    """Working days from acceptance that a paper has; 0 where the promise is too short for any."""
    return max(0, min(MOST_DAYS, promised_days - BEFORE_PROMISE))
