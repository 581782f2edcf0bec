"""What a story of any order tries of an acceptance with papers to follow (R6.9-R6.11)."""

from typing import Any

from permits.models import Case, Tolerance


def late_steps(case: Case) -> tuple[tuple[str, str], ...]:
    """What a paper that may come late calls for, often enough that stories come to its end (R6.9-R6.11)."""
    papers = list(case.tolerances.all())
    if any(one.state == Tolerance.State.OFFERED for one in papers):
        return (("promise_late", "applicant"),) * 12
    if any(one.is_unchecked for one in papers):
        return (("confirm_late", "window"), ("confirm_late", "dept_subdistrict"), ("send_back_late", "window"))
    return (("deliver_late", "applicant"), ("deliver_late", "window")) if any(p.is_awaited for p in papers) else ()


LATE = "mat_sign_drawing"
"""A secondary paper of the sign-board."""
PROPER: dict[str, dict[str, Any]] = {
    "submit": {"without": [LATE]},
    "tolerate": {"items": {LATE: "没有提交"}},
    "send_back_late": {"items": {LATE: "缺少尺寸"}},
    "deliver_late": {"items": {LATE: ""}},
    "confirm_late": {"items": {LATE: ""}},
}
"""Details with which such a step can go through."""
