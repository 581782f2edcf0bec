"""The deeds with permits held before (R1.10): a paper permit of the sample's is declared for each matter, and answered.

It was granted three years before the step and holds for another two, under a number that says its matter.
"""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.timezone import localtime

from accounts.actors import Actor
from certificates.acts import merging
from permits.files.sample_files import sample_pdf
from permits.models import Case, HeldPermit
from workflows.rehearsal.script import ScriptStep

NOT_FOUND = "查无此证。"
SINCE, LEFT = timedelta(3 * 365), timedelta(2 * 365)


def _declare(case: Case, step: ScriptStep, actor: Actor) -> None:
    today = localtime(step.at).date()
    for matter in step.details["matters"]:
        permit = merging.Declared(matter, f"旧证 {matter}", today - SINCE, today - SINCE, today + LEFT)
        proof = io.BytesIO(sample_pdf(f"held_{matter}", "许可证").content)
        fresh = Case.objects.get(pk=case.pk)
        merging.declare(fresh, permit=permit, proof=proof, proof_name="许可证.pdf", actor=actor, at=step.at)


def _each(act: Callable[..., Any], **more: Any) -> Callable[[Case, ScriptStep, Actor], None]:
    """The act for each of the matters' permits, the newest of each."""

    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        for matter in step.details["matters"]:
            one = HeldPermit.objects.filter(case=case, matter=matter).order_by("pk").last()
            given = more | {name: step.details[name] for name in more if name in step.details}
            fresh = Case.objects.get(pk=case.pk)
            act(fresh, held=one.pk if one else 0, actor=actor, at=step.at, **given)

    return deed


def told(case: Case) -> dict[str, dict[str, Any]]:
    """What was named, by matter, the newest of each: state, number, source, reason."""
    return {
        one.matter: {
            "state": one.state,
            "number": one.number,
            "from": "register" if one.is_ours else "declared",
            "reason": one.reason,
        }
        for one in case.held_permits.order_by("pk")
    }


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "merge": _declare,
    "take_back_merge": _each(merging.take_back),
    "confirm_merge": _each(merging.confirm),
    "refuse_merge": _each(merging.refuse, reason=NOT_FOUND),
}
