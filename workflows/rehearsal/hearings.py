"""The deeds of hearings (R2.23): a department tells the right, a party asks for it, it is arranged and held."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from permits.hearing import hearings
from permits.models import Case, Hearing
from workflows.rehearsal.officers import account
from workflows.rehearsal.script import ScriptStep, UnusableScript

INTENDED = "经营场所与申请的经营项目不相适应，拟不予许可。"
MINUTES, SIGNED = "审查人员出示证据和理由，申请人进行了陈述和申辩。", "申请人、审查人员均已签字"


def _tell(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"cause": "refusal", "intended": INTENDED} | {
        name: step.details[name] for name in ("cause", "intended", "party") if name in step.details
    }
    for matter in step.details["matters"]:
        hearings.tell(_fresh(case), matter=matter, actor=actor, at=step.at, **said)


def _each(act: Callable[..., Any]) -> Callable[[Case, ScriptStep, Actor], None]:
    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        for matter in step.details["matters"]:
            act(_fresh(case), pk=_newest(case, matter).pk, actor=actor, at=step.at)

    return deed


def _schedule(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The first of `officers` presides; left out, an officer of the body who had no part in it."""
    try:
        moment = datetime.fromisoformat(str(step.details["on"]))
    except ValueError:
        raise UnusableScript(f'on: {step.details["on"]!r} is no moment; write "2026-03-24 09:30"') from None
    starts_at = moment if moment.tzinfo else make_aware(moment, get_current_timezone())
    for matter in step.details["matters"]:
        one = _newest(case, matter)
        presiding = _presiding(one, step)
        place = step.details.get("place", "二楼听证室")
        said: dict[str, Any] = {"starts_at": starts_at, "place": place, "presiding": presiding}
        hearings.schedule(_fresh(case), pk=one.pk, actor=actor, at=step.at, **said)


def _presiding(one: Hearing, step: ScriptStep) -> User:
    if named := step.details.get("officers", ()):
        return account(named[0])
    found = hearings.presidents(one, one.case_matter).order_by("pk").first()
    if found is None:
        raise RuleViolation("examined_it", _("听证由本部门没有参加审查这一申请的人员主持"), rule="R2.23")
    return found


def _hold(case: Case, step: ScriptStep, actor: Actor) -> None:
    """By whoever presides, unless the first of `officers` is named."""
    said = {"minutes": step.details.get("minutes", MINUTES), "signed_by": step.details.get("signed_by", SIGNED)}
    for matter in step.details["matters"]:
        one, named = _newest(case, matter), step.details.get("officers", ())
        user = account(named[0]) if named else one.presiding
        hearings.hold(_fresh(case), pk=one.pk, actor=Actor.of(user) if user else actor, at=step.at, **said)


def _newest(case: Case, matter: str) -> Hearing:
    found = Hearing.objects.filter(case=case, case_matter__matter=matter).order_by("-pk").first()
    if found is None:
        raise RuleViolation("not_told", _("没有告知这一事项的听证权利"), rule="R2.23")
    return found


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(case: Case) -> list[dict[str, Any]]:
    """The hearings of the case."""
    days = ("told_on", "ask_by", "asked_on", "hold_by", "held_on")
    return [
        {"matter": one.case_matter.matter, "cause": one.cause, "party": one.party, "state": one.state}
        | {name: str(getattr(one, name)) if getattr(one, name) else None for name in days}
        for one in case.hearings.select_related("case_matter")
    ]


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "tell_hearing": _tell,
    "ask_hearing": _each(hearings.ask),
    "waive_hearing": _each(hearings.waive),
    "schedule_hearing": _schedule,
    "hold_hearing": _hold,
}
