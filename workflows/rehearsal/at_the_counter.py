"""The deeds of one case in two channels (R6.18): the counter takes over with consent, hands back, helps, sees originals."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from permits import service
from permits.at_counter import channels, drop_ins, originals
from permits.models import Case, DropIn, Handover
from workflows.models import Reminder
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


def taking(deed: Deed) -> Deed:
    """Whoever filed at the counter takes its papers there, unless they are served on line or the script says otherwise."""

    def done(case: Case, step: ScriptStep, actor: Actor) -> None:
        fresh = Case.objects.get(pk=case.pk)
        if fresh.with_counter and not service.is_online(fresh) and "taken_by" not in step.details:
            step = replace(step, details={**step.details, "taken_by": fresh.enterprise.name})
        deed(case, step, actor)

    return done


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


def leave_record(_case: Case, step: ScriptStep, actor: Actor) -> None:
    """Somebody leaves without an answer (R6.17); the sample's name and telephone where the script writes none."""
    usual = {"who": CONSENT["consent_by"], "phone": "13812345678"}
    drop_ins.leave_record(actor=actor, at=step.at, **{**usual, **step.details})


def answer_record(_case: Case, step: ScriptStep, actor: Actor) -> None:
    """The newest record is answered."""
    newest = DropIn.objects.order_by("-pk").first()
    if newest is None:
        raise RuleViolation("nothing_asked", _("没有待答复的记录"), rule="R6.17")
    drop_ins.answer(newest.pk, actor=actor, at=step.at, **step.details)


def left(record: DropIn) -> dict[str, Any]:
    """A record and its answer, for the result; who was reminded of it."""
    rules = Reminder.objects.filter(subject=f"drop_in:{record.pk}").exclude(levels=[]).order_by("at", "pk")
    return {
        "what": record.what,
        "due_on": str(record.due_on),
        "told": record.told or None,
        "answered_on": str(timezone.localtime(record.answered_at).date()) if record.answered_at else None,
        "reminders": [one.rule for one in rules],
    }


def told(handover: Handover) -> dict[str, str]:
    """A handing over, for the result of a rehearsal."""
    return {"to": handover.to, "consent_by": handover.consent_by, "how": handover.how}


DEEDS: dict[str, Deed] = {
    "take_over": take_over,
    "hand_back": hand_back,
    "assist": assist,
    "see_originals": see_originals,
    "leave_record": leave_record,
    "answer_record": answer_record,
}
