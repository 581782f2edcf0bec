"""Who acts for whom on a day: the pure rule against an oracle that counts days one by one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from accounts.standing_in import Clash, Term, clash, stands_in_for, substitutes_of

FIRST = date(2026, 3, 2)
PEOPLE = range(4)
DAYS = [FIRST + timedelta(day) for day in range(7)]

people = st.sampled_from(list(PEOPLE))
days = st.sampled_from(DAYS)
terms = st.builds(Term, absent=people, substitute=people, since=days, until=days)


def lawful(drafts: list[Term]) -> list[Term]:
    """Those of the drafts that are let in, one after the other."""
    made: list[Term] = []
    for draft in drafts:
        if clash(made, draft) is None:
            made.append(draft)
    return made


def walk(found: list[Term], person: int, day: date) -> list[int]:
    """The oracle's chain: as long as somebody is absent, on to their substitute; too long where it leads back."""
    chain: list[int] = []
    while len(chain) <= len(PEOPLE):
        onward = [term.substitute for term in found if term.absent == person and term.since <= day <= term.until]
        if not onward:
            break
        assert len(onward) == 1, "two substitutes on one day"
        person = onward[0]
        chain.append(person)
    return chain


@given(st.lists(terms, max_size=8))
def test_on_every_day_everybody_has_at_most_one_substitute_and_every_chain_ends(drafts: list[Term]) -> None:
    made = lawful(drafts)
    for day in DAYS:
        for person in PEOPLE:
            chain = walk(made, person, day)
            assert len(chain) < len(PEOPLE)
            assert substitutes_of(made, person, day) == tuple(chain)


@given(st.lists(terms, max_size=8), people, days)
def test_one_stands_in_for_exactly_those_whose_chain_comes_by(drafts: list[Term], person: int, day: date) -> None:
    made = lawful(drafts)
    expected = {absent for absent in PEOPLE if person in walk(made, absent, day)}
    assert stands_in_for(made, person, day) == expected
    assert person not in expected


@given(st.lists(terms, max_size=8), terms)
def test_a_term_is_refused_exactly_where_a_day_would_show_a_clash(drafts: list[Term], new: Term) -> None:
    made = lawful(drafts)
    span = [day for day in DAYS if new.since <= day <= new.until]
    wrong = (
        not span
        or new.absent == new.substitute
        or any(term.absent == new.absent and term.runs_on(day) for term in made for day in span)
        or any(new.absent in walk(made, new.substitute, day) for day in span)
    )
    assert (clash(made, new) is not None) == wrong


def test_the_words_of_a_clash_name_the_first_thing_wrong() -> None:
    a_for_b = Term(1, 2, FIRST, DAYS[3])
    assert clash([], Term(1, 1, FIRST, FIRST)) is Clash.ONESELF
    assert clash([], Term(1, 2, DAYS[1], FIRST)) is Clash.ENDS_BEFORE_IT_BEGINS
    assert clash([a_for_b], Term(1, 3, DAYS[3], DAYS[5])) is Clash.OVERLAP
    assert clash([a_for_b], Term(2, 1, DAYS[3], DAYS[5])) is Clash.CIRCLE
    assert clash([a_for_b], Term(2, 1, DAYS[4], DAYS[5])) is None
    assert clash([a_for_b, Term(2, 3, FIRST, FIRST)], Term(3, 1, FIRST, FIRST)) is Clash.CIRCLE
