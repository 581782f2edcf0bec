"""Who may use notice-and-commitment (告知承诺) for a matter, and why or why not (R6.1, R6.2, R6.4). Pure.

    eligibility(matter, action="new", answers={"makes_food": False}, breaches=0).allowed

Whether somebody who may does so is another question: the way is chosen freely (R6.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from industries.entities import Matter
from industries.unanswered import CHOOSE_COMMITMENT, commitment_condition


class Action(StrEnum):
    """What is applied for; the list allows commitment for each of them or not (R6.2)."""

    NEW = "new"
    CHANGE = "change"
    RENEW = "renew"


class Ground(StrEnum):
    """Why a matter may go by commitment, or the first thing that stands against it."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    ACTION_NOT_LISTED = "action_not_listed"
    CONDITION = "condition"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer for one matter and action; `detail` is what the catalogue says where it does not allow it."""

    matter: str
    ground: Ground
    detail: str = ""

    @property
    def allowed(self) -> bool:
        return self.ground is Ground.LISTED


def eligibility(matter: Matter, *, action: str, answers: Mapping[str, Any], breaches: int) -> Eligibility:
    """Whether the matter may go by commitment for this action and these answers. `breaches`: how many are not repaired."""
    if not matter.commitment:
        return Eligibility(matter.id, Ground.NOT_LISTED, matter.commitment_exclusion_reason)
    if action not in matter.commitment_actions:
        return Eligibility(matter.id, Ground.ACTION_NOT_LISTED)
    if not commitment_condition(matter, action).holds({**answers, CHOOSE_COMMITMENT.question: True}):
        return Eligibility(matter.id, Ground.CONDITION)
    return Eligibility(matter.id, Ground.BREACH if breaches else Ground.LISTED)
