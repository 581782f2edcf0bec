"""The deeds of a filing that is not even taken in (R2.14): recorded by the window, looked at again by the service office."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits.at_counter import refusals
from permits.models import Case, TakingRefusal
from workflows.rehearsal.script import ScriptStep


def refuse_to_take(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Somebody of the rehearsal's enterprise is turned away."""
    catalogue = case.own_catalogue
    refusals.refuse_to_take(
        who=step.details.get("who", case.enterprise.name),
        what=step.details.get("what", "、".join(catalogue.industries[id].name for id in case.industries)),
        ground=step.details["ground"],
        reason=step.details["reason"],
        actor=actor,
        at=step.at,
    )


def review_refusal(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The service office looks at the newest record again."""
    newest = TakingRefusal.objects.order_by("-pk").first()
    if newest is None:
        raise RuleViolation("nothing_refused", _("没有不予收件的记录"), rule="R2.14")
    stands, finding = step.details["stands"], step.details["finding"]
    refusals.review_refusal(newest.pk, stands=stands, finding=finding, actor=actor, at=step.at)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "refuse_to_take": refuse_to_take,
    "review_refusal": review_refusal,
}
