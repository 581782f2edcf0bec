"""The deeds of a joint visit (一同核查): scheduled with its officers, held with a finding per matter, put right, waived.

`inspect` plays the whole team on the site: every department's officers enter what the file says of their matters, and once
every matter of the visit has its finding all sign and the visit is closed; with `closed_at` on a device without a signal, whose
wish to close comes in at `at`, twice. What is asked after `rectify` without another `schedule_inspection` is the re-inspection,
by the same officers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from industries.checklists import Point, own_point
from permits.inspections import arranging, closing, entries, needs, rectifying, sent_closing, signing
from permits.inspections.entries import NewEntry
from permits.models import Case, Finding, Inspection
from workflows.rehearsal.script import SHANGHAI, ScriptStep, UnusableScript

WANTING = "现场与要求不符"
MORNING = time(9, 30)
"""When a visit begins whose file names the day alone."""


def schedule(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The day and the officers of all departments in one step."""
    found = {user.username: user for user in User.objects.filter(username__in=step.details["officers"])}
    if unknown := [name for name in step.details["officers"] if name not in found]:
        raise UnusableScript(f"officers: there is no account {unknown[0]!r}; write account names such as mrb and mrb-2")
    arranging.arrange(
        _case(case), on=_moment(step.details["on"]), officers=list(found.values()), actor=actor, at=step.at
    )


def move(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The business asks for another slot; `on` where it is one that suits all departments."""
    visit = case.inspections.open().select_related("case").first()
    if visit is None:
        raise _no_visit()
    slot = _moment(step.details["on"]).isoformat() if "on" in step.details else ""
    arranging.ask_for_other_slot(visit, slot=slot, wish=step.details["reason"], actor=actor, at=step.at)


def waive(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"matters": step.details["matters"], "reason": step.details["reason"]}
    arranging.go_without(_case(case), actor=actor, at=step.at, **said)


def inspect(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Every department's officers enter the findings of the file; the last of them closes the visit."""
    with transaction.atomic():
        visit = _visit_for(_case(case), step, actor)
        people = _people(visit)
        if actor.body not in people:
            raise RuleViolation("not_your_visit", _("您不是这次核查的核查人员"), rule="R2.18")
        bodies = dict(
            visit.parts.filter(left_at=None).values_list("case_matter__matter", "case_matter__section__body__code")
        )
        if unknown := [matter for matter in step.details["findings"] if matter not in bodies]:
            raise RuleViolation(
                "unknown_matter", _("这次核查没有事项:%(names)s") % {"names": "、".join(unknown)}, field="findings"
            )
        _enter(visit, step, people, bodies)
        now = closing.standing(visit)
        if not now.open and not now.disputed:
            _sign_and_close(visit, step, people, actor)


def rectify(case: Case, step: ScriptStep, actor: Actor) -> None:
    """All is put right, and the re-inspection is asked for."""
    rectifying.rectify(_case(case), actor=actor, at=step.at, all_done=True)


def told(case: Case) -> list[dict[str, Any]]:
    """The visits of a case for the result: those that were agreed, with what was found on each matter."""
    return [_told(visit) for visit in case.inspections.exclude(starts_at=None).prefetch_related("parts__case_matter")]


def _told(visit: Inspection) -> dict[str, Any]:
    parts = [part for part in visit.parts.all() if part.left_at is None]
    return {
        "on": str(visit.on),
        "officers": visit.officers.count(),
        "findings": {part.case_matter.matter: part.outcome for part in parts if part.outcome},
        "state": visit.state,
        "again": visit.is_again,
        "rectify_by": str(visit.rectify_by) if visit.rectify_by else None,
        "points": [change.point for change in visit.changes.all()],
    }


def _case(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _no_visit() -> RuleViolation:
    return RuleViolation("no_visit", _("还没有约定联合核查"), rule="R2.18")


def _moment(said: Any, key: str = "on") -> datetime:
    """A day, which stands for its morning, or a day and an hour."""
    try:
        moment = said if isinstance(said, date) else datetime.fromisoformat(str(said))
    except ValueError:
        raise UnusableScript(f'{key}: {said!r} is no day; write "2026-03-04" or "2026-03-04 14:00"') from None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, MORNING)
    elif moment.time() == time.min:
        moment = datetime.combine(moment.date(), MORNING)
    return moment if moment.tzinfo else make_aware(moment, SHANGHAI)


def _visit_for(case: Case, step: ScriptStep, actor: Actor) -> Inspection:
    """The visit that is held: the agreed one; after `rectify` also one that nobody scheduled, by the officers of the last."""
    visit = case.inspections.filter(state=Inspection.State.SCHEDULED).select_related("case").first()
    last = needs.last_notice(case)
    if visit is None and last is not None and last.reported_at is not None:
        officers = [one.officer for one in last.officers.select_related("officer")]
        bodies = set(case.matters.filter(state="inspecting").values_list("section__body_id", flat=True))
        lead = Actor(role=User.Role.SERVICE_OFFICE, label=actor.label, user_id=actor.user_id)
        going = [one for one in officers if one.body_id in bodies]
        visit = arranging.arrange(case, on=step.at, officers=going, actor=lead, at=step.at)
    if visit is None:
        raise _no_visit()
    visit.case = case
    return visit


def _people(visit: Inspection) -> dict[str, list[Actor]]:
    """The officers of the visit by department."""
    found: dict[str, list[Actor]] = {}
    for one in visit.officers.select_related("officer"):
        found.setdefault(str(one.body_id), []).append(Actor.of(one.officer))
    return found


def _enter(
    visit: Inspection, step: ScriptStep, people: Mapping[str, Sequence[Actor]], bodies: Mapping[str, str]
) -> None:
    """What the file says of each matter, as entries on its points: the wanting ones first, so that a shared point has one."""
    points = entries.checklist(visit)
    done = {id for id, found in entries.stand(visit, points).items() if found.entries}
    notes = _notes(step.details.get("items", []))
    given = sorted(step.details["findings"].items(), key=lambda pair: pair[1] == Finding.PASS)
    for matter, finding in given:
        wanting = own_point(points, matter) if finding != Finding.PASS else None
        own = [point for point in points if point.counts_for(matter) and point.id not in done]
        made = [_entry(point, finding if point == wanting else Finding.PASS, notes, matter, step.at) for point in own]
        done |= {point.id for point in own}
        for answer in entries.enter(visit, made, actor=people[bodies[matter]][0], at=step.at):
            if answer.status == entries.REFUSED:
                raise RuleViolation("not_entered", answer.message, rule="R2.18")


def _entry(point: Point, finding: str, notes: "_Notes", matter: str, at: datetime) -> NewEntry:
    note = "" if finding == Finding.PASS else notes.about(point.id, matter)
    return NewEntry(uuid4(), point.id, finding, note, at)


class _Notes:
    """What the file says was wanting: by point, by matter, or in general."""

    def __init__(self, said: Mapping[str, str], general: str) -> None:
        self.said, self.general = said, general

    def about(self, point: str, matter: str) -> str:
        return self.said.get(point) or self.said.get(matter) or self.general


def _notes(items: Any) -> _Notes:
    def plain(text: Any) -> str:
        return text if isinstance(text, str) else "；".join(text)

    if isinstance(items, Mapping):
        said = {str(key): plain(text) for key, text in items.items()}
        return _Notes(said, "；".join(said.values()) or WANTING)
    return _Notes({}, "；".join(map(plain, items)) or WANTING)


def _sign_and_close(visit: Inspection, step: ScriptStep, people: Mapping[str, Sequence[Actor]], actor: Actor) -> None:
    """The business signs, every officer signs, the visit is closed."""
    going = [one for team in people.values() for one in team]
    own = people[actor.body][0]
    for one in _signings(visit, step):
        signing.sign(visit, one, actor=own, at=step.at)
    for officer in going:
        signing.sign(visit, signing.Signing(uuid4(), step.at, is_officer=True), actor=officer, at=step.at)
    if "closed_at" in step.details:
        _send_closing(visit, step, own)
    else:
        closing.close(visit, actor=own, at=step.at, days=step.details.get("days", 0))


def _send_closing(visit: Inspection, step: ScriptStep, actor: Actor) -> None:
    """What a device sends once it has a signal again; the first answer is lost on the way, and the second changes nothing."""
    wish = sent_closing.Wish(uuid4(), _moment(step.details["closed_at"], "closed_at"), step.details.get("days", 0))
    answers = [sent_closing.close_as_wished(visit, wish, actor=actor, at=step.at) for _twice in range(2)]
    if [one.status for one in answers] != [entries.ACCEPTED, entries.DUPLICATE]:
        raise RuleViolation("not_closed", answers[0].message, rule="R2.18")


def _signings(visit: Inspection, step: ScriptStep) -> Iterator[signing.Signing]:
    name = visit.case.enterprise.legal_representative or visit.case.enterprise.name
    yield signing.Signing(uuid4(), step.at, is_officer=False, name=name)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "schedule_inspection": schedule,
    "move_inspection": move,
    "waive_inspection": waive,
    "inspect": inspect,
    "rectify": rectify,
}
