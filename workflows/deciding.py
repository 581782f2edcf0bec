"""One sheet of decisions of one department: what it grants and what it refuses in one go, all of it or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from permits.decisions import Outcome
from permits.models import Case
from workflows import steps


def decide(
    case: Case,
    *,
    grants: Mapping[str, str],
    refusals: Mapping[str, str],
    opinion: str,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Grant (matter → scope, empty keeps it as it is) and refuse (matter → reason); the last decision moves the flow."""
    outcome = Outcome.OPEN
    with transaction.atomic():
        if grants:
            scopes = {matter: scope for matter, scope in grants.items() if scope}
            outcome = steps.grant(case, matters=list(grants), scopes=scopes, opinion=opinion, actor=actor, at=at)
        for reason, matters in _by_reason(refusals).items():
            outcome = steps.refuse(case, matters=matters, reason=reason, actor=actor, at=at)
    return outcome


def _by_reason(refusals: Mapping[str, str]) -> dict[str, list[str]]:
    """Matters refused for the same reason are refused together."""
    found: dict[str, list[str]] = {}
    for matter, reason in refusals.items():
        found.setdefault(reason.strip(), []).append(matter)
    return found
