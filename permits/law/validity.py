"""How long a permit is valid, from the day on which it comes into force. Pure."""

from datetime import date, timedelta


def last_day_of_validity(on: date, years: int | None) -> date | None:
    """The day before the anniversary; None where the permit has no term. 29 February ends on 28 February."""
    if years is None:
        return None
    try:
        anniversary = on.replace(year=on.year + years)
    except ValueError:
        anniversary = date(on.year + years, 3, 1)
    return anniversary - timedelta(days=1)
