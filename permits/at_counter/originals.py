"""Originals seen (核对原件) at the counter: of each file that was handed in, that its original lay on the desk."""

from collections.abc import Collection
from datetime import datetime

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Material
from permits.rules import require_role, require_state

LIVING = (Case.State.DRAFT, *Case.OPEN_STATES)
"""States in which the counter may still look at papers."""


def tick(case: Case, *, seen: Collection[int], among: Collection[int], actor: Actor, at: datetime) -> list[Material]:
    """Of the files `among`, those `seen` were compared with their originals, the others were not (any more).

    Files that the page did not show stay as they are: what somebody else uploaded meanwhile is not ticked by the way.
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, *LIVING)
        files = list(case.materials.filter(removed_at=None, pk__in=list(among)))
        changed = [file for file in files if (file.pk in seen) != (file.original_seen_at is not None)]
        for file in changed:
            file.original_seen_at = at if file.pk in seen else None
            file.original_seen_by_id = actor.user_id if file.pk in seen else None
        if changed:
            facts = {
                "seen": [file.material for file in changed if file.original_seen_at],
                "not_seen": [file.material for file in changed if not file.original_seen_at],
                "sha256": [file.sha256_stored for file in changed],
            }
            chain.append(case, act="originals_ticked", actor=actor.label, at=at, facts=facts)
            update_rows([case], HEAD)
            update_rows(changed, ["original_seen_at", "original_seen_by"])
    return changed
