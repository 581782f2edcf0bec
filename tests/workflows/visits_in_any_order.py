"""Joint visits in stories of any order: steps that fit, details that make sense half of the time, what must hold."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.actors import Actor
from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits.inspections import entries, sent_closing, signing
from permits.models import Case, CaseMatter, Finding, Inspection

Choose = Callable[[Sequence[Any]], Any]
Deed = tuple[str, Callable[[], object]]
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
            found = {"findings": {id: choose(FINDINGS) for id in _looked_at(case) or NEED}}
            return found | ({"closed_at": _earlier(at, choose).isoformat()} if choose((True, False)) else {})
    return {}


def _earlier(at: datetime, choose: Choose) -> datetime:
    """When something was done on a device that sends it now; its clock may be fast."""
    return at - timedelta(minutes=choose((0, 40, 600, -90)))


def deeds(case: Case, at: datetime, choose: Choose) -> list[Deed]:
    """What an officer's device sends of the newest visit, whatever became of the visit meanwhile: a signature, a closing."""
    visit = case.inspections.order_by("-pk").first()
    going = [one.officer for one in visit.officers.select_related("officer")] if visit else []
    if visit is None or not going:
        return []
    actor, made_at = Actor.of(choose(going)), _earlier(at, choose)
    own = signing.Signing(uuid4(), made_at, is_officer=True)
    return [
        ("sign on a device", lambda: signing.sign(visit, own, actor=actor, at=at)),
        ("close on a device", lambda: _send_closing(visit, made_at, actor, at)),
    ]


def _send_closing(visit: Inspection, made_at: datetime, actor: Actor, at: datetime) -> None:
    """As the device does; where it does not go through, the answer is all there is."""
    visit.case = Case.objects.get(pk=visit.case_id)
    answer = sent_closing.close_as_wished(visit, sent_closing.Wish(uuid4(), made_at), actor=actor, at=at)
    if answer.status != entries.ACCEPTED:
        raise RuleViolation("not_closed", answer.message)


FINDINGS = (Finding.PASS.value, Finding.PASS.value, Finding.RECTIFY.value, Finding.FAIL.value)


def _looked_at(case: Case) -> list[str]:
    return list(case.matters.filter(state=CaseMatter.State.INSPECTING).values_list("matter", flat=True))


def faults(case: Case) -> Iterator[str]:
    """What needs a site check is granted only after it was settled; the auditor looks at the rest."""
    for row in case.matters.filter(state=CaseMatter.State.GRANTED, inspection=True, route="ordinary"):
        if row.site_check not in (CaseMatter.SiteCheck.PASSED, CaseMatter.SiteCheck.ELSEWHERE):
            yield f"{row} was granted, and its site check is {row.site_check or 'open'}"
    told = AuditEntry.objects.filter(subject=case.audit_subject, act="inspection_closed")
    if (closed := case.inspections.filter(state=Inspection.State.CLOSED).count()) != len(told):
        yield f"{closed} visits are closed, and {len(told)} closings on the record"
    for entry in told:
        if datetime.fromisoformat(entry.facts.get("wished_at", entry.at.isoformat())) > entry.at:
            yield f"a visit was closed at {entry.at} as somebody wished later"
