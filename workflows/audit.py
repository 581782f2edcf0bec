"""The auditor of record and flow: each tells its own part of a case, and here both are held against each other.

What the case legally is stands on the case, who acts now in the flow (docs/decisions/0001): they are written in one
transaction, so a disagreement is a fault of ours. Reads only; used after every scenario test and by the nightly run.
"""

import itertools
from collections import Counter
from collections.abc import Iterator

from viewflow.workflow import STATUS
from viewflow.workflow.status import PROCESS

from certificates.models import ActProposal, Licence
from industries import combining
from permits.delivery import is_delivered
from permits.late import conditional
from permits.models import Case, CaseMatter, Document, HeldPermit, Proposal, Tolerance
from workflows import hearing_audit, inspection_audit
from workflows.models import CaseProcess

CHUNK = 500
MORE: tuple[str, ...] = (*inspection_audit.READ, *hearing_audit.READ)
WAITS_AT = {
    Case.State.SUBMITTED: "intake",
    Case.State.SUPPLEMENT_REQUESTED: "supplement",
    Case.State.ACCEPTED: "sections",
}
ENDS_AT = {
    Case.State.ISSUED: "end",
    Case.State.CLOSED_SINGLE: "end",
    Case.State.CLOSED_REFUSED: "refused",
    Case.State.DECLINED: "declined",
    Case.State.RETURNED: "returned",
}
GRANTED_WHEN = {
    Case.State.ISSUED: (f"at least {combining.LEAST}", combining.suffice),
    Case.State.CLOSED_SINGLE: ("1", lambda granted: granted == 1),
    Case.State.CLOSED_REFUSED: ("0", lambda granted: granted == 0),
}


def disagreements() -> Iterator[str]:
    """Every disagreement between record and flow, as a line naming the case. None in a sound database."""
    cases = Case.objects.select_related("process", "licence").prefetch_related(
        "matters__proposals",
        "matters__item",
        "sections",
        "documents",
        "deliveries",
        "supplements",
        "tolerances",
        "process__task_set",
        "licence__items",
        "licence__versions",
        "handovers",
        "held_permits",
        "act_proposals__item__case_matter",
        "referrals__item__case_matter",
        *MORE,
    )
    for case in cases.order_by("pk").iterator(chunk_size=CHUNK):
        for fault in (
            *_flow(case),
            *_sections(case),
            *_outcome(case),
            *_ends(case),
            *_merged(case),
            *_papers(case),
            *_served(case),
            *_two_persons(case),
            *_acts_proposed(case),
            *_tolerances(case),
            *_channel(case),
            *_referrals(case),
            *inspection_audit.faults(case),
            *hearing_audit.faults(case),
        ):
            yield f"{case}: {fault}"


def _flow(case: Case) -> Iterator[str]:
    """The process exists once the case is handed in, waits where the state says, ends when the case ends."""
    process = getattr(case, "process", None)
    if process is None:
        if case.number:
            yield f"is {case.state} but has no process"
        return
    if not case.number:
        yield "was never handed in but has a process"
        return
    tasks = list(process.task_set.all())
    waiting = [task.flow_task.name for task in tasks if task.finished is None]
    expected = expected_node(case)
    if waiting != ([expected] if expected else []):
        yield f"is {case.state} and should wait at {expected or 'no node'}, but the flow waits at {waiting or 'no node'}"
    yield from _end(case, process, [task.flow_task.name for task in tasks if task.status == STATUS.DONE])


def expected_node(case: Case) -> str:
    """The node at which the flow of such a case waits; empty where it has ended."""
    if case.state == Case.State.DECIDING:
        return "sections" if any(row.is_undecided for row in case.matters.all()) else "issue"
    if case.state in (Case.State.ISSUED, Case.State.CLOSED_SINGLE) and not is_delivered(case.matters.all()):
        return "deliver"
    return WAITS_AT.get(Case.State(case.state), "")


def _end(case: Case, process: CaseProcess, done: list[str]) -> Iterator[str]:
    if expected_node(case):
        if process.status in (PROCESS.DONE, PROCESS.CANCELED):
            yield f"is {case.state} and goes on, but its process is {process.status}"
        return
    status = PROCESS.CANCELED if case.state == Case.State.WITHDRAWN else PROCESS.DONE
    if process.status != status:
        yield f"is {case.state}, but its process is {process.status} instead of {status}"
    end = ENDS_AT.get(Case.State(case.state))
    if end and end not in done:
        yield f"is {case.state}, but the flow did not reach {end!r}"


def _sections(case: Case) -> Iterator[str]:
    """Every section of an accepted case is open to its department, but for those whose matters were all withdrawn; and
    no matter is decided before acceptance."""
    going_on = {row.section_id for row in case.matters.all() if row.state != CaseMatter.State.WITHDRAWN}
    for section in case.sections.all():
        if case.accepted_on and section.opened_at is None and section.pk in going_on:
            yield f"is accepted, but section {section.body_id} was never opened"
    if not case.accepted_on and any(row.decided_on for row in case.matters.all()):
        yield "has a decision without acceptance"


def _outcome(case: Case) -> Iterator[str]:
    """The end fits what was granted (R1.9), and the licence holds exactly that."""
    rows = list(case.matters.all())
    granted = {row.matter for row in rows if row.state == CaseMatter.State.GRANTED}
    standing = granted - {row.matter for row in rows if row.permit_ended_at or row.moved_at}
    wanted, fits = GRANTED_WHEN.get(Case.State(case.state), ("", None))
    # What ended counts where that came after the end, and does not where it came before.
    if fits and not any(fits(count) for count in range(len(standing), len(granted) + 1)):
        yield f"is {case.state} with {len(granted)} matters granted instead of {wanted}"
    if fits and any(row.is_undecided for row in rows):
        yield f"is {case.state} with undecided matters"
    yield from _licence(case, granted, standing)


def _licence(case: Case, granted: set[str], standing: set[str]) -> Iterator[str]:
    """A licence stands where the case says so, early or at the end (R6.21); at the end it holds all that was granted, but
    for what ended before it was made."""
    licence = getattr(case, "licence", None)
    expected = case.state == Case.State.ISSUED or case.issued_early_at is not None
    if (licence is not None) != expected:
        yield f"is {case.state} {'with' if licence else 'without'} a combined licence"
        return
    items = {item.matter for item in licence.items.all()} if licence else set()
    if case.state == Case.State.ISSUED and not standing <= items:
        yield f"granted {sorted(standing)}, but its licence holds {sorted(items)}"
    if licence:
        yield from _newest_version(licence)
    if not items <= granted:
        yield f"its licence holds {sorted(items - granted)}, which was not granted"


def _newest_version(licence: Licence) -> Iterator[str]:
    """What the licence says is how its permits stand (R1.16); an end has its record (R2.33)."""
    newest = max(licence.versions.all(), key=lambda one: one.version)
    said = {one["matter"]: (one["state"], one["valid_from"], one["valid_to"]) for one in newest.facts["items"]}
    rows = {
        one.matter: (str(one.state), str(one.valid_from), str(one.valid_to) if one.valid_to else None)
        for one in licence.items.all()
    }
    if said != rows:
        yield f"its permits stand as {rows}, but version {newest.version} says {said}"


def _ends(case: Case) -> Iterator[str]:
    """A permit that ended has exactly one record of cancellation, and its matter knows (R2.33)."""
    records = Counter(
        id for paper in case.documents.all() if paper.kind == Document.Kind.CANCELLATION_RECORD for id in paper.matters
    )
    for row in case.matters.all():
        item = getattr(row, "item", None)
        if row.moved_at or _came_ended(row):
            continue  # the record is where the permit is, or where it ended (R1.10)
        ended = item is not None and item.ended_on is not None
        if ended != (row.permit_ended_at is not None) or records[row.matter] != ended:
            yield f"the permit of {row.matter} has {'' if ended else 'not '}ended, with {records[row.matter]} records"


def _came_ended(row: CaseMatter) -> bool:
    """Whether a permit that was merged in had ended in the case that granted it, while the licence was being made."""
    return bool(row.merged_from and row.permit_ended_at and row.ended_at and row.permit_ended_at <= row.ended_at)


def _merged(case: Case) -> Iterator[str]:
    """What was merged in was named and confirmed; what moved away took its item along (R1.10)."""
    merged = {one.matter for one in case.held_permits.all() if one.state == HeldPermit.State.MERGED}
    rows = {row.matter for row in case.matters.all() if row.merged_from}
    if merged != rows:
        yield f"{sorted(merged)} was named and merged, but {sorted(rows)} stands among its matters"
    for row in case.matters.all():
        if row.moved_at and getattr(row, "item", None):
            yield f"the permit of {row.matter} has joined another licence, and is still here"
        if row.merged_from and not getattr(row, "item", None):
            yield f"{row.matter} was merged in without its permit"


def _tolerances(case: Case) -> Iterator[str]:
    """Papers are offered before acceptance and awaited until the decision; meanwhile nothing is issued (R6.9-R6.11)."""
    papers = list(case.tolerances.all())
    for one in papers:
        allowed = {"offered": (Case.State.SUBMITTED,), "open": Case.UNDECIDED_STATES, "failed": (Case.State.RETURNED,)}
        if case.state not in allowed.get(one.state, Case.State.values):
            yield f"is {case.state}, but {one.material} is {one.state}"
    if bool(papers) != (case.tolerance_offered_at is not None):
        yield f"has {len(papers)} papers that may come later, offered {case.tolerance_offered_at}"
    is_open = any(one.state == Tolerance.State.OPEN for one in papers)
    waiting = {row.matter for row in case.matters.all() if conditional.is_waiting(row)}
    if early := getattr(case, "licence", None):
        waiting &= {item.matter for item in early.items.all()}
        if waiting:
            yield f"its licence holds {sorted(waiting)}, which is not in force while a paper is lacking"
    ended = any(paper.kind == Document.Kind.ACCEPTANCE_ENDED for paper in case.documents.all())
    failed = any(one.state == Tolerance.State.FAILED for one in papers)
    if (case.state == Case.State.RETURNED and case.accepted_on is not None, ended) != (failed, failed):
        yield f"is {case.state} with {'a' if failed else 'no'} paper failed and {'its' if ended else 'no'} notice"
    for row in case.matters.all():
        if row.lapsed_at and case.state not in (Case.State.RETURNED, Case.State.WITHDRAWN):
            yield f"is {case.state}, but the grant of {row.matter} has lapsed"
        if conditional.is_waiting(row) and not is_open:
            yield f"the grant of {row.matter} is not in force, but no paper is lacking"


def _referrals(case: Case) -> Iterator[str]:
    """A problem found on site went to the body that decided on the permit, which is one of this case's (R5.8)."""
    for one in case.referrals.all():
        elsewhere = one.item.case_matter.case_id != case.pk and not one.item.case_matter.merged_from
        if elsewhere or one.body_id != one.item.body_id:
            yield f"a problem with {one.item.matter} went to {one.body_id}, which did not decide on it"


def _channel(case: Case) -> Iterator[str]:
    """The case lies where it was passed on last, with somebody's consent; where it began while it never was (R6.18)."""
    passed = list(case.handovers.all())
    if passed and case.with_counter != (passed[-1].to == Case.Channel.WINDOW):
        yield f"was passed on to {passed[-1].to} last, but is {'' if case.with_counter else 'not '}with the counter"
    if not passed and case.with_counter != (case.channel == Case.Channel.WINDOW):
        yield f"came by {case.channel}, but is {'' if case.with_counter else 'not '}with the counter without a consent"
    if any(one.to == after.to for one, after in itertools.pairwise(passed)):
        yield "was passed on to where it was"


def _two_persons(case: Case) -> Iterator[str]:
    """What two persons decide was proposed by one and approved by another who had no part in it; nothing waits for approval
    of what is over."""
    for row in case.matters.all():
        proposals = list(row.proposals.all())
        approved = [one for one in proposals if one.state == Proposal.State.APPROVED]
        if row.two_persons and row.decided_on and not row.merged_from and len(approved) != 1:
            yield f"{row.matter} is {row.state} with {len(approved)} approved proposals instead of 1"
        for one in approved:
            if one.answered_by_id in one.people or (one.proposed_by_id, one.answered_by_id) != (
                row.handled_by_id,
                row.decided_by_id,
            ):
                yield f"{row.matter} was not decided by two persons as it was proposed and approved"
        if not row.is_undecided and any(one.state == Proposal.State.PROPOSED for one in proposals):
            yield f"{row.matter} is {row.state}, and its decision still waits for approval"


def _acts_proposed(case: Case) -> Iterator[str]:
    """What waits for a second person is about a permit of this case that has not ended."""
    for one in case.act_proposals.all():
        item = one.item
        if one.state == ActProposal.State.PROPOSED and (item.ended_on or item.case_matter.case_id != case.pk):
            yield f"{one.act} of {item.matter} waits for approval, but the permit {'has ended' if item.ended_on else 'is elsewhere'}"


def _served(case: Case) -> Iterator[str]:
    """What opens a remedy is marked to be served, by a delivery of its own case; nothing is returned for an answer whose days
    never began (R2.10, R2.34)."""
    own = {record.pk for record in case.deliveries.all()}
    for paper in case.documents.all():
        if paper.service_id and paper.service_id not in own:
            yield f"{paper.number} was served by a delivery of another case"
        if paper.to_serve and paper.kind not in Document.SERVED:
            yield f"{paper.number} is marked to be served, but opens no days"
    if case.state == Case.State.RETURNED and any(one.awaits_service for one in case.supplements.all()):
        yield "was returned although its supplement notice was never served"


def _papers(case: Case) -> Iterator[str]:
    """Each decided matter has exactly one decision on paper (R2.38); what was merged in has its own from before (R1.10)."""
    kinds = (Document.Kind.GRANT_DECISION, Document.Kind.REFUSAL_DECISION)
    papers = Counter(id for paper in case.documents.all() if paper.kind in kinds for id in paper.matters)
    for row in case.matters.all():
        expected = 1 if row.decided_on and not row.merged_from else 0
        if papers[row.matter] != expected:
            yield f"{row.matter} is {row.state} with {papers[row.matter]} decision papers instead of {expected}"
