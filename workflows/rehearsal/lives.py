"""The deeds in the life of a permit: what an officer would write is the sample's where the script writes nothing.

`revoke_as_penalty` stands for a penalty before which the right to a hearing was told in time: `told_on`, left out, is the
last day that leaves the party its five working days.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localtime

from accounts.actors import Actor
from accounts.models import RegisterEntry, User
from calendars.services import current as current_calendar
from certificates.change_terms import terms
from certificates.ending import HEARING_DAYS
from certificates.models import ApplicationPart, HolderApplication
from permits.models import Case
from workflows import life_steps
from workflows.rehearsal.script import ScriptStep, UnusableScript

HEARD = "已告知拟作出决定的事实、理由、依据和陈述、申辩的权利，当事人没有提出意见。"
REASONS = {
    "suspend": "现场检查发现经营条件不符合要求，责令停用整改。",
    "reinstate": "复查时已经整改完毕。",
    "withdraw_grant": "准予许可所依据的情况已经改变，为了公共利益需要撤回。",
    "revoke": "经查明准予许可时的事实与规定的条件不符。",
    "revoke_as_penalty": "取得许可后有严重违法行为，情节严重。",
}
NOT_AS_PROMISED = "实际情况与承诺不符"


def _deed(step_function: Callable[..., Any], verb: str, **more: Any) -> Callable[[Case, ScriptStep, Actor], None]:
    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        reason = NOT_AS_PROMISED if step.details.get("ground") == "commitment_broken" else REASONS.get(verb, "")
        given = {"reason": reason} | more | dict(step.details)
        step_function(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **given)

    return deed


def _penalise(case: Case, step: ScriptStep, actor: Actor) -> None:
    given = {"reason": REASONS["revoke_as_penalty"]} | dict(step.details)
    told_on = _told_on(str(given.pop("told_on", "")), localtime(step.at).date())
    fresh = Case.objects.get(pk=case.pk)
    life_steps.revoke_as_penalty(fresh, statement=HEARD, hearing_told_on=told_on, actor=actor, at=step.at, **given)


def _told_on(said: str, today: date) -> date:
    if said:
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise UnusableScript(f'told_on: {said!r} is no day; write "2026-12-31"') from None
    day, calendar = today - timedelta(1), current_calendar()
    while calendar.add(day, HEARING_DAYS).date >= today:
        day -= timedelta(1)
    return day


def _renew(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The holder applies; a department that says so grants what was applied for."""
    act = life_steps.grant_renewal if actor.is_role(User.Role.OFFICER) else life_steps.renew
    act(Case.objects.get(pk=case.pk), matters=step.details["matters"], actor=actor, at=step.at)


def _change(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The registration office has registered the new name or representative, where that is what changes."""
    said = {
        fact: str(step.details["fields"][id]) for id, fact in terms().registered.items() if id in step.details["fields"]
    }
    if said:
        enterprise = case.enterprise
        now = {"name": enterprise.name, "legal_representative": enterprise.legal_representative} | said
        register = now | {"as_of": localtime(step.at).date(), "source": "rehearsal"}
        RegisterEntry.objects.update_or_create(uscc=enterprise.uscc, defaults=register)
    life_steps.change(Case.objects.get(pk=case.pk), fields=step.details["fields"], actor=actor, at=step.at)


def _replace(case: Case, step: ScriptStep, actor: Actor) -> None:
    life_steps.replace(Case.objects.get(pk=case.pk), actor=actor, at=step.at)


def applied_for(case: Case, matters: Sequence[str]) -> str:
    """What was applied for of these permits and waits for its decision: a kind of `HolderApplication`, or nothing."""
    waiting = ApplicationPart.objects.filter(application__case=case, item__matter__in=matters, state="pending")
    return waiting.values_list("application__kind", flat=True).first() or ""


def decide(case: Case, step: ScriptStep, actor: Actor, wanted: str) -> None:
    """`grant` and `refuse` after the grant: of the renewal or the change that waits."""
    grants = step.do == "grant"
    renewal = wanted == HolderApplication.Kind.RENEWAL
    if renewal:
        act: Callable[..., Any] = life_steps.grant_renewal if grants else life_steps.refuse_renewal
    else:
        act = life_steps.grant_change if grants else life_steps.refuse_change
    given = {name: step.details[name] for name in ("matters", "reason") if name in step.details}
    act(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **given)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "change": _change,
    "renew": _renew,
    "suspend": _deed(life_steps.suspend, "suspend", statement=HEARD),
    "reinstate": _deed(life_steps.reinstate, "reinstate"),
    "withdraw_grant": _deed(life_steps.withdraw_grant, "withdraw_grant", statement=HEARD),
    "revoke": _deed(life_steps.revoke, "revoke", statement=HEARD),
    "revoke_as_penalty": _penalise,
    "cancel": _deed(life_steps.cancel, "cancel"),
    "replace": _replace,
}
