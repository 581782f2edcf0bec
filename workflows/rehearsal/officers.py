"""Verbs of several officers of one body: who claims, who stands in for whom, who proposes and who approves.

`officers` are account names, the one who acts first; without them a body's first account acts, and its second approves.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import Substitution, User
from audit.violations import RuleViolation
from certificates.acts import proposing
from certificates.models import ActProposal
from permits import proposals
from permits.models import Case, Proposal
from workflows import claims, life_steps, steps
from workflows.rehearsal import lives
from workflows.rehearsal.script import ScriptStep, UnusableScript

REASON = "年休假"
ACTING = frozenset(
    {
        *("claim", "release", "grant", "refuse", "propose", "approve", "send_back", "recall"),
        *("stop_clock", "resume_clock", "extend"),
    }
)
"""Verbs whose first of `officers` acts in the place of the department's first account."""
SECOND = frozenset({"approve", "send_back"})
"""Verbs that the body's second officer does where the file names nobody."""


def acting(step: ScriptStep, actor: Actor) -> Actor:
    """Who takes the step: the account that `officers` names first, the second officer to approve, else who `by` says."""
    named = step.details.get("officers", ())
    if step.do in ACTING and named:
        return Actor.of(account(named[0]))
    return _second(actor) if step.do in SECOND else actor


def account(name: str) -> User:
    """The account of this name."""
    user = User.objects.filter(username=name).first()
    if user is None:
        raise UnusableScript(
            f"officers: there is no account {name!r}; a department's are its id without dept_, and with -2"
        )
    return user


def _second(actor: Actor, *besides: int) -> Actor:
    """The next officer of the same body; the actor where there is none, whom the act will refuse."""
    others = User.objects.officers_of(actor.body).exclude(pk__in=(actor.user_id, *besides)).order_by("pk")
    other = others.first()
    return Actor.of(other) if other else actor


def _case(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _claim(case: Case, step: ScriptStep, actor: Actor) -> None:
    claims.claim(_case(case), actor=actor, at=step.at)


def _release(case: Case, step: ScriptStep, actor: Actor) -> None:
    claims.release(_case(case), actor=actor, at=step.at)


def _grant(case: Case, step: ScriptStep, actor: Actor) -> None:
    _decide(case, step, actor, Proposal.Decision.GRANT)


def _refuse(case: Case, step: ScriptStep, actor: Actor) -> None:
    _decide(case, step, actor, Proposal.Decision.REFUSE)


def _decide(case: Case, step: ScriptStep, actor: Actor, decision: Proposal.Decision) -> None:
    """What one person decides is decided; what takes two is proposed by this officer and approved by the second."""
    ids = step.details["matters"]
    if wanted := lives.applied_for(case, ids):
        lives.decide(case, step, actor, wanted)
        return
    by_two = set(case.matters.filter(two_persons=True, matter__in=ids).values_list("matter", flat=True))
    alone = [id for id in ids if id not in by_two]
    said: dict[str, Any] = {}
    if decision == Proposal.Decision.REFUSE:
        said = {"reason": step.details["reason"], "ground": step.details.get("ground", "")}
    elif "scope" in step.details:
        said = {"scopes": dict.fromkeys(ids, step.details["scope"])}
    with transaction.atomic():
        if alone or not by_two:
            one_step: Callable[..., Any] = steps.refuse if decision == Proposal.Decision.REFUSE else steps.grant
            one_step(_case(case), matters=alone, actor=actor, at=step.at, **said)
        if by_two:
            both = [id for id in ids if id in by_two]
            proposals.propose(_case(case), matters=both, decision=decision, actor=actor, at=step.at, **said)
            named = step.details.get("officers", ())[1:]
            approver = Actor.of(account(named[0])) if named else _second(actor)
            steps.approve(_case(case), matters=both, actor=approver, at=step.at)


def _propose(case: Case, step: ScriptStep, actor: Actor) -> None:
    decision = step.details.get("decision", Proposal.Decision.GRANT)
    if decision in proposing.ACTS:
        lives.propose(case, step, actor, decision)
        return
    said: dict[str, Any] = {"matters": step.details["matters"], "reason": step.details.get("reason", "")}
    said["ground"] = step.details.get("ground", "")
    proposals.propose(_case(case), decision=decision, actor=actor, at=step.at, **said)


def _approve(case: Case, step: ScriptStep, actor: Actor) -> None:
    _answering(case, step, steps.approve, life_steps.approve)(matters=step.details["matters"], actor=actor, at=step.at)


def _answering(
    case: Case, step: ScriptStep, of_decision: Callable[..., Any], of_act: Callable[..., Any]
) -> Callable[..., Any]:
    """The answer to what waits of these matters: a decision, or an act against a permit."""
    waiting = case.act_proposals.filter(state=ActProposal.State.PROPOSED, item__matter__in=step.details["matters"])
    return partial(of_act if waiting.exists() else of_decision, _case(case))


def _send_back(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"matters": step.details["matters"], "reason": step.details["reason"]}
    _answering(case, step, proposals.send_back, life_steps.send_back)(actor=actor, at=step.at, **said)


def _recall(case: Case, step: ScriptStep, actor: Actor) -> None:
    recall = _answering(case, step, proposals.recall, life_steps.recall)
    recall(matters=step.details["matters"], actor=actor, at=step.at)


def _substitute(_case_of: Case, step: ScriptStep, actor: Actor) -> None:
    """The first of `officers` is away, the second stands in; a department's step is the absent officer's own."""
    absent, substitute = (account(name) for name in (*step.details["officers"], "")[:2])
    by = Actor.of(absent) if actor.role == User.Role.OFFICER else actor
    today = localtime(step.at).date()
    substitutions.appoint(
        absent=absent,
        substitute=substitute,
        since=_day(step, "since", today),
        until=_day(step, "until", today),
        reason=step.details.get("reason", REASON),
        head_power=step.details.get("head_power", False),
        actor=by,
        at=step.at,
    )


def _end_substitution(_case_of: Case, step: ScriptStep, actor: Actor) -> None:
    """The substitution of the named officer that runs, or the next one."""
    absent = account(step.details["officers"][0])
    today = localtime(step.at).date()
    row = Substitution.objects.in_force().filter(absent=absent, until__gte=today).first()
    if row is None:
        raise RuleViolation("substitution_over", _("这次替班已经结束"))
    by = Actor.of(absent) if actor.role == User.Role.OFFICER else actor
    substitutions.end(row, reason=step.details.get("reason", "已返岗"), actor=by, at=step.at)


def _day(step: ScriptStep, key: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(str(step.details.get(key, otherwise)))
    except ValueError:
        raise UnusableScript(f'{key}: {step.details[key]!r} is no day; write "2026-12-31"') from None


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "claim": _claim,
    "release": _release,
    "grant": _grant,
    "refuse": _refuse,
    "propose": _propose,
    "approve": _approve,
    "send_back": _send_back,
    "recall": _recall,
    "substitute": _substitute,
    "end_substitution": _end_substitution,
}
