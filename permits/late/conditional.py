"""Grants while a paper is still to come (R6.10): the condition that their decision states, and what becomes of it.

A grant of a matter that requires the paper comes into force with the paper's confirmation, and lapses with the paper; a
grant that requires none of what is lacking is whole (docs/decisions/0020). `valid_from` is empty until a grant is in force.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from audit.rows import update_rows
from permits.late.lacking import ENDED, count, name_of, open_papers
from permits.law.check_window import window_words
from permits.law.tolerance import needs
from permits.law.validity import last_day_of_validity
from permits.merged_form.form import notice_of
from permits.models import Case, CaseMatter, Tolerance


def release(case: Case, everything: Sequence[CaseMatter], at: datetime) -> int:
    """Let go of papers, offered or promised, that only refused or withdrawn matters need; how many are still waited for."""
    papers = list(case.tolerances.pending()) if count(case) else []
    if not papers:
        return 0
    asked = notice_of(case).materials
    over = (CaseMatter.State.REFUSED, CaseMatter.State.WITHDRAWN)
    alive = {row.matter for row in everything if row.state not in over}
    freed = [one for one in papers if not needs(asked, one.material) & alive]
    for one in freed:
        one.let_go()
        one.ended_at = at
    update_rows(freed, ENDED)
    return count(case)


def conditions(case: Case, rows: Iterable[CaseMatter]) -> dict[str, dict[str, Any]]:
    """By matter, the promised papers on which its grant depends, as its decision tells of them (R6.10)."""
    papers = open_papers(case)
    if not papers:
        return {}
    asked = notice_of(case).materials
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        needed = [one for one in papers if row.matter in needs(asked, one.material)]
        if needed:
            listed = [
                {"material": name_of(case, one.material), "due_on": str(one.due_on), "provisional": one.provisional}
                for one in needed
            ]
            told[row.matter] = {"condition": listed} | _terms(case, row)
    return told


def _terms(case: Case, row: CaseMatter) -> dict[str, Any]:
    """How its days are counted once it is in force, since none of them is known before."""
    terms: dict[str, Any] = {"validity_years": row.validity_years}
    if row.route == CaseMatter.Route.COMMITMENT:
        terms["check_within"] = window_words(case.own_catalogue.matters[row.matter])
    return terms


def is_waiting(row: CaseMatter) -> bool:
    """Whether it is granted and not in force, because its paper has still to come."""
    return row.state == CaseMatter.State.GRANTED and row.lapsed_at is None and row.valid_from is None


def let_lapse(
    case: Case, everything: Iterable[CaseMatter], papers: Sequence[Tolerance], at: datetime
) -> list[CaseMatter]:
    """The grants that depended on these papers never come into force; the others stand (docs/decisions/0020)."""
    asked = notice_of(case).materials if papers else ()
    without = {matter for one in papers for matter in needs(asked, one.material)}
    lapsed = [row for row in everything if row.state == CaseMatter.State.GRANTED and row.matter in without]
    for row in lapsed:
        row.lapsed_at = at
    update_rows(lapsed, ["lapsed_at"])
    return lapsed


def come_into_force(
    case: Case, everything: Iterable[CaseMatter], came: Tolerance, left: Sequence[Tolerance], today: date
) -> list[CaseMatter]:
    """Grants that waited for this paper, and for none of those that are still open, are valid from today, for their full term."""
    asked = notice_of(case).materials
    waiting = {matter for one in left for matter in needs(asked, one.material)}
    waited = needs(asked, came.material) - waiting
    rows = [row for row in everything if is_waiting(row) and row.matter in waited]
    for row in rows:
        row.valid_from, row.valid_to = today, last_day_of_validity(today, row.validity_years)
    update_rows(rows, ["valid_from", "valid_to"])
    return rows
