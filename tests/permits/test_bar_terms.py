"""R2.27: how long a permit may not be applied for again, by what was decided of which matter."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industries.publishing import catalogue_of
from permits.law.bar_terms import Ground, Subject, last_day, law, stands, terms

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@given(DAYS, st.integers(1, 10))
def test_r2_27_a_bar_ends_on_the_same_day_so_many_years_on(on: date, years: int) -> None:
    """Against counting every day: the last whose date does not lie after the anniversary's."""
    anniversary = (on.year + years, on.month, on.day)
    day = date(on.year + years, 3, 1) if on.month < 3 else date(on.year + years, 12, 31)
    while (day.year, day.month, day.day) > anniversary:
        day -= timedelta(1)
    assert last_day(on, years) == day


@pytest.mark.parametrize(
    ("on", "years", "last"),
    [
        (date(2026, 3, 3), 1, date(2027, 3, 3)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2026, 10, 1), 3, date(2029, 10, 1)),  # a day off does not move it
    ],
)
def test_r2_27_last_days(on: date, years: int, last: date) -> None:
    assert last_day(on, years) == last
    assert stands(on, on, last) and stands(last, on, last)
    assert not stands(last + timedelta(1), on, last) and not stands(on - timedelta(1), on, last)


@pytest.mark.parametrize(
    ("matter", "ground", "years"),
    [
        ("m_food_license", Ground.FALSE_MATERIAL, [("enterprise", 1)]),
        ("m_food_license", Ground.FRAUD, [("enterprise", 3)]),
        ("m_food_license", Ground.PENALTY, [("enterprise", 5), ("representative", 5)]),
        ("m_drug_retail", Ground.FALSE_MATERIAL, [("enterprise", 1)]),
        ("m_drug_retail", Ground.FRAUD, [("enterprise", 10)]),
        ("m_health", Ground.PENALTY, []),
        ("m_labor_dispatch", Ground.FRAUD, []),
        ("m_signboard", Ground.FALSE_MATERIAL, []),
        ("m_unheard_of", Ground.FRAUD, []),
    ],
)
def test_r2_27_a_special_law_stands_over_the_general_one(
    matter: str, ground: Ground, years: list[tuple[str, int]]
) -> None:
    assert [(str(term.subject), term.years) for term in terms(matter, ground)] == years


def test_every_term_names_its_clause_and_every_subject_is_met() -> None:
    said = [term for grounds in law().special.values() for terms in grounds.values() for term in terms]
    said += law().general.values()
    assert all(term.basis and term.years > 0 for term in said)
    assert {term.subject for term in said} == set(Subject)


@pytest.mark.django_db
def test_r2_27_every_permit_of_the_catalogue_is_judged_and_no_filing(catalogue: object) -> None:
    """A new permit is put among those that concern safety and health, or among the others; a filing is no permit."""
    matters = catalogue_of(catalogue).matters.values()  # type: ignore[arg-type]
    assert {matter.id for matter in matters if matter.is_permit} == law().safety | law().other
    assert not law().safety & law().other
