"""Closing a visit from a device that had no signal: the officer's wish comes in later, and once.

The visit is closed when the wish is here and everything that the law asks for with it: every point found, nothing disputed, two
officers of each department, all of them and the business signed (R2.18, R6.3). Until then the wish waits on the device, told
in words what is wanting; record, notice and period bear the moment at which the visit was closed, the log also that of the wish.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits.inspections import closing
from permits.inspections.entries import ACCEPTED, CONFLICT, DUPLICATE, REFUSED, Answer
from permits.models import Inspection

INCOMPLETE = "incomplete"
"""The answer where something is still to come from other devices: nothing was done, and the wish may be sent again."""
WAITING = ("points_open", "points_disputed", "signatures_missing", "business_unsigned")
"""What colleagues' devices may still bring."""


@dataclass(frozen=True, slots=True)
class Wish:
    """To close the visit; `days` to put right what is wanting, 0 for the usual number."""

    client_id: UUID
    made_at: datetime
    days: int = 0


def close_as_wished(visit: Inspection, wish: Wish, *, actor: Actor, at: datetime) -> Answer:
    """Close the visit, or say why not. Sent again after a lost answer it is `duplicate`; a colleague's closing is a `conflict`."""
    id = str(wish.client_id)
    try:
        closed = closing.close(visit, actor=actor, at=at, days=wish.days, wished_at=min(wish.made_at, at))
    except RuleViolation as violation:
        if violation.code in WAITING:
            return Answer(id, INCOMPLETE, str(violation))
        if violation.code == "visit_closed":
            return _closed_before(id, visit, violation, actor)
        return Answer(id, REFUSED, str(violation))
    return Answer(id, ACCEPTED, _papers(closed))


def _closed_before(id: str, visit: Inspection, violation: RuleViolation, actor: Actor) -> Answer:
    """Nothing can be entered on the visit any more, or not yet: because it was closed, by whom, or for another reason."""
    now = Inspection.objects.select_related("ended_by", "record", "notice").get(pk=visit.pk)
    if now.state != Inspection.State.CLOSED or now.ended_at is None:
        return Answer(id, REFUSED, str(violation))
    if now.ended_by_id == actor.user_id:
        return Answer(id, DUPLICATE, _papers(now))
    told = {"who": now.ended_by, "moment": localtime(now.ended_at).strftime("%m-%d %H:%M"), "papers": _papers(now)}
    return Answer(id, CONFLICT, str(_("%(who)s 已于 %(moment)s 办结：%(papers)s") % told))


def _papers(visit: Inspection) -> str:
    """The numbers under which the papers of the closed visit are found."""
    assert visit.record is not None  # a closed visit has its record, says the database
    told = {"record": visit.record.number, "day": visit.rectify_by}
    if visit.notice is None:
        return str(_("现场核查笔录 %(record)s") % told)
    return str(
        _("现场核查笔录 %(record)s，整改通知书 %(notice)s，整改期限 %(day)s") % (told | {"notice": visit.notice.number})
    )
