"""What falls due, whatever its kind: its name on record, its case, whose work it is, and its last day."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from calendars.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Thing:
    """Something open that is due: on `day`, or so many working days after it (`days`).

    `subject` is its name on record, `case_id` None where it is of no case, `body_id` whose work it is, `what` the matter's name.
    """

    subject: str
    case_id: int | None
    body_id: str
    day: date
    days: int = 0
    what: str = ""

    def due_on(self, calendar: WorkingCalendar) -> date:
        """Its last day. Raises `YearNotLoaded`."""
        return calendar.add(self.day, self.days).date if self.days else self.day


Cases = Collection[int | None] | None
Find = Callable[[date | None, Cases], Iterable[Thing]]


def narrowed(day: str, until: date | None, case: str, cases: Cases, days: int = 0) -> Q:
    """Due by a day, of these cases. So many working days are at least so many days: nothing that is due is left out."""
    condition = Q()
    if until is not None:
        condition &= Q(**{f"{day}__lte": until - timedelta(days)})
    if cases is not None:
        condition &= Q(**{f"{case}__in": cases})
    return condition
