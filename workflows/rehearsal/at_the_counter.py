"""The deeds of one case in two channels (R6.18): the counter takes over with consent, hands back, helps, sees originals."""

from collections.abc import Callable

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from permits import channels, originals
from permits.models import Case, Handover
from workflows.rehearsal.script import ScriptStep

Deed = Callable[[Case, ScriptStep, Actor], None]
WRITTEN = (Case.State.DRAFT, Case.State.SUPPLEMENT_REQUESTED)
CONSENT = {"consent_by": "王小店", "how": "present"}


def take_over(case: Case, step: ScriptStep, actor: Actor) -> None:
    """By the sample's consent where the script writes none."""
    channels.take_over(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **{**CONSENT, **step.details})


def hand_back(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Back to the applicant, who may take it back themselves."""
    channels.hand_back(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **{**CONSENT, **step.details})


def assist(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Who helped with what; the clerk of the rehearsal where the script names nobody."""
    usual = {"helper": actor.label.partition(" ")[2], "asked_by": CONSENT["consent_by"], "how": CONSENT["how"]}
    channels.assist(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **{**usual, **step.details})


def see_originals(case: Case, step: ScriptStep, actor: Actor) -> None:
    """All that was handed in lies on the desk."""
    fresh = Case.objects.get(pk=case.pk)
    files = set(fresh.materials.filter(removed_at=None).values_list("pk", flat=True))
    originals.tick(fresh, seen=files, among=files, actor=actor, at=step.at)


def with_consent(deed: Deed) -> Deed:
    """What the window does in the applicant's place stands for doing it with the consent recorded, unless the script itself
    lets the case pass on."""

    def done(case: Case, step: ScriptStep, actor: Actor) -> None:
        fresh = Case.objects.get(pk=case.pk)
        is_new = not fresh.with_counter and not fresh.handovers.exists()
        with transaction.atomic():
            if is_new and actor.is_role(User.Role.WINDOW) and fresh.state in WRITTEN:
                channels.take_over(fresh, actor=actor, at=step.at, **CONSENT)
            deed(case, step, actor)

    return done


def told(handover: Handover) -> dict[str, str]:
    """A handing over, for the result of a rehearsal."""
    return {"to": handover.to, "consent_by": handover.consent_by, "how": handover.how}


DEEDS: dict[str, Deed] = {
    "take_over": take_over,
    "hand_back": hand_back,
    "assist": assist,
    "see_originals": see_originals,
}
