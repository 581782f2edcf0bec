"""What must hold of the four promises, whatever was tried: none has the consequence of another (R6.7)."""

from collections.abc import Iterator
from typing import Any

from permits.models import BreachRecord, Case, IndustryCommitment, PostCheck

State = IndustryCommitment.State


def promise_steps(case: Case) -> tuple[tuple[str, str], ...]:
    """The steps that fit the promise for the industry as it stands."""
    if case.state in ("draft", "declined", "returned", "withdrawn", "closed_refused"):
        return ()
    latest = case.industry_commitments.last()
    if latest is None or latest.state in (State.TAKEN_BACK, State.REPAIRED):
        return (("promise_industry", "applicant"),)
    if latest.state == State.STANDING:
        return ("industry_broken", "dept_mrb"), ("take_back_industry", "applicant")
    return (("industry_put_right", "dept_mrb"),)


def faults(case: Case) -> Iterator[str]:
    """Everything that must hold and does not."""
    promised = set(case.commitments.values_list("matter", flat=True))
    for check in PostCheck.objects.filter(case_matter__case=case).select_related("case_matter"):
        if check.case_matter.matter not in promised:
            yield f"{check} checks a matter whose conditions nobody promised"
    for breach in BreachRecord.objects.filter(case_matter__case=case).select_related("case_matter__post_check"):
        found: Any = getattr(breach.case_matter, "post_check", None)
        if found is None or found.state != PostCheck.State.REVOKED:
            yield f"{breach} is on record without a broken commitment to conditions"
    seen: dict[str, str] = {}
    for one in case.industry_commitments.all():
        if seen.get(one.industry) in (State.STANDING, State.BROKEN):
            yield f"{one} was signed while another was {seen[one.industry]}"
        seen[one.industry] = one.state
