"""The auditor of hearings: a hearing goes on only while there is something to be heard on, and nothing was decided before it
was over (R2.23)."""

from collections.abc import Iterator
from datetime import date, timedelta

from permits.models import Case, CaseMatter, Document, Hearing

READ = ("hearings__case_matter", "hearings__record")
"""What `faults` reads of a case."""


def faults(case: Case) -> Iterator[str]:
    """What does not fit between the hearings of a case and its matters."""
    for one in case.hearings.all():
        row, penalty = one.case_matter, one.cause == Hearing.Cause.PENALTY
        if one.state in Hearing.GOING_ON:
            yield from _going_on(case, one, row)
        if not penalty and row.decided_on is not None and (before := _over_on(one)) and row.decided_on < before:
            yield f"{row.matter} was decided on {row.decided_on}, and its hearing was over on {before}"
        if row.case_id != case.pk:
            yield f"a hearing is on {row.matter} of another case"
        if one.state == Hearing.State.HELD:
            yield from _held(case, one, row)


def _going_on(case: Case, one: Hearing, row: CaseMatter) -> Iterator[str]:
    """Before a penalty it is about a permit that runs, else about a matter of an accepted case that is to be decided."""
    if one.cause == Hearing.Cause.PENALTY:
        if row.state != CaseMatter.State.GRANTED or row.permit_ended_at:
            yield f"a hearing before the revocation of {row.matter} is {one.state}, but no such permit runs"
    elif case.state not in Case.UNDECIDED_STATES:
        yield f"is {case.state}, but a hearing on {row.matter} is {one.state}"
    elif not row.is_undecided:
        yield f"{row.matter} is {row.state}, but a hearing on it is {one.state}"


def _over_on(one: Hearing) -> date | None:
    """The first day on which the matter could be decided; None where the hearing ended in the applicant's favour."""
    match one.state:
        case Hearing.State.HELD:
            return one.held_on
        case Hearing.State.WAIVED:
            return one.waived_on
        case Hearing.State.LAPSED:
            return one.ask_by + timedelta(1)
    return None


def _held(case: Case, one: Hearing, row: CaseMatter) -> Iterator[str]:
    record = one.record
    if record is None or record.case_id != case.pk or record.kind != Document.Kind.HEARING_RECORD:
        yield f"a hearing on {row.matter} was held, but its record is {record}"
    if one.starts_at is None or one.hold_by is None or one.notified_on is None:
        yield f"a hearing on {row.matter} was held, but never arranged"
