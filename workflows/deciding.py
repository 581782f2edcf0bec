"""One sheet of decisions of one department: what it grants and what it refuses in one go, all of it or nothing.

What takes two persons is proposed by the same sheet, and decided by whoever approves it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from permits import proposals
from permits.decisions import Outcome
from permits.law.bar_terms import Ground
from permits.models import Case, Proposal
from workflows import steps


def decide(
    case: Case,
    *,
    grants: Mapping[str, str],
    refusals: Mapping[str, str],
    opinion: str,
    unvisited: Mapping[str, str],
    actor: Actor,
    at: datetime,
    false: Collection[str] = (),
) -> Outcome:
    """Grant (matter → scope, empty keeps it as it is) and refuse (matter → reason); the last decision moves the flow.

    `unvisited`: by matter, why what needs a site check is granted without a joint visit. `false`: the matters refused
    because facts were hidden or false (R2.27).
    """
    outcome = Outcome.OPEN
    by_two = set(case.matters.filter(two_persons=True).values_list("matter", flat=True))
    with transaction.atomic():
        for matters in _parted(grants, by_two):
            scopes = {matter: grants[matter] for matter in matters if grants[matter]}
            said: dict[str, Any] = {"matters": matters, "scopes": scopes, "opinion": opinion, "actor": actor, "at": at}
            said["unvisited"] = unvisited
            if by_two.isdisjoint(matters):
                outcome = steps.grant(case, **said)
            else:
                proposals.propose(case, decision=Proposal.Decision.GRANT, **said)
        for (reason, ground), alike in _by_reason(refusals, false).items():
            for matters in _parted(alike, by_two):
                said = {"matters": matters, "reason": reason, "ground": ground, "actor": actor, "at": at}
                if by_two.isdisjoint(matters):
                    outcome = steps.refuse(case, **said)
                else:
                    proposals.propose(case, decision=Proposal.Decision.REFUSE, opinion=opinion, **said)
    return outcome


def _parted(matters: Iterable[str], by_two: set[str]) -> list[list[str]]:
    """What one person decides and what takes two, each where there is some."""
    parts = [id for id in matters if id not in by_two], [id for id in matters if id in by_two]
    return [part for part in parts if part]


def _by_reason(refusals: Mapping[str, str], false: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Matters refused for the same reason, and on the same ground, are refused together."""
    found: dict[tuple[str, str], list[str]] = {}
    for matter, reason in refusals.items():
        ground = str(Ground.FALSE_MATERIAL) if matter in false else ""
        found.setdefault((reason.strip(), ground), []).append(matter)
    return found
