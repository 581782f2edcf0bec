"""Taking in what is found on the site: entries, photographs, signatures - from a page, or from a phone that had no signal.

Every one bears the id that its maker gave it: what comes twice is there once, and nothing that is there is overwritten. The
moment of making is kept beside that of arrival; a device whose clock runs ahead gains nothing by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from industries.checklists import Checklist, Point, narrowed, of_matters
from permits.inspections import findings
from permits.inspections.arranging import reloaded
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Finding, Inspection, InspectionEntry

LONGEST_NOTE = 1000
ACCEPTED, DUPLICATE, CONFLICT, REFUSED = "accepted", "duplicate", "conflict", "refused"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A finding as its maker sends it."""

    client_id: UUID
    point: str
    finding: str
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one thing that was sent: `accepted`; `duplicate`, it was there; `conflict`, it is kept, but a colleague
    found something else, or the id belongs to something else; `refused`, with why."""

    client_id: str
    status: str
    message: str = ""


def enter(
    visit: Inspection, entries: Sequence[NewEntry], *, actor: Actor, at: datetime, settles: bool = False
) -> list[Answer]:
    """Take in one officer's findings, each by itself: one that cannot be taken keeps no other out."""
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        require_officer(visit, actor)
        points = {point.id: point for point in checklist(visit)}
        own = _matters_of(visit, actor.body)
        known = {row.client_id: row for row in InspectionEntry.objects.filter(client_id__in=_ids(entries))}
        answers: list[Answer] = []
        made: list[InspectionEntry] = []
        for entry in entries:
            if (row := known.get(entry.client_id)) is not None:
                answers.append(_again(row, visit, entry, actor))
            elif why := _objection(visit, entry, points.get(entry.point), own, at):
                answers.append(Answer(str(entry.client_id), REFUSED, why))
            else:
                known[entry.client_id] = row = _row(visit, entry, actor, at, settles=settles)
                made.append(row)
                answers.append(Answer(str(entry.client_id), ACCEPTED))
        insert_rows(made)
        if made:
            said = {str(row.client_id): [row.point, row.finding] for row in made}
            facts = {"inspection": visit.key, "body": actor.body, "entries": said, "settles": settles}
            chain.append(case, act="inspection_entered", actor=actor.label, at=at, facts=facts)
            update_rows([case], HEAD)
        return _with_conflicts(visit, answers, made)


def settle(
    visit: Inspection, *, point: str, finding: str, note: str, client_id: UUID, actor: Actor, at: datetime
) -> Answer:
    """Write down what the officers agreed on where they had found different things; both findings stay on record.

    Whoever signed before signs again: nobody is held to what was settled after their signature.
    """
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        found = stand(visit).get(point)
        if found is None or not found.is_disputed:
            raise RuleViolation("nothing_to_settle", _("这一要点没有不同的核查结论"), field="point")
        if not note.strip():
            raise RuleViolation("note_missing", _("请写明协商一致的理由"), field="note")
        new = NewEntry(client_id, point, finding, note.strip(), at)
        (answer,) = enter(visit, [new], actor=actor, at=at, settles=True)
        if answer.status == REFUSED:
            raise RuleViolation("not_settled", answer.message, field="finding")
        return answer


def checklist(visit: Inspection) -> Checklist:
    """What the visit looks at: the merged points of its matters; again only those that had to be put right."""
    catalogue = visit.case.own_catalogue
    going_on = visit.parts.filter(left_at=None).values_list("case_matter__matter", flat=True)
    matters = list(going_on)
    points = of_matters(catalogue, matters)
    if visit.follows is None:
        return points
    open_for = {
        change.point: [matter for matter in change.matters if matter in matters]
        for change in visit.follows.changes.all()
    }
    return narrowed(points, open_for)


def stand(visit: Inspection, points: Checklist | None = None) -> dict[str, findings.Found]:
    """What stands on each point of the visit."""
    found = checklist(visit) if points is None else points
    return findings.stand(found, [as_entry(row) for row in visit.entries.all()])


def as_entry(row: InspectionEntry) -> findings.Entry:
    """The row as the rule takes it; made no later than it came in."""
    made_at = min(row.made_at, row.received_at)
    return findings.Entry(str(row.client_id), row.point, row.finding, row.officer_id, made_at, row.note, row.settles)


def require_officer(visit: Inspection, actor: Actor) -> None:
    """Only the officers who were named for the visit record anything on it (R2.18)."""
    if not visit.officers.filter(officer_id=actor.user_id).exists():
        raise RuleViolation("not_your_visit", _("您不是这次核查的核查人员"), rule="R2.18")


def person(actor: Actor) -> int:
    """Whose entry, photograph or signature it is: nobody makes one without signing in."""
    assert actor.user_id is not None  # the acts have asked for a part in the visit
    return actor.user_id


def why_closed(visit: Inspection, at: datetime) -> str:
    """Why nothing can be entered on the visit now; empty where it can."""
    if visit.state != Inspection.State.SCHEDULED or visit.on is None:
        return str(_("核查目前为“%(state)s”，不能再记录") % {"state": visit.get_state_display()})
    if localtime(at).date() < visit.on:
        return str(_("核查约定在 %(day)s，当天起才能记录") % {"day": visit.on})
    return ""


def _ids(entries: Sequence[NewEntry]) -> list[UUID]:
    return [entry.client_id for entry in entries]


def _again(row: InspectionEntry, visit: Inspection, entry: NewEntry, actor: Actor) -> Answer:
    """The same thing again is there; another thing under its id is not taken, and what is there stays."""
    same = (row.inspection_id, row.officer_id, row.point, row.finding, row.note) == (
        *(visit.pk, actor.user_id, entry.point, entry.finding),
        entry.note.strip(),
    )
    if same:
        return Answer(str(entry.client_id), DUPLICATE)
    return Answer(str(entry.client_id), CONFLICT, str(_("同一编号已记录了不同的内容，原记录没有改动")))


def _objection(visit: Inspection, entry: NewEntry, point: Point | None, own: set[str], at: datetime) -> str:
    """Why this entry is not taken; empty where it is."""
    if closed := why_closed(visit, at):
        return closed
    if point is None:
        return str(_("核查表没有这一要点，请刷新核查表"))
    if own.isdisjoint(point.matters):
        return str(_("这一要点不属于您所在部门的事项"))
    if entry.finding not in Finding.values:
        return str(_("请选择核查结论"))
    if entry.finding != Finding.PASS and not entry.note.strip():
        return str(_("需要整改或者不符合的，请写明情况"))
    if len(entry.note) > LONGEST_NOTE:
        return str(_("情况说明最多 %(most)d 个字") % {"most": LONGEST_NOTE})
    if visit.on is not None and localtime(entry.made_at).date() < visit.on:
        return str(_("记录时间早于核查日，请检查设备的日期和时间"))
    return ""


def _matters_of(visit: Inspection, body: str) -> set[str]:
    """The visit's matters of a department: on points that count for none of them it has nothing to find (R1.2)."""
    parts = visit.parts.filter(left_at=None, case_matter__section__body_id=body)
    return set(parts.values_list("case_matter__matter", flat=True))


def _row(visit: Inspection, entry: NewEntry, actor: Actor, at: datetime, *, settles: bool) -> InspectionEntry:
    return InspectionEntry(
        client_id=entry.client_id,
        inspection=visit,
        point=entry.point,
        finding=entry.finding,
        note=entry.note.strip(),
        settles=settles,
        officer_id=person(actor),
        body_id=actor.body,
        made_at=entry.made_at,
        received_at=at,
    )


def _with_conflicts(visit: Inspection, answers: list[Answer], made: Sequence[InspectionEntry]) -> list[Answer]:
    """The answers, those marked whose point a colleague has found otherwise."""
    if not made:
        return answers
    disputed = {id for id, found in stand(visit).items() if found.is_disputed}
    touched = {str(row.client_id) for row in made if row.point in disputed}
    words = str(_("与其他核查人员的结论不同，两份都已保留；办结前请协商一致"))
    return [Answer(answer.client_id, CONFLICT, words) if answer.client_id in touched else answer for answer in answers]
