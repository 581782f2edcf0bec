"""The verbs of reviews: given by the applicant, answered by the service office or a department, whose head does it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from permits.models import Case
from workflows.models import Rating
from workflows.ratings import acts, rules
from workflows.rehearsal.script import ScriptStep


def rate(case: Case, step: ScriptStep, actor: Actor) -> None:
    """A level as a number or by its name; the service office is rated where no body is named."""
    said = step.details
    words = acts.Words(
        text=said.get("text", ""), named=bool(said.get("named")), may_publish=said.get("may_publish", False)
    )
    level = rules.level_of(said["level"]) or 0
    acts.give(
        Case.objects.get(pk=case.pk), level=level, body=said.get("body", ""), words=words, actor=actor, at=step.at
    )


def _waiting(case: Case, step: ScriptStep, actor: Actor) -> tuple[Rating, Actor]:
    """The first review of the case that waits for an answer from this actor; of a department it is the head who acts."""
    if actor.is_role(User.Role.OFFICER):
        actor = Actor.of(User.objects.heads_of(actor.body).get())
    user, on = User.objects.get(pk=actor.user_id), timezone.localtime(step.at).date()
    waiting = case.ratings.filter(state__in=Rating.TO_ANSWER).select_related("case").order_by("pk")
    rating = waiting.filter(pk__in=Rating.objects.answered_by(user, on)).first() or waiting.first()
    return rating or _last(case), actor


def _last(case: Case, **found: Any) -> Rating:
    """The newest review of the case that is so, else the newest."""
    ratings = case.ratings.select_related("case").order_by("pk")
    rating = ratings.filter(**found).last() or ratings.last()
    if rating is None:
        raise RuleViolation("no_rating", _("这个办件还没有评价"), rule="R3.7")
    return rating


def _contact(case: Case, step: ScriptStep, actor: Actor) -> None:
    rating, actor = _waiting(case, step, actor)
    acts.contact(rating, actor=actor, at=step.at)


def _prolong(case: Case, step: ScriptStep, actor: Actor) -> None:
    rating, actor = _waiting(case, step, actor)
    acts.prolong(rating, reason=step.details["reason"], actor=actor, at=step.at)


def _answer(case: Case, step: ScriptStep, actor: Actor) -> None:
    rating, actor = _waiting(case, step, actor)
    day = step.details.get("promised_on")
    acts.answer(
        rating,
        outcome=step.details["outcome"],
        text=step.details["text"],
        promised_on=date.fromisoformat(day) if day else None,
        actor=actor,
        at=step.at,
    )


def _revisit(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"satisfied": step.details["satisfied"], "notes": step.details["notes"]}
    acts.revisit(_last(case, state=Rating.State.ANSWERED), actor=actor, at=step.at, **said)


def _exclude(case: Case, step: ScriptStep, actor: Actor) -> None:
    rating, actor = _waiting(case, step, actor)
    acts.exclude(rating, reason=step.details["reason"], actor=actor, at=step.at)


def _hide(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"ground": step.details["ground"], "reason": step.details["reason"]}
    acts.hide_words(_last(case, may_publish=True, hidden_at=None), actor=actor, at=step.at, **said)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "rate": rate,
    "contact_rating": _contact,
    "prolong_rating": _prolong,
    "answer_rating": _answer,
    "revisit_rating": _revisit,
    "exclude_rating": _exclude,
    "hide_rating": _hide,
}
