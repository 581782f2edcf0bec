"""Steps after the grant: the check of what was promised. They move no flow, which may still run or have ended."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from permits import post_checks
from permits.locking import holding
from permits.models import Case, PostCheck


def post_check(
    case: Case,
    *,
    matters: Sequence[str],
    result: str,
    actor: Actor,
    at: datetime,
    findings: str = "",
    items: Sequence[str] = (),
    days: int = 0,
) -> list[PostCheck]:
    """Record a check: the first one, or the second where an order to rectify is running."""
    with holding(case):
        ordered = PostCheck.objects.filter(
            case_matter__case=case, case_matter__matter__in=list(matters), state=PostCheck.State.BROKEN
        )
        if ordered.exists():
            return post_checks.recheck(case, matters=matters, result=result, findings=findings, actor=actor, at=at)
        return post_checks.check(
            case, matters=matters, result=result, findings=findings, items=items, days=days, actor=actor, at=at
        )
