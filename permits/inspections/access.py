"""Who opens a visit and its photographs: those who have a part in it; an agent only within the authority's scope (R2.16)."""

from datetime import date

from accounts.models import Authority, User
from permits.acting_for import agents
from permits.models import Inspection


def may_open(user: User, visit: Inspection, on: date) -> bool:
    """Whether a person to whom the visit is visible may open it: an agent whose acts do not reach to filing may not."""
    if user.role != User.Role.APPLICANT:
        return True
    return Authority.Act.FILE in agents.acts_open_to(user, visit.case, on)
