"""Where the days went: the parts add up exactly to the whole, against a walk through the days of the story."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import seed
from calendars.working_days import WorkingCalendar
from permits import clock
from permits.clock import Stop
from permits.law.day_account import Account, Course, MatterCourse, Part, account, matter_account

START = date(2026, 2, 11)


@pytest.fixture(scope="module")
def official() -> WorkingCalendar:
    return WorkingCalendar.from_rows(row for rows in seed.rows().values() for row in rows)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def after(start: date, days: int) -> date:
    return start + timedelta(days=days)


@st.composite
def courses(draw: Any) -> Course:
    """Stories as they may happen: notices and answers, then perhaps acceptance, then matters with stops and ends."""
    gap = st.integers(0, 25)
    received = draw(st.dates(date(2024, 1, 1), date(2026, 3, 1)))
    at, supplements = received, []
    for _round in range(draw(st.integers(0, 2))):
        asked = after(at, draw(gap))
        answered = after(asked, draw(gap))
        supplements.append((asked, answered))
        at = answered
    if draw(st.integers(0, 4)) == 0:
        supplements.append((after(at, draw(gap)), None))
        return Course(received, after(at, draw(st.integers(0, 40))), None, tuple(supplements), (MatterCourse(),))
    accepted = draw(st.one_of(st.none(), gap.map(lambda days: after(at, days))))
    matters = draw(st.lists(matter_courses(accepted), max_size=4)) if accepted else [MatterCourse()]
    until = after(accepted or at, draw(st.integers(0, 120)))
    papers = (
        draw(st.lists(st.none() | st.integers(0, 30).map(lambda days: accepted + timedelta(days)), max_size=2))
        if accepted
        else []
    )
    return Course(received, until, accepted, tuple(supplements), tuple(matters), tuple(papers))


@st.composite
def matter_courses(draw: Any, accepted: date) -> MatterCourse:
    """A matter's stops, which may overlap, and its end, which may be the day of acceptance itself."""
    length = st.integers(0, 30)
    stops = []
    for ground in draw(st.lists(st.sampled_from(list(clock.Ground)), max_size=3)):
        start = after(accepted, draw(length))
        stops.append(Stop(start, draw(st.one_of(st.none(), length.map(lambda n, s=start: after(s, n)))), ground=ground))
    ended = draw(st.one_of(st.none(), st.integers(0, 90).map(lambda n: after(accepted, n))))
    return MatterCourse(ended, tuple(stops))


def walked(course: Course) -> Iterator[tuple[date, Part]]:
    """The story lived through: each day is whose it is in the morning; what happens on it holds from the next day on."""
    asked, accepted, ended, standing = False, False, set[int](), Counter[int]()
    at = course.received_on
    while True:
        for notice, answer in course.supplements:
            asked = (asked or notice == at) and answer != at
        accepted = accepted or course.accepted_on == at
        for place, matter in enumerate(course.matters):
            if matter.ended_on == at:
                ended.add(place)
            standing[place] += sum(stop.start == at for stop in matter.stops)
            standing[place] -= sum(stop.end == at for stop in matter.stops)
        if at >= course.until:
            return
        at += timedelta(days=1)
        left = [place for place in range(len(course.matters)) if place not in ended]
        if not accepted:
            yield at, Part.APPLICANT if asked else Part.WINDOW
        elif not left:
            yield at, Part.PAPER if any(came is None or at <= came for came in course.papers) else Part.MAKING
        else:
            yield at, Part.STOPPED if all(standing[place] for place in left) else Part.WORKING


def by_hand(calendar: WorkingCalendar, course: Course) -> dict[Part, tuple[int, int]]:
    """Calendar days and working days of each part, counted one by one."""
    days = list(walked(course))
    return {
        part: (
            sum(whose is part for _, whose in days),
            sum(whose is part and calendar.is_working(at) for at, whose in days),
        )
        for part in Part
    }


@given(course=courses())
def test_every_day_belongs_to_exactly_one_part(official: WorkingCalendar, course: Course) -> None:
    found = account(official, course)
    told = {part: (found.of(part).days, found.of(part).working_days) for part in Part}
    assert told == by_hand(official, course)


@given(course=courses())
def test_the_parts_add_up_to_the_whole(official: WorkingCalendar, course: Course) -> None:
    for found, until in accounts(official, course):
        whole = max(0, (until - course.received_on).days), official.count(course.received_on, until)
        assert (found.days, found.working_days) == whole
        assert (sum(one.days for one in found.shares), sum(one.working_days for one in found.shares)) == whole


def accounts(calendar: WorkingCalendar, course: Course) -> Iterator[tuple[Account, date]]:
    """The case's account and its matters', each with its last day."""
    yield account(calendar, course), course.until
    for matter in course.matters:
        yield matter_account(calendar, course, matter), min(matter.ended_on or course.until, course.until)


@given(course=courses())
def test_the_stretches_lie_end_to_end(official: WorkingCalendar, course: Course) -> None:
    stretches = account(official, course).stretches
    if course.until > course.received_on:
        assert (stretches[0].first, stretches[-1].last) == (course.received_on, course.until)
    for one, next_one in zip(stretches, stretches[1:], strict=False):
        assert one.last == next_one.first
        assert one.part is not next_one.part


@given(course=courses())
def test_a_matters_working_days_are_those_of_its_clock(official: WorkingCalendar, course: Course) -> None:
    """The account and the clock never tell two numbers of the same thing."""
    for matter in course.matters:
        if course.accepted_on is None:
            continue
        until = min(matter.ended_on or course.until, course.until)
        found = matter_account(official, course, matter)
        used = clock.days_used(official, course.accepted_on, until, matter.stops)
        assert found.of(Part.WORKING).working_days == used
        assert found.of(Part.MAKING).days == 0


def test_r2_21_a_stop_of_one_matter_frees_nobody_while_another_runs(official: WorkingCalendar) -> None:
    """Only from the other's decision on the whole case stands still."""
    stopped = MatterCourse(None, (Stop(day("03-03"), day("03-20"), ground="testing"),))
    running = MatterCourse(day("03-10"))
    course = Course(day("03-02"), day("03-25"), day("03-02"), (), (stopped, running))
    found = [(one.part, one.first, one.last) for one in account(official, course).stretches]
    assert found == [
        (Part.WORKING, day("03-02"), day("03-10")),
        (Part.STOPPED, day("03-10"), day("03-20")),
        (Part.WORKING, day("03-20"), day("03-25")),
    ]
    own = matter_account(official, course, stopped)
    assert (own.of(Part.STOPPED).days, own.of(Part.STOPPED).working_days) == (17, 13)


def test_r2_1_days_off_are_calendar_days_of_whoever_has_them(official: WorkingCalendar) -> None:
    """Over the Spring Festival: of 14 days with the applicant 5 are working days, one of them a Saturday."""
    course = Course(day("02-11"), day("02-28"), None, ((day("02-12"), day("02-26")),), (MatterCourse(),))
    found = account(official, course)
    assert [(one.part, one.days, one.working_days) for one in found.shares] == [
        (Part.WINDOW, 1 + 2, 1 + 2),
        (Part.APPLICANT, 14, 5),
    ]


def test_r2_8_acceptance_by_silence_is_dated_back(official: WorkingCalendar) -> None:
    course = Course(day("03-02"), day("03-12"), day("03-02"), (), (MatterCourse(),))
    assert [share.part for share in account(official, course).shares] == [Part.WORKING]


def test_r2_24_making_and_delivery_come_after_the_last_decision(official: WorkingCalendar) -> None:
    course = Course(
        day("03-02"), day("03-16"), day("03-03"), (), (MatterCourse(day("03-05")), MatterCourse(day("03-10")))
    )
    assert [(one.part, one.days) for one in account(official, course).shares] == [
        (Part.WINDOW, 1),
        (Part.WORKING, 7),
        (Part.MAKING, 6),
    ]


def test_on_the_day_of_receipt_nothing_has_gone_yet(official: WorkingCalendar) -> None:
    found = account(official, Course(START, START))
    assert (found.stretches, found.shares, found.days) == ((), (), 0)
