"""The sub-district's visit (服务走访, R1.33): within two working days after a combined licence is issued, somebody comes by and
asks what the business needs. Support, no inspection: there is nothing to find, to order or to enforce.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Body, User
from audit import chain
from audit.rows import insert_new_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates.models import Licence
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_role
from workflows.models import Visit

VISIT_DAYS = 2
"""Working days after the day of issue."""
LONGEST = 1000
SHORTEST_NAME = 4
"""Signs of a sub-district's own name (江苏路街道); a shorter one names the kind, and any address has that."""


def plan(case: Case) -> None:
    """Put the visit on the sub-district's list; once per licence, however often it is asked for."""
    licence = Licence.objects.get(case=case)
    body = body_for(licence)
    if body is not None:
        due = current_calendar().add(licence.issued_on, VISIT_DAYS).date
        insert_new_rows([Visit(case=case, licence=licence, body=body, due_on=due)])


def body_for(licence: Licence) -> Body | None:
    """The sub-district that the premises lie in, told by its name in the address; else the first of them, None without any."""
    bodies = list(Body.objects.filter(kind=Body.Kind.SUBDISTRICT).order_by("code"))
    address = str(licence.versions.all()[0].facts["holder"]["address"])
    named = (body for body in bodies if len(body.short_name) >= SHORTEST_NAME and body.short_name in address)
    return next(named, bodies[0] if bodies else None)


def record(visit: Visit, *, actor: Actor, at: datetime, notes: str, on: date | None = None) -> Visit:
    """Record the visit: the day, and in a few words what was asked for and offered."""
    require_role(actor, User.Role.OFFICER, User.Role.SUBDISTRICT)
    with holding(visit.case):
        visit.refresh_from_db()
        if actor.body != visit.body_id:
            raise RuleViolation("not_your_visit", _("这次走访由%(body)s办理") % {"body": visit.body}, rule="R1.33")
        if visit.done_on is not None:
            raise RuleViolation(
                "already_visited", _("已于 %(on)s 登记走访，不需要重复登记") % {"on": visit.done_on}, rule="R1.33"
            )
        visit.done_on, visit.notes = _checked(visit, on or timezone.localtime(at).date(), notes, at)
        visit.done_by_id, visit.recorded_at = actor.user_id, at
        update_rows([visit], ["done_on", "notes", "done_by", "recorded_at"])
        facts = {"on": str(visit.done_on), "body": visit.body_id}
        chain.append(visit.case, act="visited", actor=actor.label, at=at, facts=facts)
        update_rows([visit.case], HEAD)
    return visit


def _checked(visit: Visit, on: date, notes: str, at: datetime) -> tuple[date, str]:
    if not notes.strip():
        raise RuleViolation("notes_missing", _("请写几句走访的情况，例如：了解了什么困难、帮助做了什么"), field="notes")
    if len(notes.strip()) > LONGEST:
        raise RuleViolation("notes_too_long", _("走访情况最多 %(most)d 个字") % {"most": LONGEST}, field="notes")
    if not visit.licence.issued_on <= on <= timezone.localtime(at).date():
        raise RuleViolation("impossible_day", _("走访日期应在发证当日或之后，且不晚于今天"), field="on")
    return on, notes.strip()
