"""The deeds about bars on applying again (R2.27): the same enterprise applies again, a department lifts its bar."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits import filing, samples
from permits.barring import bars, leaving_out
from permits.models import Case, ReapplyBar
from workflows import steps
from workflows.rehearsal.script import ScriptStep


def apply_again(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Another case with the same answers, handed in at once; without the barred matters that `leave_out` names."""
    again = filing.start(
        enterprise=case.enterprise,
        industries=list(case.industries),
        answers=dict(case.answers),
        catalogue_version=case.catalogue,
        channel=case.channel,
        actor=actor,
        at=step.at,
    )
    if left := step.details.get("leave_out", ()):
        leaving_out.leave_out(again, matters=left, actor=actor, at=step.at)
    samples.fill(again, actor=actor, at=step.at)
    steps.submit(again, actor=actor, at=step.at)


def lift_bar(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The bars of these matters that are in force, lifted by the department that decided."""
    for matter in step.details["matters"]:
        found = ReapplyBar.objects.filter(case_matter__case=case, matter=matter, lifted_on=None)
        if not found:
            raise RuleViolation("not_barred", _("这一事项没有不得再次申请的限制"), rule="R2.27")
        for bar in found:
            bars.lift(bar.pk, reason=step.details["reason"], actor=actor, at=step.at)


def told(case: Case) -> list[dict[str, Any]]:
    """The bars that came of this case's decisions."""
    return [
        {
            "matter": bar.matter,
            "subject": "enterprise" if bar.enterprise_id else "representative",
            "ground": bar.ground,
            "since": str(bar.since),
            "until": str(bar.until),
            "lifted_on": str(bar.lifted_on) if bar.lifted_on else None,
        }
        for bar in ReapplyBar.objects.filter(case_matter__case=case).order_by("pk")
    ]


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {"apply_again": apply_again, "lift_bar": lift_bar}
