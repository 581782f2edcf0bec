"""The end of a visit: one record (现场核查笔录), the outcome of each matter, one notice of what has to be put right (整改通知书)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.checklists import Checklist
from outbox import post
from permits import documents, messages
from permits.clock import RECTIFICATION
from permits.deadlines import limits
from permits.inspections import findings
from permits.inspections.arranging import FEWEST_OFFICERS, every_matter, reloaded
from permits.inspections.entries import checklist, require_officer, stand, why_closed
from permits.inspections.record import notice_draft, record_draft
from permits.inspections.signing import Signed, signed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import (
    Case,
    CaseMatter,
    ClockStop,
    Inspection,
    InspectionMatter,
    RectificationPoint,
)

MOST_DAYS = 60
"""Working days of a period to put things right; who needs more is refused or withdraws."""
CLOSED = ["state", "record", "notice", "rectify_by", "ended_at", "ended_by"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit as it stands before it is closed: its points, what was found, who has signed."""

    visit: Inspection
    points: Checklist
    found: dict[str, findings.Found]
    signed: Signed

    @property
    def disputed(self) -> list[str]:
        """The points on which officers differ."""
        return [point.id for point in self.points if self.found[point.id].is_disputed]

    @property
    def open(self) -> list[str]:
        """The points on which nobody has found anything."""
        return [point.id for point in self.points if not self.found[point.id].entries]

    @property
    def is_ready(self) -> bool:
        """Whether it can be closed."""
        return not self.disputed and not self.open and self.signed.is_complete


def standing(visit: Inspection) -> Standing:
    """What the visit has so far."""
    points = checklist(visit)
    found = stand(visit, points)
    officers = list(visit.officers.select_related("officer", "body"))
    return Standing(visit, points, found, signed(officers, visit.signatures.all(), found))


def close(
    visit: Inspection, *, actor: Actor, at: datetime, days: int = 0, wished_at: datetime | None = None
) -> Inspection:
    """Close a visit whose points are all found and that all have signed. `days`: working days to put right what is wanting;
    `wished_at`: when the officer closed it on a device without a signal.

    What passed is for its department to decide, what failed for it to refuse, what is to be put right goes into one notice.
    """
    case = visit.case
    with holding(case):
        visit = reloaded(visit)
        require_officer(visit, actor)
        if closed := why_closed(visit, at):
            raise RuleViolation("visit_closed", closed)
        now = standing(visit)
        _require_ready(now)
        parts = list(visit.parts.filter(left_at=None).select_related("case_matter__section__body"))
        _require_officers(visit, parts)
        for part in parts:
            outcome = findings.outcome(part.case_matter.matter, now.points, now.found)
            part.outcome, part.reason = outcome.finding, outcome.reason
        rows = _rows(case, parts)
        wanting = [part for part in parts if part.outcome == findings.RECTIFY]
        due = _last_day(wanting, days, localtime(at).date()) if wanting else None
        stopped = [
            part for part in wanting if case.own_catalogue.matter(part.case_matter.matter).rectification_stops_clock
        ]
        drafts = [record_draft(now, parts, at)]
        if due is not None:
            drafts.append(notice_draft(now, wanting, stopped, due, localtime(at).date()))
        papers, parcels = documents.write(case, drafts, at=at)
        visit.record, visit.notice, visit.rectify_by = papers[0], papers[1] if due else None, due
        visit.ended_at, visit.ended_by_id = at, actor.user_id
        visit.close()
        update_rows([visit], CLOSED)
        update_rows(parts, ["outcome", "reason"])
        _write_changes(now, wanting)
        _carry_over(case, parts, rows)
        _stop_clocks(case, stopped, due, actor, at)
        facts = _facts(visit, parts, due)
        if wished_at is not None:
            facts["wished_at"] = localtime(wished_at).isoformat()
        chain.append(case, act="inspection_closed", actor=actor.label, at=at, facts=facts)
        update_rows([case], ["promised_by", "provisional", *HEAD])
        event = "rectification_notified" if due else "inspection_closed"
        told = messages.told(case, event, at=at, inspection=visit.pk, matters=facts["matters"], due_on=str(due or ""))
        post.put_many([*parcels, told], at=at)
        return visit


def usual_days(parts: Sequence[InspectionMatter], today: date) -> int:
    """Working days that are offered: the usual period, or what the clocks that run on still leave, at least one."""
    calendar = current_calendar()
    left = [settings.RECTIFICATION_DAYS]
    left += [calendar.count(today, last) - 1 for last in _running_limits(parts) if last > today]
    return max(1, min(left))


def _running_limits(parts: Sequence[InspectionMatter]) -> list[date]:
    """The statutory last days of the matters whose clock runs on while things are put right (R2.22)."""
    found = []
    for part in parts:
        row = part.case_matter
        if row.statutory_by and not row.case.own_catalogue.matter(row.matter).rectification_stops_clock:
            found.append(row.statutory_by)
    return found


def _require_ready(now: Standing) -> None:
    """Every point is found, nothing is disputed, all have signed."""
    names = {point.id: point.text for point in now.points}
    if now.open:
        raise RuleViolation(
            "points_open",
            _("还有 %(count)d 项没有核查结论：%(names)s")
            % {"count": len(now.open), "names": "、".join(names[id] for id in now.open[:3])},
            rule="R2.18",
        )
    if now.disputed:
        raise RuleViolation(
            "points_disputed",
            _("核查人员对 %(count)d 项结论不同，请先协商一致：%(names)s")
            % {"count": len(now.disputed), "names": "、".join(names[id] for id in now.disputed[:3])},
            rule="R2.18",
        )
    if now.signed.missing:
        raise RuleViolation(
            "signatures_missing",
            _("还没有签字，或者签字后又有改动：%(names)s")
            % {"names": "、".join(str(one.officer) for one in now.signed.missing)},
            rule="R6.3",
        )
    if now.signed.business is None:
        raise RuleViolation(
            "business_unsigned", _("被核查人还没有签字；拒绝签字的，请注明情况"), field="name", rule="R6.3"
        )


def _require_officers(visit: Inspection, parts: Sequence[InspectionMatter]) -> None:
    """Two officers for each matter to the end, or the record is not saved (R2.18)."""
    there = [one.body_id for one in visit.officers.all()]
    for part in parts:
        if there.count(part.case_matter.section.body_id) < FEWEST_OFFICERS:
            raise RuleViolation(
                "too_few_officers",
                _("%(body)s须指派两名以上有权核查的人员") % {"body": part.case_matter.section.body.short_name},
                rule="R2.18",
            )


def _rows(case: Case, parts: Sequence[InspectionMatter]) -> list[CaseMatter]:
    wanted = {part.case_matter_id for part in parts}
    return [row for row in every_matter(case) if row.pk in wanted]


def _last_day(wanting: Sequence[InspectionMatter], days: int, today: date) -> date:
    """The last day to put things right: within the limits that run on, or the department extends them first (R2.22)."""
    period = days or usual_days(wanting, today)
    if not 0 < period <= MOST_DAYS:
        raise RuleViolation(
            "period_out_of_range",
            _("整改期限应为 1 至 %(most)d 个工作日") % {"most": MOST_DAYS},
            field="days",
            rule="R2.22",
        )
    due = current_calendar().add(today, period).date
    late = [last for last in _running_limits(wanting) if today < last < due]
    if days and late:
        raise RuleViolation(
            "period_beyond_limit",
            _("整改不停止计时，期限不能晚于法定期限 %(day)s；确需更长时间的，请先依法延长期限") % {"day": min(late)},
            field="days",
            rule="R2.22",
        )
    return due


def _write_changes(now: Standing, wanting: Sequence[InspectionMatter]) -> None:
    """The points of the notice, each for the matters that have to put it right."""
    matters = [part.case_matter.matter for part in wanting]
    rows = []
    for point in now.points:
        about = [matter for matter in matters if point.counts_for(matter)]
        if about and now.found[point.id].finding == findings.RECTIFY:
            text = now.found[point.id].note
            rows.append(RectificationPoint(inspection=now.visit, point=point.id, text=text, matters=about))
    insert_rows(rows)


def _carry_over(case: Case, parts: Sequence[InspectionMatter], rows: Sequence[CaseMatter]) -> None:
    """What the visit means for each matter: decide, refuse, or put right."""
    by_key = {part.case_matter_id: part for part in parts}
    for row in rows:
        part = by_key[row.pk]
        if part.outcome == findings.RECTIFY:
            row.order_changes()
            continue
        passed = part.outcome == findings.PASS
        row.site_check = CaseMatter.SiteCheck.PASSED if passed else CaseMatter.SiteCheck.FAILED
        row.site_check_reason = part.reason
        row.end_inspection()
    update_rows(rows, ["state", "site_check", "site_check_reason"])


def _stop_clocks(case: Case, stopped: Sequence[InspectionMatter], due: date | None, actor: Actor, at: datetime) -> None:
    """The clocks of those whose own rule says so stand until all is put right, no longer than the period (R2.22)."""
    if not stopped or due is None:
        return
    stops = [
        ClockStop(
            case=case,
            case_matter=part.case_matter,
            ground=RECTIFICATION,
            reason="现场核查后整改，整改时间依该事项的规定不计入期限",
            started_on=localtime(at).date(),
            expected_end=due,
            started_by_id=actor.user_id,
        )
        for part in stopped
    ]
    insert_rows(stops)
    limits.rewrite(case, current_calendar())


def _facts(visit: Inspection, parts: Sequence[InspectionMatter], due: date | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "inspection": visit.key,
        "matters": [part.case_matter.matter for part in parts],
        "findings": {part.case_matter.matter: part.outcome for part in parts},
        "record": visit.record.number if visit.record else "",
    }
    if due is not None and visit.notice is not None:
        facts |= {"notice": visit.notice.number, "due_on": str(due)}
    return facts
