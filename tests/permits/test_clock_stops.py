"""Stops, the one extension and the joint limit: against a count day by day, and by the properties a clock must have."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import DayFact, WorkingCalendar
from permits import clock
from permits.clock import Extension, Limits, Stop
from permits.law.explained import count_out, explain

FIRST, LAST = date(2020, 1, 1), date(2026, 6, 1)
DAYS = st.dates(FIRST, LAST)
FACTS = {
    day.date: DayFact(day.date, day.kind, day.name, status == "provisional")
    for year, rows in seed.rows().items()
    for day, (_date, _kind, status) in zip(seed.official_days(year) or seed.provisional_days(year), rows, strict=True)
}
CALENDAR = WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)
WORKS = {day.toordinal(): fact.works for day, fact in FACTS.items()}
"""Whether the day of this number is a working day."""
KINDS, GROUNDS = list(clock.DayType), list(clock.Ground)
HISTORIES, PARTS = 100_000, 4


@st.composite
def stops(draw: st.DrawFn) -> Stop:
    start = draw(DAYS)
    return Stop(start, start + timedelta(draw(st.integers(0, 60))), ground=draw(st.sampled_from(list(clock.Ground))))


@st.composite
def limits(draw: st.DrawFn) -> tuple[date, Limits]:
    """An acceptance day with limits whose stops lie around it."""
    accepted = draw(DAYS)
    near = st.builds(
        lambda after, length: Stop(accepted + timedelta(after), accepted + timedelta(after + length)),
        st.integers(0, 60),
        st.integers(0, 40),
    )
    extension = draw(st.none() | st.builds(Extension, st.integers(1, 20), st.sampled_from(list(clock.DayType))))
    return accepted, Limits(
        draw(st.integers(0, 60)),
        draw(st.sampled_from(list(clock.DayType))),
        draw(st.integers(0, 30)),
        extension,
        tuple(draw(st.lists(near, max_size=4))),
    )


def days_of(pauses: Sequence[Stop]) -> set[int]:
    """The numbers of the days on which the clock stands."""
    ends = [(pause.start.toordinal(), pause.end.toordinal()) for pause in pauses if pause.end]
    return {day for start, end in ends for day in range(start + 1, end + 1)}


def stands(day: date, pauses: Sequence[Stop]) -> bool:
    return any(pause.start < day <= pause.end for pause in pauses if pause.end)


def by_hand(start: date, days: int, day_type: str, stood: set[int]) -> date:
    """The last day, found by asking each day whether it counts and then whether a limit may end on it."""
    day, left, every = start.toordinal(), days, day_type == "calendar"
    while left:
        day += 1
        if day not in stood and (every or WORKS[day]):
            left -= 1
    while not WORKS[day] or day in stood:
        day += 1
    return date.fromordinal(day)


def both_by_hand(accepted: date, limit: Limits) -> tuple[date, date]:
    """Statutory and promised limit, by hand."""
    pauses, longer = days_of(limit.stops), limit.extension
    promised = by_hand(accepted, limit.promised_days, "working", pauses)
    statutory = promised
    if limit.statutory_days:
        statutory = by_hand(accepted, limit.statutory_days, limit.day_type, pauses)
        promised = min(promised, statutory)
    if longer and limit.statutory_days and longer.day_type == limit.day_type:
        statutory = by_hand(accepted, limit.statutory_days + longer.days, limit.day_type, pauses)
    elif longer:
        statutory = by_hand(statutory, longer.days, longer.day_type, pauses)
    return statutory, promised


def random_history(dice: random.Random) -> tuple[date, Limits]:
    accepted = FIRST + timedelta(dice.randrange((LAST - FIRST).days))
    pauses = []
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3, 5))):
        start = accepted + timedelta(dice.randrange(60))
        pauses.append(Stop(start, start + timedelta(dice.randrange(45)), ground=dice.choice(GROUNDS)))
    longer = Extension(dice.randint(1, 15), dice.choice(KINDS)) if dice.random() < 0.3 else None
    return accepted, Limits(dice.randint(0, 45), dice.choice(KINDS), dice.randint(0, 20), longer, tuple(pauses))


@pytest.mark.parametrize("part", range(PARTS))
def test_r2_1_r2_21_random_histories_agree_with_a_count_by_hand(part: int) -> None:
    dice = random.Random(f"clock {part}")
    for _ in range(HISTORIES // PARTS):
        accepted, limit = random_history(dice)
        found = clock.dates(CALENDAR, accepted, limit)
        assert (found.statutory_by, found.promised_by) == both_by_hand(accepted, limit), (accepted, limit)


@given(limits())
def test_the_explanation_ends_where_the_clock_ends(history: tuple[date, Limits]) -> None:
    accepted, limit = history
    found, told = clock.dates(CALENDAR, accepted, limit), explain(FACTS.__getitem__, accepted, limit, accepted)
    assert (told.statutory_by, told.promised_by) == (found.statutory_by, found.promised_by)


@given(limits(), st.sampled_from(list(clock.DayType)))
def test_the_explanation_counts_every_day_once(history: tuple[date, Limits], day_type: str) -> None:
    start, limit = history
    told = count_out(FACTS.__getitem__, start, limit.statutory_days, day_type, limit.stops, start)
    assert told.end is not None
    walked = [start + timedelta(n) for n in range((told.end - start).days + 1)]
    assert [line.date for line in told.lines] == walked
    assert sorted({line.number for line in told.lines} - {0}) == list(range(1, told.days + 1))
    spans = clock.spans(limit.stops)
    assert told.provisional == clock.last_day(CALENDAR, start, told.days, day_type, spans).provisional


def test_a_limit_that_reaches_into_a_year_without_a_notice_says_so_in_both_ways() -> None:
    accepted, limit = date(2026, 12, 20), Limits(20, "working", 5)
    told = explain(FACTS.__getitem__, accepted, limit, accepted)
    assert clock.dates(CALENDAR, accepted, limit).provisional
    assert told.statutory.provisional
    assert not told.promised.provisional


@given(limits(), st.integers(0, 60), st.integers(0, 40))
def test_r2_21_a_stop_never_shortens(history: tuple[date, Limits], after: int, length: int) -> None:
    accepted, limit = history
    start = accepted + timedelta(after)
    more = Stop(start, start + timedelta(length))
    stopped = Limits(limit.statutory_days, limit.day_type, limit.promised_days, limit.extension, (*limit.stops, more))
    before, then = clock.dates(CALENDAR, accepted, limit), clock.dates(CALENDAR, accepted, stopped)
    assert then.statutory_by >= before.statutory_by  # type: ignore[operator]
    assert then.promised_by >= before.promised_by  # type: ignore[operator]


@given(limits())
def test_overlaps_count_once_and_order_does_not_matter(history: tuple[date, Limits]) -> None:
    accepted, limit = history
    twice = Limits(
        limit.statutory_days, limit.day_type, limit.promised_days, limit.extension, (*limit.stops[::-1], *limit.stops)
    )
    assert clock.dates(CALENDAR, accepted, twice) == clock.dates(CALENDAR, accepted, limit)


@given(DAYS, st.integers(1, 40), st.integers(1, 40), st.lists(stops(), max_size=4))
def test_working_days_add_up(start: date, one: int, other: int, pauses: list[Stop]) -> None:
    spans = clock.spans(pauses)
    half = clock.last_day(CALENDAR, start, one, "working", spans).date
    whole = clock.last_day(CALENDAR, start, one + other, "working", spans).date
    assert clock.last_day(CALENDAR, half, other, "working", spans).date == whole


@given(
    DAYS, st.integers(0, 30), st.integers(0, 60), st.sampled_from(list(clock.DayType)), st.lists(stops(), max_size=4)
)
def test_a_later_start_never_ends_earlier(
    start: date, later: int, days: int, day_type: str, pauses: list[Stop]
) -> None:
    spans = clock.spans(pauses)
    early = clock.last_day(CALENDAR, start, days, day_type, spans).date
    assert clock.last_day(CALENDAR, start + timedelta(later), days, day_type, spans).date >= early
    assert clock.last_day(CALENDAR, start, days + 1, day_type, spans).date >= early


@given(limits(), st.integers(1, 30))
def test_r2_19_an_extension_moves_the_statute_and_not_the_promise(history: tuple[date, Limits], days: int) -> None:
    accepted, limit = history
    plain = Limits(limit.statutory_days, limit.day_type, limit.promised_days, None, limit.stops)
    longer = Limits(limit.statutory_days, limit.day_type, limit.promised_days, Extension(days), limit.stops)
    before, then = clock.dates(CALENDAR, accepted, plain), clock.dates(CALENDAR, accepted, longer)
    assert then.promised_by == before.promised_by
    assert then.statutory_by > before.statutory_by  # type: ignore[operator]


@given(limits(), st.integers(0, 80), st.integers(1, 60))
def test_r2_20_a_stop_brings_no_limit_back_and_takes_none_away(
    history: tuple[date, Limits], after: int, more: int
) -> None:
    """Whatever the day: a limit is over while a clock stands just when its last day had come before the stop took a day out."""
    accepted, limit = history
    start = accepted + timedelta(after)
    last = clock.dates(CALENDAR, accepted, limit).statutory_by
    stopped = replace(limit, stops=(*limit.stops, Stop(start, expected_end=start + timedelta(3))))
    today = start + timedelta(more)
    assert (clock.limit_now(CALENDAR, accepted, stopped, today) < today) == (last <= start)  # type: ignore[operator]
    assert clock.limit_now(CALENDAR, accepted, limit, today) == last, "without an open stop it is the limit itself"


def test_an_open_stop_has_no_date_but_a_forecast() -> None:
    accepted, told = date(2026, 3, 2), Stop(date(2026, 3, 4), expected_end=date(2026, 3, 11), ground="expert_review")
    limit = Limits(10, "working", 5, stops=(told,))
    assert clock.dates(CALENDAR, accepted, limit) == clock.Dates(None, None, provisional=False)
    forecast = clock.forecast(CALENDAR, accepted, limit, today=date(2026, 3, 5))
    assert (forecast.promised_by, forecast.statutory_by) == (date(2026, 3, 16), date(2026, 3, 23))
    late = clock.forecast(CALENDAR, accepted, limit, today=date(2026, 3, 13))
    assert late.promised_by == date(2026, 3, 18), "a step that is late moves the forecast with every day"
    walk = explain(FACTS.__getitem__, accepted, limit, date(2026, 3, 5)).statutory
    assert (walk.end, walk.counted, walk.lines[-1].why) == (None, 2, "stopped")


def test_r2_21_the_day_of_the_stop_counts_and_the_day_of_the_end_does_not() -> None:
    accepted = date(2026, 3, 2)  # Monday
    stop = Stop(date(2026, 3, 3), date(2026, 3, 5))
    limit = Limits(3, "working", 3, stops=(stop,))
    # Tuesday counts, Wednesday and Thursday do not, Friday is the second, Monday the third.
    assert clock.dates(CALENDAR, accepted, limit).statutory_by == date(2026, 3, 9)
    assert clock.days_used(CALENDAR, accepted, date(2026, 3, 6), [stop]) == 2


def test_a_stop_that_ends_on_its_first_day_takes_nothing_out() -> None:
    day = date(2026, 3, 3)
    limit = Limits(3, "working", 3, stops=(Stop(day, day),))
    assert clock.dates(CALENDAR, date(2026, 3, 2), limit) == clock.dates(
        CALENDAR, date(2026, 3, 2), Limits(3, "working", 3)
    )


def test_r1_39_joint_handling_ends_after_45_working_days_or_60() -> None:
    accepted = date(2026, 3, 2)
    assert clock.joint_limit(CALENDAR, accepted, ()) == CALENDAR.add(accepted, 45)
    assert clock.joint_limit(CALENDAR, accepted, (), extended=True) == CALENDAR.add(accepted, 60)
    week = (Stop(date(2026, 3, 6), date(2026, 3, 13)), Stop(date(2026, 3, 9), date(2026, 3, 13)))
    assert clock.joint_limit(CALENDAR, accepted, week) == CALENDAR.add(accepted, 50)
    assert clock.joint_limit(CALENDAR, accepted, (*week, Stop(accepted))) is None


@given(limits(), st.integers(0, 120))
def test_days_used_are_the_days_that_count(history: tuple[date, Limits], more: int) -> None:
    accepted, limit = history
    days = [accepted + timedelta(n) for n in range(1, more + 1)]
    counted = sum(FACTS[day].works and not stands(day, limit.stops) for day in days)
    assert clock.days_used(CALENDAR, accepted, accepted + timedelta(more), limit.stops) == counted
