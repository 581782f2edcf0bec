"""The periods of a hearing (arts. 46 to 48 of the Licensing Law, R2.23), and what may be decided meanwhile. Pure.

    standing(calendar, Right(told_on=day), today) is Standing.OPEN

The law's "five days" of the party is counted in working days, the longer reading (R2.4); the organ's twenty and seven days
are working days by article 82.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendars.working_days import WorkingCalendar

ASK_DAYS, HOLD_DAYS, NOTICE_DAYS = 5, 20, 7
"""Working days to ask for the hearing, to hold it once it is asked for, and between the notice of time and place and it."""


@dataclass(frozen=True, slots=True)
class Right:
    """One right to a hearing: when it was told, and what has become of it. `ask_by` is the last day that the party was told,
    where it was told one: a calendar that changes later takes none of its days."""

    told_on: date
    waived_on: date | None = None
    asked_on: date | None = None
    held_on: date | None = None
    ask_by: date | None = None


class Standing(StrEnum):
    """Where a right to a hearing stands on a day."""

    OPEN = "open"
    """It may still be asked for."""
    DUE = "due"
    """It was asked for and is still to be held."""
    HELD = "held"
    WAIVED = "waived"
    OVER = "over"
    """Nobody asked in time."""


def ask_by(calendar: WorkingCalendar, told_on: date) -> date:
    """The last day on which a hearing can be asked for."""
    return calendar.add(told_on, ASK_DAYS).date


def hold_by(calendar: WorkingCalendar, asked_on: date) -> date:
    """The last day on which it is held."""
    return calendar.add(asked_on, HOLD_DAYS).date


def first_day(calendar: WorkingCalendar, notified_on: date) -> date:
    """The first day on which it may be held: seven working days after time and place were told."""
    return calendar.add(notified_on, NOTICE_DAYS).date


def standing(calendar: WorkingCalendar, right: Right, today: date) -> Standing:
    """Where the right stands: it lapses with its last day, whether or not the nightly run came by."""
    if right.held_on is not None:
        return Standing.HELD
    if right.waived_on is not None:
        return Standing.WAIVED
    if right.asked_on is not None:
        return Standing.DUE
    return Standing.OPEN if today <= (right.ask_by or ask_by(calendar, right.told_on)) else Standing.OVER


def may_decide(calendar: WorkingCalendar, right: Right, today: date) -> bool:
    """Whether what the right was told of may be decided: after the hearing, or once nobody can ask for one any more."""
    return standing(calendar, right, today) not in (Standing.OPEN, Standing.DUE)
