"""What each day is and how it is called, for those who tell why a date is what it is."""

from datetime import date

from calendars import seed
from calendars.models import CalendarDay
from calendars.working_days import DayFact, YearNotLoaded


class Daybook:
    """Answers for single days; a year is read when a day of it is first asked for, in one statement."""

    def __init__(self) -> None:
        self._years: dict[int, dict[date, DayFact]] = {}

    def __call__(self, day: date) -> DayFact:
        """What the day is. Raises `YearNotLoaded`."""
        if day.year not in self._years:
            self._years[day.year] = _year(day.year)
        return self._years[day.year][day]


def _year(year: int) -> dict[date, DayFact]:
    """The stored days; where the table has none of the year, those that come with the house."""
    stored = CalendarDay.objects.filter(date__year=year)
    facts = [DayFact(row.date, row.kind, row.name, row.status == CalendarDay.Status.PROVISIONAL) for row in stored]
    if not facts and year in seed.rows():
        official = seed.official_days(year)
        days = official or seed.provisional_days(year)
        facts = [DayFact(day.date, day.kind, day.name, not official) for day in days]
    if not facts:
        raise YearNotLoaded(year)
    return {fact.date: fact for fact in facts}
