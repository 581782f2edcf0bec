"""Site checks on the page of a department's section: what is needed, what is under way, what came of it, what a rule waives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.models import User
from permits.inspections import needs
from permits.models import Case, CaseMatter, Inspection


@dataclass
class SiteChecks:
    """The own matters by where their site check stands."""

    case: Case
    own: Sequence[CaseMatter]
    user: User
    today: date

    @cached_property
    def visits(self) -> list[Inspection]:
        """The case's visits that were not cancelled, the newest first; none is read where no own matter needs a check."""
        if not any(row.inspection for row in self.own):
            return []
        return list(self.case.inspections.exclude(state=Inspection.State.CANCELLED).order_by("-pk"))

    @property
    def visit(self) -> Inspection | None:
        """The newest visit."""
        return self.visits[0] if self.visits else None

    @property
    def needed(self) -> list[CaseMatter]:
        """What waits for a check that nobody has arranged."""
        return needs.needing(self.own) if self.case.state in Case.UNDECIDED_STATES else []

    @property
    def under_way(self) -> list[CaseMatter]:
        """What is to be looked at, or put right."""
        return [row for row in self.own if row.is_under_inspection and self.case.state in Case.UNDECIDED_STATES]

    @property
    def settled(self) -> list[CaseMatter]:
        """What was looked at, or goes without a joint visit, each with its reason."""
        return [row for row in self.own if row.site_check]

    @property
    def avoidable(self) -> list[CaseMatter]:
        """What the department may still take out of a visit, with its reason."""
        return [row for row in self.own if row.needs_site_check and row.state == CaseMatter.State.INSPECTING]

    @property
    def waived(self) -> list[tuple[CaseMatter, str]]:
        """What no check comes before, each with the rule that says so."""
        known = self.case.own_catalogue.matters
        told = [(row, needs.waived_by(known[row.matter], row)) for row in self.own if row.matter in known]
        return [(row, why) for row, why in told if why and not row.site_check]

    @cached_property
    def may_arrange(self) -> bool:
        """Whether this person's department leads one of the case's industries."""
        return self.user.role == User.Role.OFFICER and self.user.body_id in needs.leads(self.case)

    @cached_property
    def is_over(self) -> bool:
        """Whether the period to put things right has passed: then the department may refuse."""
        closed = next((one for one in self.visits if one.rectify_by is not None), None)
        return closed is not None and closed.rectify_by is not None and closed.rectify_by < self.today

    def holds(self, row: CaseMatter) -> bool:
        """Whether a visit or a period keeps this matter from being decided."""
        if row.state == CaseMatter.State.RECTIFYING:
            return not self.is_over
        return row.state == CaseMatter.State.INSPECTING
