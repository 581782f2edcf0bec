"""The ladder: monotone in time, missed nights made up once, nothing of what stands still or is done."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import WorkingCalendar, YearNotLoaded
from permits.clock import days_left
from workflows.reminders import ladder
from workflows.reminders.ladder import Kind, Level, Rung, UnusableLadder, read
from workflows.reminders.settings import OF_THE_HOUSE, ladders

FIRST, LAST = date(2025, 6, 1), date(2026, 10, 31)
FRIDAY = date(2026, 3, 6)


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    """The official days, once for all examples."""
    return WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)


def plain_days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


DAYS = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(n))
RUNGS = st.lists(st.integers(-10, 10), min_size=1, max_size=6, unique=True).map(
    lambda distances: tuple(Rung(n, (list(Level)[n % 6],)) for n in sorted(distances))
)


@given(due=DAYS, day=DAYS, rungs=RUNGS, later=st.integers(0, 60))
def test_a_rung_once_reached_stays_reached(
    calendar: WorkingCalendar, due: date, day: date, rungs: ladder.Ladder, later: int
) -> None:
    now = ladder.reached(calendar, due, day, rungs)
    assert now == ladder.reached(calendar, due, day + timedelta(later), rungs)[: len(now)]
    assert now == rungs[: len(now)]


@given(due=DAYS, day=DAYS, rungs=RUNGS)
def test_it_is_reached_on_its_working_day_and_not_before(
    calendar: WorkingCalendar, due: date, day: date, rungs: ladder.Ladder
) -> None:
    """Against counting the days one by one."""
    for rung in rungs:
        if day <= due:
            left = sum(calendar.is_working(one) for one in plain_days(day + timedelta(1), due))
        else:
            left = -(sum(calendar.is_working(one) for one in plain_days(due + timedelta(1), day)) or 1)
        assert (rung in ladder.reached(calendar, due, day, rungs)) == (left <= -rung.distance)


@given(due=DAYS, start=DAYS, nights=st.lists(st.integers(1, 12), min_size=1, max_size=12), rungs=RUNGS)
def test_missed_nights_are_made_up_exactly_once(
    calendar: WorkingCalendar, due: date, start: date, nights: list[int], rungs: ladder.Ladder
) -> None:
    """Whatever nights are missed: on record at the end is the same, and each rung is told or passed over, once."""
    told: list[str] = []
    night = start
    for step in nights:
        night += timedelta(step)
        found = ladder.call(calendar, Kind.PROMISED, due, night, rungs, told)
        if found:
            told += [*found.passed, found.rule]
            assert ladder.call(calendar, Kind.PROMISED, due, night, rungs, told) is None
    assert len(told) == len(set(told))
    every_night: list[str] = []
    for one in plain_days(start, night):
        if found := ladder.call(calendar, Kind.PROMISED, due, one, rungs, every_night):
            every_night += [*found.passed, found.rule]
    assert told == every_night


@given(due=DAYS, day=DAYS, rungs=RUNGS)
def test_after_missed_nights_the_highest_rung_speaks_to_everybody(
    calendar: WorkingCalendar, due: date, day: date, rungs: ladder.Ladder
) -> None:
    found = ladder.call(calendar, Kind.PROMISED, due, day, rungs, ())
    reached = ladder.reached(calendar, due, day, rungs)
    if not reached:
        assert found is None
        return
    assert found is not None
    assert found.rule == ladder.rule_name(Kind.PROMISED, reached[-1])
    assert set(found.levels) == {level for rung in reached for level in rung.levels}
    assert len(found.passed) == len(reached) - 1


@given(due=DAYS, day=DAYS, rungs=RUNGS)
def test_what_lies_beyond_the_horizon_has_no_rung(
    calendar: WorkingCalendar, due: date, day: date, rungs: ladder.Ladder
) -> None:
    if due > ladder.horizon(calendar, day, rungs):
        assert ladder.call(calendar, Kind.PROMISED, due, day, rungs, ()) is None


@given(due=DAYS, day=DAYS, span=st.integers(1, 90), rungs=RUNGS)
def test_the_next_change_is_the_first_night_with_news(
    calendar: WorkingCalendar, due: date, day: date, span: int, rungs: ladder.Ladder
) -> None:
    before = ladder.reached(calendar, due, day, rungs)
    nights = plain_days(day + timedelta(1), day + timedelta(span))
    expected = next((one for one in nights if ladder.reached(calendar, due, one, rungs) != before), None)
    assert ladder.next_change(calendar, due, day, nights[-1], rungs) == expected


def test_a_clock_that_stands_reminds_nobody(calendar: WorkingCalendar) -> None:
    assert ladder.call(calendar, Kind.PROMISED, None, FRIDAY, ladders()[Kind.PROMISED], ()) is None


def test_a_year_without_a_calendar_is_no_guess() -> None:
    empty = WorkingCalendar.from_rows([])
    with pytest.raises(YearNotLoaded):
        ladder.call(empty, Kind.PROMISED, FRIDAY, FRIDAY - timedelta(1), ladders()[Kind.PROMISED], ())
    assert ladder.horizon(empty, FRIDAY, (Rung(-2, (Level.OFFICER,)),)) > FRIDAY + timedelta(10)


def test_r1_37_the_ladder_of_the_house_climbs(calendar: WorkingCalendar) -> None:
    rungs = ladders()[Kind.PROMISED]
    monday = FRIDAY + timedelta(3)
    assert days_left(calendar, FRIDAY, monday) == 1
    found = ladder.call(calendar, Kind.PROMISED, monday, FRIDAY, rungs, ())
    assert found == ladder.Call("promised-1", (Level.OFFICER,))
    late = ladder.call(calendar, Kind.PROMISED, FRIDAY, date(2026, 3, 13), rungs, ("promised-1",))
    assert late == ladder.Call(
        "promised+5", (Level.OFFICER, Level.HEAD, Level.LEAD, Level.OFFICE), ("promised+1", "promised+3")
    )


class TestTable:
    def test_the_house_has_a_ladder_for_everything(self) -> None:
        assert set(ladders()) == set(Kind)
        assert OF_THE_HOUSE.exists()

    def test_a_district_names_only_what_is_different(self) -> None:
        own = read({"visit": {}, "promised": {2: ["office", "head"]}}, ladders())
        assert own[Kind.VISIT] == ()
        assert own[Kind.PROMISED] == (Rung(2, (Level.HEAD, Level.OFFICE)),)
        assert own[Kind.INTAKE] == ladders()[Kind.INTAKE]

    @pytest.mark.parametrize(
        ("table", "place"),
        [
            (None, "table"),
            ({"promise": {}}, "promise"),
            ({"promised": [1]}, "promised"),
            ({"promised": {"soon": ["head"]}}, "promised.soon"),
            ({"promised": {True: ["head"]}}, "promised.True"),
            ({"promised": {99: ["head"]}}, "promised.99"),
            ({"promised": {1: []}}, "promised.1"),
            ({"promised": {1: ["boss"]}}, "promised.1"),
            ({"promised": {1: ["applicant"]}}, "promised.1"),
        ],
    )
    def test_what_means_nothing_is_refused_with_its_place(self, table: object, place: str) -> None:
        with pytest.raises(UnusableLadder, match=place):
            read(table)
