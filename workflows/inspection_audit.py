"""What must hold of joint visits whatever was done: matters, visits, officers and papers told against each other.

Part of `workflows.audit`; reads what that has fetched.
"""

from collections import Counter
from collections.abc import Iterator

from permits.inspections.arranging import FEWEST_OFFICERS
from permits.models import Case, CaseMatter, Document, Inspection

READ = (
    "inspections__parts__case_matter__section",
    "inspections__officers",
    "inspections__changes",
    "stops",
)
"""What the auditor fetches with the cases."""
PAPERS = (Document.Kind.INSPECTION_RECORD, Document.Kind.RECTIFICATION_NOTICE)


def faults(case: Case) -> Iterator[str]:
    """Every disagreement about the visits of a case."""
    visits = sorted(case.inspections.all(), key=lambda visit: visit.pk)
    yield from _matters(case, visits)
    for visit in visits:
        yield from _visit(case, visit)
    yield from _papers(case, visits)


def _matters(case: Case, visits: list[Inspection]) -> Iterator[str]:
    """A matter is under inspection exactly while a visit or its notice waits for somebody."""
    expected = _under_way(visits) if case.state in Case.UNDECIDED_STATES else {}
    for row in case.matters.all():
        found = str(row.state) if row.is_under_inspection else ""
        if row.is_undecided and found != expected.get(row.pk, ""):
            yield f"{row.matter} is {row.state}, but its visit says {expected.get(row.pk) or 'nothing'}"
        if row.state == CaseMatter.State.GRANTED and row.site_check == CaseMatter.SiteCheck.FAILED:
            yield f"{row.matter} is granted although its site check failed"
        if row.site_check == CaseMatter.SiteCheck.ELSEWHERE and not row.site_check_reason:
            yield f"{row.matter} went without a joint visit, and nobody says why"


def _under_way(visits: list[Inspection]) -> dict[int, str]:
    """By matter, the state that the newest visit gives it."""
    found: dict[int, str] = {}
    for visit in visits:
        for part in visit.parts.all():
            if part.left_at is not None or visit.state == Inspection.State.CANCELLED:
                continue
            if visit.is_open:
                found[part.case_matter_id] = "inspecting"
            elif part.outcome == "rectify":
                found[part.case_matter_id] = "inspecting" if visit.reported_at else "rectifying"
            else:
                found.pop(part.case_matter_id, None)
    return found


def _visit(case: Case, visit: Inspection) -> Iterator[str]:
    """Open visits are about something, by two officers of each department; closed ones found something on everything."""
    parts = [part for part in visit.parts.all() if part.left_at is None]
    if visit.is_open and case.state not in Case.UNDECIDED_STATES:
        yield f"is {case.state}, and a visit is still {visit.state}"
    if visit.is_open and not parts:
        yield "has an open visit about nothing"
    if visit.state in (Inspection.State.SCHEDULED, Inspection.State.CLOSED):
        named = Counter(one.body_id for one in visit.officers.all())
        for part in parts:
            if named[part.case_matter.section.body_id] < FEWEST_OFFICERS:
                yield f"a visit looks at {part.case_matter.matter} with fewer than two officers (R2.18)"
    if visit.state == Inspection.State.CLOSED:
        if any(not part.outcome for part in parts):
            yield "a visit was closed without a finding on every matter"
        wanting = any(part.outcome == "rectify" for part in parts)
        if wanting != bool(visit.notice_id) or wanting != bool(visit.changes.all()):
            yield "a rectification notice does not fit what was found"


def _papers(case: Case, visits: list[Inspection]) -> Iterator[str]:
    """Each closed visit has its record, and its notice where something is to be put right; no clock stands for nothing."""
    expected = {pk for visit in visits for pk in (visit.record_id, visit.notice_id) if pk}
    found = {paper.pk for paper in case.documents.all() if paper.kind in PAPERS}
    if expected != found:
        yield "the papers of its visits are not those of its documents"
    rectifying = {row.pk for row in case.matters.all() if row.state == CaseMatter.State.RECTIFYING}
    for stop in case.stops.all():
        if stop.ground == "rectification" and stop.ended_on is None and stop.case_matter_id not in rectifying:
            yield "a clock stands for putting right what nobody puts right"
