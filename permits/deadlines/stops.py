"""Stopping a matter's clock for a step of article 45, and letting it run again (R2.21).

A site visit or an internal round is no ground. The time the step needs is told to the party in writing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import documents, messages, typed
from permits.bodies import body
from permits.clock import RECTIFICATION, Ground
from permits.deadlines import extension_notices, limits
from permits.decisions import matters_to_decide
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, ClockStop, Document
from permits.papers import grounds
from permits.rules import body_code

USUAL_DAYS = {Ground.HEARING: 20}
"""Working days that a step usually needs, offered where nobody says otherwise: a hearing is held within 20 (art. 47)."""
OTHER_DAYS = 10
MOST_DAYS = 250
"""Working days; who needs more than a year writes a wrong number."""


def usual_days(ground: str) -> int:
    """Working days that are offered for a step."""
    return USUAL_DAYS.get(Ground(ground), OTHER_DAYS) if ground in set(Ground) else OTHER_DAYS


def stop_clock(
    case: Case,
    *,
    matters: Sequence[str],
    ground: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    needed_days: int = 0,
) -> list[ClockStop]:
    """Stop the clocks of these matters for a step that needs so many working days (0: the usual number), with a notice
    that tells it (R2.21). The promise and the statute of other matters run on."""
    with holding(case):
        rows, _everything, actor = matters_to_decide(case, matters, actor, at, allow_stopped=True)
        days = _checked(ground, needed_days)
        _require_running(case, rows, ground, at)
        said = typed.cleaned(reason) or f"依法需要进行{grounds.STOPS[ground].name}"
        return begin(case, rows, ground, days, said, actor, at)


def begin(
    case: Case, rows: Sequence[CaseMatter], ground: str, days: int, said: str, actor: Actor, at: datetime
) -> list[ClockStop]:
    """Stop the clocks of these matters of a held case, which run, for so many working days; whoever calls has judged it."""
    with holding(case):
        today, calendar = timezone.localtime(at).date(), current_calendar()
        until = calendar.add(today, days)
        stops = [
            ClockStop(
                case=case,
                case_matter=row,
                ground=ground,
                reason=said,
                started_on=today,
                expected_end=until.date,
                started_by_id=actor.user_id,
            )
            for row in rows
        ]
        insert_rows(stops)
        moved = limits.rewrite(case, calendar)
        facts = {
            "ground": ground,
            "reason": said,
            "days_needed": days,
            "stopped_on": str(today + timedelta(1)),
            "expected_on": str(until.date),
            "provisional": until.provisional,
        }
        draft = documents.Draft(Document.Kind.CLOCK_STOP_NOTICE, body(body_code(rows[0])), rows, facts)
        papers, parcels = documents.write(case, [draft], at=at)
        told = {
            "matters": [row.matter for row in rows],
            "notice": papers[0].number,
            "moved": [move.as_facts() for move in moved],
        }
        chain.append(case, act="clock_stopped", actor=actor.label, at=at, facts=facts | told)
        update_rows([case], ["promised_by", "provisional", *HEAD])
        about = {"matters": told["matters"], "ground": ground, "expected_on": facts["expected_on"]}
        post.put_many([*parcels, messages.told(case, "clock_stopped", at=at, **about)], at=at)
        return stops


def resume_clock(
    case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, ground: str = ""
) -> list[ClockStop]:
    """Let the clocks run again: the day of this act still does not count, the next one does. Without a ground all open
    stops of the matters end."""
    with holding(case):
        rows, _everything, actor = matters_to_decide(case, matters, actor, at, allow_stopped=True)
        stops = [stop for stop in _open_stops(case, rows) if ground in ("", stop.ground)]
        standing = {stop.case_matter_id for stop in stops}
        running = [row.name for row in rows if row.pk not in standing]
        if running:
            raise RuleViolation(
                "clock_runs", _("“%(names)s”没有停止计时,不需要恢复") % {"names": "、".join(running)}, rule="R2.21"
            )
        return finish(case, rows, stops, actor, at)


def finish(
    case: Case, rows: Sequence[CaseMatter], stops: list[ClockStop], actor: Actor, at: datetime
) -> list[ClockStop]:
    """End these stops of a held case; whoever calls has judged it."""
    with holding(case):
        today = timezone.localtime(at).date()
        for stop in stops:
            stop.end(today, actor.user_id)
        update_rows(stops, ["ended_on", "ended_by"])
        moved = limits.rewrite(case, current_calendar())
        facts = {
            "matters": [row.matter for row in rows],
            "grounds": sorted({stop.ground for stop in stops}),
            "moved": [move.as_facts() for move in moved],
        }
        noted, parcels = extension_notices.write_postponed(case, rows, at=at)
        chain.append(case, act="clock_resumed", actor=actor.label, at=at, facts=facts | noted)
        update_rows([case], ["promised_by", "provisional", *HEAD])
        about = {"matters": facts["matters"], "moves": facts["moved"]}
        post.put_many([*parcels, messages.told(case, "clock_resumed", at=at, **about)], at=at)
        return stops


def _checked(ground: str, needed_days: int) -> int:
    """The days as told; a ground that article 45 does not name is refused."""
    if ground not in set(Ground):
        raise RuleViolation(
            "no_ground",
            _("只有听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审可以不计入期限;现场核查和内部流转不能停止计时"),
            field="ground",
            rule="R2.21",
        )
    if not 0 <= needed_days <= MOST_DAYS:
        raise RuleViolation(
            "needed_days",
            _("请写明所需时间,1 至 %(most)d 个工作日") % {"most": MOST_DAYS},
            field="needed_days",
            rule="R2.21",
        )
    return needed_days or usual_days(ground)


def _require_running(case: Case, rows: Sequence[CaseMatter], ground: str, at: datetime) -> None:
    """A step is told once; a limit that has passed is not brought back by stopping its clock. Where the statute names no number
    of days there is a promise only, and a promise missed forbids nothing (R1.37)."""
    standing = {stop.case_matter_id for stop in _open_stops(case, rows) if stop.ground == ground}
    for row in rows:
        if row.pk in standing:
            raise RuleViolation(
                "clock_stands", _("“%(name)s”已因同一事由停止计时") % {"name": row.name}, field="ground", rule="R2.21"
            )
        if row.statutory_days and row.statutory_by and timezone.localtime(at).date() > row.statutory_by:
            raise RuleViolation(
                "limit_over",
                _("“%(name)s”的法定期限已于 %(day)s 届满,不能再停止计时") % {"name": row.name, "day": row.statutory_by},
                rule="R2.21",
            )


def _open_stops(case: Case, rows: Sequence[CaseMatter]) -> list[ClockStop]:
    """Those of article 45: a period to put things right ends with the business's report, by no act of a department."""
    found = ClockStop.objects.filter(case_id=case.pk, case_matter__in=[row.pk for row in rows], ended_on=None)
    return list(found.exclude(ground=RECTIFICATION))
