"""Who acts for whom on a day (替班): from dated terms, each one absent person with one substitute. Pure.

A substitute who is absent in turn is stood in for as well: the chain goes on to whoever is there, so that nothing waits for
two absences at once. Terms that clash never come to be: one person has one substitute on a day, and no chain leads back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """`substitute` stands in for `absent` on every day with since <= day <= until."""

    absent: int
    substitute: int
    since: date
    until: date

    def runs_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day <= self.until

    def meets(self, since: date, until: date) -> bool:
        """Whether it shares a day with this span."""
        return self.since <= until and since <= self.until


class Clash(StrEnum):
    """Why a term cannot stand beside others."""

    ENDS_BEFORE_IT_BEGINS = "substitution_dates"
    ONESELF = "substitution_oneself"
    OVERLAP = "substitution_overlap"
    CIRCLE = "substitution_circle"


def substitutes_of(terms: Iterable[Term], person: int, day: date) -> tuple[int, ...]:
    """Who stands in for a person on a day, the nearest first; empty where the person is there."""
    by_absent = {term.absent: term.substitute for term in terms if term.runs_on(day)}
    chain: list[int] = []
    while person in by_absent and by_absent[person] not in chain:
        person = by_absent[person]
        chain.append(person)
    return tuple(chain)


def stands_in_for(terms: Sequence[Term], person: int, day: date) -> frozenset[int]:
    """The absent people in whose place a person may act on a day."""
    absent = {term.absent for term in terms if term.runs_on(day)}
    return frozenset(one for one in absent - {person} if person in substitutes_of(terms, one, day))


def clash(terms: Sequence[Term], new: Term) -> Clash | None:
    """Why the new term cannot stand beside these, which do not clash among themselves; None where it can."""
    if new.until < new.since:
        return Clash.ENDS_BEFORE_IT_BEGINS
    if new.absent == new.substitute:
        return Clash.ONESELF
    if any(term.absent == new.absent and term.meets(new.since, new.until) for term in terms):
        return Clash.OVERLAP
    return Clash.CIRCLE if _leads_back(terms, new, new.substitute, new.since, new.until) else None


def _leads_back(terms: Sequence[Term], new: Term, person: int, since: date, until: date) -> bool:
    """Whether on a day of this span the chain goes on from `person` to the one who is absent by the new term."""
    if person == new.absent:
        return True
    onward = [term for term in terms if term.absent == person and term.meets(since, until)]
    return any(
        _leads_back(terms, new, term.substitute, max(since, term.since), min(until, term.until)) for term in onward
    )
