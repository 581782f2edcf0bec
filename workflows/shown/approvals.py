"""What the section's page shows of two persons: what waits for approval, who may answer it, and the approval sheet (审批表)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.models import User
from permits import proposals
from permits.models import CaseMatter, Proposal


def sheet_of(matters: Sequence[CaseMatter]) -> list[Proposal]:
    """Everything that was ever proposed of these matters, the oldest first; nothing is asked where one person decides."""
    by_two = [row.pk for row in matters if row.two_persons]
    if not by_two:
        return []
    found = Proposal.objects.filter(case_matter__in=by_two)
    return list(found.select_related("case_matter", "proposed_by", "proposed_for", "answered_by"))


@dataclass(frozen=True)
class Approvals:
    """The proposals of one section's matters, as one officer sees them on a day."""

    matters: Sequence[CaseMatter]
    body: str
    user: User
    on: date
    holds: bool
    """Whether the section is this person's, or an absent colleague's in whose place they act."""
    may_work: bool
    """Whether nobody else holds it."""

    @cached_property
    def sheet(self) -> list[Proposal]:
        """Everything that was ever proposed of them."""
        return sheet_of(self.matters)

    @property
    def waiting(self) -> list[Proposal]:
        """What waits for an answer."""
        return [proposal for proposal in self.sheet if proposal.state == Proposal.State.PROPOSED]

    @property
    def is_officer(self) -> bool:
        return self.user.role == User.Role.OFFICER and self.user.body_id == self.body

    @property
    def answerable(self) -> list[CaseMatter]:
        """The matters whose proposal this person may answer: they had no part in it."""
        if not self.is_officer:
            return []
        return [one.case_matter for one in self.waiting if self.user.pk not in one.people]

    @property
    def own(self) -> list[CaseMatter]:
        """The matters whose proposal this person may take back."""
        if not self.is_officer or not self.may_work:
            return []
        return [one.case_matter for one in self.waiting if self.user.pk in one.people or self.holds]

    @cached_property
    def approvers(self) -> list[User]:
        """Who is there to approve what waits."""
        return list(proposals.approvers(self.body, self.waiting, self.on).order_by("display_name", "username"))
