"""Putting right what was found (整改): point by point, then one request to look at all of it again together (一同复查)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import documents, messages
from permits.clock import RECTIFICATION
from permits.deadlines import extension_notices, limits
from permits.inspections import needs
from permits.inspections.arranging import every_matter
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, ClockStop, Inspection, RectificationPoint
from permits.rules import require_applicant

LONGEST_NOTE = 500


def report_point(
    case: Case, *, point: str, done: bool, note: str = "", actor: Actor, at: datetime
) -> RectificationPoint:
    """The business says that a point is put right, or that it is not yet."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        visit = _waiting(case)
        row = next((one for one in open_changes(case, visit) if one.point == point), None)
        if row is None:
            raise RuleViolation("no_such_point", _("整改通知书没有这一项，或者相关事项已经不再办理"), field="point")
        row.done_at, row.note = at if done else None, note.strip()[:LONGEST_NOTE]
        update_rows([row], ["done_at", "note"])
        facts = {"inspection": visit.key, "point": point, "done": done, "matters": row.matters}
        chain.append(case, act="rectification_point", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return row


def rectify(case: Case, *, actor: Actor, at: datetime, all_done: bool = False) -> Inspection:
    """The business asks to look again, once, at all that it has put right; clocks that stood for it run on (R2.22).

    `all_done`: what is not yet reported as done is herewith.
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        visit = _waiting(case)
        changes = open_changes(case, visit)
        left = [row for row in changes if row.done_at is None]
        if left and not all_done:
            raise RuleViolation(
                "points_left", _("还有 %(count)d 项没有标为已整改") % {"count": len(left)}, field="point", rule="R2.22"
            )
        for row in left:
            row.done_at = at
        update_rows(left, ["done_at"])
        visit.reported_at = at
        update_rows([visit], ["reported_at"])
        rows = [row for row in every_matter(case) if row.state == CaseMatter.State.RECTIFYING]
        for matter in rows:
            matter.begin_inspection()
        update_rows(rows, ["state"])
        stood = _let_clocks_run(case, localtime(at).date(), actor.user_id)
        noted, parcels = _second_notices(case, stood, at)
        facts = {"inspection": visit.key, "matters": [matter.matter for matter in rows], "points": len(changes)}
        chain.append(case, act="rectification_reported", actor=actor.label, at=at, facts=facts | noted)
        update_rows([case], ["promised_by", "provisional", *HEAD])
        told = messages.told(case, "rectification_reported", at=at, inspection=visit.pk, matters=facts["matters"])
        post.put_many([*parcels, told], at=at)
        return visit


def open_changes(case: Case, visit: Inspection) -> list[RectificationPoint]:
    """The points that still matter: one of their matters is being put right or waits to be looked at again."""
    alive = {row.matter for row in case.matters.all() if row.is_under_inspection}
    return [row for row in visit.changes.all() if alive & set(row.matters)]


def periods_over(today: date) -> QuerySet[Case]:
    """The cases in which a clock stands for a period to put things right that is over."""
    standing = ClockStop.objects.filter(ground=RECTIFICATION, ended_on=None, expected_end__lt=today)
    return Case.objects.filter(pk__in=standing.values("case"))


def end_period(case: Case, *, actor: Actor, at: datetime) -> bool:
    """The period is over and nobody reported: the clock runs on from its last day (R2.22); says whether it stood."""
    with holding(case):
        stops = _standing(case, before=localtime(at).date())
        if not stops:
            return False
        for stop in stops:
            stop.end(stop.expected_end, actor.user_id)
        update_rows(stops, ["ended_on", "ended_by"])
        limits.rewrite(case, current_calendar())
        noted, parcels = _second_notices(case, stops, at)
        facts = {"matters": [stop.case_matter.matter for stop in stops], "on": str(stops[0].expected_end)}
        chain.append(case, act="rectification_period_over", actor=actor.label, at=at, facts=facts | noted)
        update_rows([case], ["promised_by", "provisional", *HEAD])
        post.put_many(parcels, at=at)
        return True


def _second_notices(
    case: Case, stood: Sequence[ClockStop], at: datetime
) -> tuple[dict[str, Any], list[documents.Parcel]]:
    """Those of extensions that were approved while these clocks stood (R6.3)."""
    return extension_notices.write_postponed(case, [stop.case_matter for stop in stood], at=at) if stood else ({}, [])


def _waiting(case: Case) -> Inspection:
    """The visit whose notice waits for the business."""
    visit = needs.last_notice(case)
    rectifying = any(row.state == CaseMatter.State.RECTIFYING for row in case.matters.all())
    if visit is None or visit.reported_at is not None or not rectifying:
        raise RuleViolation("nothing_to_rectify", _("没有待整改的内容，或者已经申请复查"), rule="R2.22")
    return visit


def _standing(case: Case, before: date | None = None) -> list[ClockStop]:
    found = ClockStop.objects.filter(case_id=case.pk, ground=RECTIFICATION, ended_on=None)
    found = found.filter(expected_end__lt=before) if before else found
    return list(found.select_related("case_matter"))


def _let_clocks_run(case: Case, today: date, by: int | None) -> Sequence[ClockStop]:
    """End the stops of the rectification: today still does not count, tomorrow does; never later than the period."""
    stops = _standing(case)
    for stop in stops:
        stop.end(min(today, stop.expected_end), by)
    update_rows(stops, ["ended_on", "ended_by"])
    if stops:
        limits.rewrite(case, current_calendar())
    return stops
