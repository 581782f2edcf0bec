"""The verbs of reviews: `rate` by the applicant, `answer_rating` by the service office or a department, whose head does it."""

from datetime import date

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
    words = acts.Words(text=said.get("text", ""), named=bool(said.get("named")))
    level = rules.level_of(said["level"]) or 0
    acts.give(
        Case.objects.get(pk=case.pk), level=level, body=said.get("body", ""), words=words, actor=actor, at=step.at
    )


def answer_rating(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The first review of the case that waits for an answer from this actor."""
    if actor.is_role(User.Role.OFFICER):
        actor = Actor.of(User.objects.heads_of(actor.body).get())
    user = User.objects.get(pk=actor.user_id)
    waiting = case.ratings.filter(state__in=Rating.TO_ANSWER).select_related("case").order_by("pk")
    rating = (
        waiting.filter(pk__in=Rating.objects.answered_by(user, timezone.localtime(step.at).date())).first()
        or waiting.first()
    )
    rating = rating or case.ratings.select_related("case").order_by("pk").last()
    if rating is None:
        raise RuleViolation("no_rating", _("这个办件还没有评价"), rule="R3.7")
    day = step.details.get("promised_on")
    acts.answer(
        rating,
        outcome=step.details["outcome"],
        text=step.details["text"],
        promised_on=date.fromisoformat(day) if day else None,
        actor=actor,
        at=step.at,
    )
