"""The deeds of a tolerant acceptance (R6.9-R6.11): offered, promised, delivered late, confirmed or sent back."""

from collections.abc import Callable
from io import BytesIO

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from permits import materials, samples
from permits.files.sample_files import sample_pdf
from permits.late import lacking, late_papers, tolerating
from permits.models import Case
from workflows import steps
from workflows.rehearsal.script import ScriptStep


def tolerate(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Offer to accept without these papers, each with what it lacks."""
    tolerating.offer(Case.objects.get(pk=case.pk), items=step.details["items"], actor=actor, at=step.at)


def promise_late(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Signed by whoever may sign for the case, who has read it."""
    fresh = Case.objects.get(pk=case.pk)
    steps.sign_tolerance(fresh, name=samples.signer(fresh, actor), agreed=True, actor=actor, at=step.at)


def deliver_late(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Sample content for these papers, or for all that are awaited; the window has looked at what it takes at the counter."""
    fresh = Case.objects.get(pk=case.pk)
    awaited = list(fresh.tolerances.awaited().values_list("material", flat=True))
    wanted = list(step.details.get("items", awaited))
    if not wanted:
        raise RuleViolation("not_tolerated", _("没有需要补交的容缺材料"), field="material", rule="R6.10")
    for material in wanted:
        content = BytesIO(sample_pdf(material, lacking.name_of(fresh, material)).content)
        materials.attach(fresh, material, content, f"{material}.pdf", actor=actor, at=step.at)
        if actor.is_role(User.Role.WINDOW):
            steps.confirm_late(fresh, material=material, actor=actor, at=step.at)


def confirm_late(case: Case, step: ScriptStep, actor: Actor) -> None:
    """These papers, or all that came."""
    fresh = Case.objects.get(pk=case.pk)
    came = [one.material for one in fresh.tolerances.open() if one.is_unchecked]
    wanted = list(step.details.get("items", came))
    if not wanted:
        raise RuleViolation("paper_not_there", _("申请人还没有补交这项材料"), field="material", rule="R6.10")
    for material in wanted:
        steps.confirm_late(fresh, material=material, actor=actor, at=step.at)


def send_back_late(case: Case, step: ScriptStep, actor: Actor) -> None:
    fresh = Case.objects.get(pk=case.pk)
    for material, reason in step.details["items"].items():
        late_papers.send_back(fresh, material=material, reason=reason, actor=actor, at=step.at)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "tolerate": tolerate,
    "promise_late": promise_late,
    "deliver_late": deliver_late,
    "confirm_late": confirm_late,
    "send_back_late": send_back_late,
}
