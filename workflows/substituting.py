"""Substitutions as people arrange them (`accounts.substitutions`), with a message to both in the same transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import Substitution, User
from outbox import letters
from outbox.letters import Letter
from outbox.models import Channel
from workflows.messages import recipients
from workflows.messages.compose import written_text
from workflows.messages.kinds import BOTH, KINDS
from workflows.words.events import person

MADE, ENDED = "substitution_made", "substitution_ended"


@transaction.atomic
def appoint(*, actor: Actor, at: datetime, **said: Any) -> Substitution:
    """Let a colleague stand in for an absent person, and tell both."""
    made = substitutions.appoint(actor=actor, at=at, **said)
    _tell(made, MADE, made.reason, actor, at)
    return made


@transaction.atomic
def end(substitution: Substitution, *, reason: str, actor: Actor, at: datetime) -> Substitution:
    """End a substitution before its day, and tell both."""
    ended = substitutions.end(substitution, reason=reason, actor=actor, at=at)
    _tell(ended, ENDED, ended.revoke_reason, actor, at)
    return ended


def _tell(row: Substitution, kind: str, reason: str, actor: Actor, at: datetime) -> None:
    facts = {
        "absent": str(row.absent),
        "substitute": str(row.substitute),
        "since": row.since,
        "until": row.until,
        "reason": reason,
        "by": person(actor.label),
        "head_power": row.head_power,
    }
    both = recipients.people(User.objects.filter(pk__in=(row.absent_id, row.substitute_id)))
    open_channels, link = letters.channels(), reverse("workflows:substitutions")
    written = []
    for one in both:
        subject, body = written_text(kind, one.language, facts)
        written += [
            Letter(
                channel=channel,
                kind=kind,
                language=one.language,
                body=body,
                recipient=one.user,
                address=one.addresses[channel],
                subject=subject,
                link=link,
            )
            for channel in KINDS[kind][BOTH]
            if channel in open_channels and one.takes(Channel(channel))
        ]
    letters.write(f"substitution:{row.pk}:{kind}", written, at=at)
