"""The deeds in the life of a permit: what an officer would write is the sample's where the script writes nothing.

`revoke_as_penalty` needs the right to a hearing on record. Where the script tells none, it is told here, on the last day that
leaves the party its five working days.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime, make_aware

from accounts.actors import Actor
from accounts.models import RegisterEntry, User
from calendars.services import current as current_calendar
from certificates.acts.change_terms import terms
from certificates.acts.proposing import Act
from certificates.models import ApplicationPart, HolderApplication, RegistrationDuty
from permits.hearing import hearings
from permits.law.hearing_rules import ask_by
from permits.models import Case, CaseMatter, Hearing
from workflows import life_steps
from workflows.rehearsal.script import ScriptStep, UnusableScript

HEARD = "已告知拟作出决定的事实、理由、依据和陈述、申辩的权利，当事人没有提出意见。"
REASONS = {
    "suspend": "现场检查发现经营条件不符合要求，责令停用整改。",
    "reinstate": "复查时已经整改完毕。",
    "cancel": "不再从事该项经营活动。",
    "withdraw_grant": "准予许可所依据的情况已经改变，为了公共利益需要撤回。",
    "revoke": "经查明准予许可时的事实与规定的条件不符。",
    "revoke_as_penalty": "取得许可后有严重违法行为，情节严重。",
}
NOT_AS_PROMISED = "实际情况与承诺不符"


STEPS: Mapping[str, Callable[..., Any]] = {
    Act.SUSPEND: life_steps.suspend,
    Act.WITHDRAW: life_steps.withdraw_grant,
    Act.REVOKE: life_steps.revoke,
    Act.PENALISE: life_steps.revoke_as_penalty,
}
"""The acts against a permit, as one person does them."""


def _deed(step_function: Callable[..., Any], verb: str, **more: Any) -> Callable[[Case, ScriptStep, Actor], None]:
    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        given = {"reason": REASONS.get(verb, "")} | more | dict(step.details)
        step_function(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **given)

    return deed


def _against(act: str) -> Callable[[Case, ScriptStep, Actor], None]:
    """An act against permits; what takes two persons is proposed by this officer and approved by the next of the body."""

    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        _tell_in_time(case, act, step, actor)
        fresh, said = Case.objects.get(pk=case.pk), _said(act, step)
        if not fresh.matters.filter(matter__in=said["matters"], two_persons=True).exists():
            STEPS[act](fresh, actor=actor, at=step.at, **said)
            return
        with transaction.atomic():
            life_steps.propose(fresh, act=act, actor=actor, at=step.at, **said)
            others = User.objects.officers_of(actor.body).exclude(pk=actor.user_id).order_by("pk")
            life_steps.approve(fresh, matters=said["matters"], actor=Actor.of(others.get()), at=step.at)

    return deed


def propose(case: Case, step: ScriptStep, actor: Actor, act: str) -> None:
    """`propose` of an act against a permit."""
    _tell_in_time(case, act, step, actor)
    life_steps.propose(Case.objects.get(pk=case.pk), act=act, actor=actor, at=step.at, **_said(act, step))


def _said(act: str, step: ScriptStep) -> dict[str, Any]:
    """What the act is told, with the sample's words where the script writes none."""
    promised = step.details.get("ground") == "commitment_broken"
    given = {"reason": NOT_AS_PROMISED if promised else REASONS[act], "statement": HEARD} | dict(step.details)
    for name in ("decision", "officers"):
        given.pop(name, None)
    if "until" in given:
        given["until"] = _day(given["until"], "until")
    if act == Act.PENALISE:
        given.setdefault("ground", "penalty")
    return given


def _tell_in_time(case: Case, act: str, step: ScriptStep, actor: Actor) -> None:
    """Before a penalty, tell the rights that the script left out, where the permit is old enough for it."""
    if act != Act.PENALISE:
        return
    today, calendar = localtime(step.at).date(), current_calendar()
    day = today - timedelta(1)
    while ask_by(calendar, day) >= today:
        day -= timedelta(1)
    about = Hearing.objects.filter(case=case, cause=Hearing.Cause.PENALTY).values("case_matter")
    untold = CaseMatter.objects.filter(case=case, matter__in=step.details["matters"], decided_on__lte=day)
    for row in untold.exclude(pk__in=about):
        said: dict[str, Any] = {"cause": "penalty", "intended": REASONS["revoke_as_penalty"]}
        at = make_aware(datetime.combine(day, time(18)))
        hearings.tell(Case.objects.get(pk=case.pk), matter=row.matter, actor=actor, at=at, **said)


def _day(said: str, key: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UnusableScript(f'{key}: {said!r} is no day; write "2026-12-31"') from None


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


def _cancel(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The holder applies for it; a department cancels on its ground."""
    if not actor.is_role(User.Role.OFFICER):
        reason = step.details.get("reason", REASONS["cancel"])
        fresh = Case.objects.get(pk=case.pk)
        life_steps.request_cancellation(fresh, matters=step.details["matters"], reason=reason, actor=actor, at=step.at)
        return
    if "ground" not in step.details:
        raise UnusableScript("cancel: a department writes the ground")
    _deed(life_steps.cancel, "")(case, step, actor)


def _replace(case: Case, step: ScriptStep, actor: Actor) -> None:
    life_steps.replace(Case.objects.get(pk=case.pk), actor=actor, at=step.at)


def _report(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The holder says what was done at the registration office, on the step's day where the script names none."""
    today = localtime(step.at).date()
    said = {"how": step.details["how"], "on": _day(step.details["on"], "on") if "on" in step.details else today}
    fresh = Case.objects.get(pk=case.pk)
    life_steps.report_registration(fresh, matters=step.details["matters"], actor=actor, at=step.at, **said)


def told(case: Case) -> dict[str, dict[str, Any]]:
    """What has to be done at the registration office after permits have ended, by matter (R1.19)."""
    duties = RegistrationDuty.objects.filter(item__case_matter__case=case).select_related("item").order_by("pk")
    return {
        one.item.matter: {
            "due_on": str(one.due_on),
            "how": one.how or None,
            "done_on": str(one.done_on) if one.done_on else None,
        }
        for one in duties
    }


def applied_for(case: Case, matters: Sequence[str]) -> str:
    """What was applied for of these permits and waits for its decision: a kind of `HolderApplication`, or nothing."""
    waiting = ApplicationPart.objects.filter(application__case=case, item__matter__in=matters, state="pending")
    return waiting.values_list("application__kind", flat=True).first() or ""


ANSWERS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    HolderApplication.Kind.RENEWAL: (life_steps.grant_renewal, life_steps.refuse_renewal),
    HolderApplication.Kind.CHANGE: (life_steps.grant_change, life_steps.refuse_change),
    HolderApplication.Kind.CANCELLATION: (life_steps.grant_cancellation, life_steps.refuse_cancellation),
}
"""How what was applied for is granted and refused."""


def decide(case: Case, step: ScriptStep, actor: Actor, wanted: str) -> None:
    """`grant` and `refuse` after the grant: of what was applied for and waits; `scope` is what a change makes of the permit's."""
    grant, refuse = ANSWERS[wanted]
    given = {name: step.details[name] for name in ("matters", "reason") if name in step.details}
    if step.do == "grant" and wanted == HolderApplication.Kind.CHANGE and "scope" in step.details:
        given["scopes"] = dict.fromkeys(step.details["matters"], step.details["scope"])
    (grant if step.do == "grant" else refuse)(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **given)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "change": _change,
    "renew": _renew,
    "suspend": _against(Act.SUSPEND),
    "reinstate": _deed(life_steps.reinstate, "reinstate"),
    "withdraw_grant": _against(Act.WITHDRAW),
    "revoke": _against(Act.REVOKE),
    "revoke_as_penalty": _against(Act.PENALISE),
    "cancel": _cancel,
    "replace": _replace,
    "report_registration": _report,
}
