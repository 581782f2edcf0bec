"""Joint visits in stories of any order: steps that fit, details that make sense half of the time, what must hold."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from permits.models import Case, CaseMatter, Finding

Choose = Callable[[Sequence[Any]], Any]
TEAMS = (["mrb", "mrb-2", "tobacco", "tobacco-2"], ["mrb", "mrb-2"], ["tobacco", "tobacco-2"], ["mrb", "tobacco"])
NEED = ["m_food_license", "m_tobacco"]
"""The matters of the story that need a site check."""

KEYS = frozenset({"on", "findings"})
"""Keys that `details` makes up."""


def visit_steps(case: Case) -> tuple[tuple[str, str], ...]:
    """What fits the visits of a case."""
    if case.state not in Case.UNDECIDED_STATES:
        return ()
    states = set(case.matters.values_list("state", flat=True))
    steps = [("schedule_inspection", "dept_mrb")]
    if CaseMatter.State.INSPECTING in states:
        steps += [("inspect", "dept_mrb"), ("inspect", "dept_tobacco"), ("inspect", "dept_mrb")]
        steps += [("move_inspection", "applicant"), ("waive_inspection", "department")]
    if CaseMatter.State.RECTIFYING in states:
        steps += [("rectify", "applicant"), ("rectify", "applicant"), ("refuse", "department")]
    return tuple(steps)


def details(do: str, case: Case, at: datetime, choose: Choose) -> dict[str, Any]:
    """The details of a verb about visits; none of another."""
    soon = (at + timedelta(days=choose((0, 0, 0, 1, -2)))).date().isoformat()
    match do:
        case "schedule_inspection":
            return {"on": soon, "officers": choose(TEAMS)}
        case "move_inspection":
            return {"reason": choose(("当天停电", ""))}
        case "waive_inspection":
            return {"matters": choose((NEED[:1], NEED[1:], NEED)), "reason": choose(("上月已核查", ""))}
        case "inspect":
            return {"findings": {id: choose(FINDINGS) for id in _looked_at(case) or NEED}}
    return {}


FINDINGS = (Finding.PASS.value, Finding.PASS.value, Finding.RECTIFY.value, Finding.FAIL.value)


def _looked_at(case: Case) -> list[str]:
    return list(case.matters.filter(state=CaseMatter.State.INSPECTING).values_list("matter", flat=True))


def faults(case: Case) -> Iterator[str]:
    """What needs a site check is granted only after it was settled; the auditor looks at the rest."""
    for row in case.matters.filter(state=CaseMatter.State.GRANTED, inspection=True, route="ordinary"):
        if row.site_check not in (CaseMatter.SiteCheck.PASSED, CaseMatter.SiteCheck.ELSEWHERE):
            yield f"{row} was granted, and its site check is {row.site_check or 'open'}"
