"""Whose turn it is in a case, what happens next, and by when: one sentence each, derived from the record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from calendars.working_days import Deadline, WorkingCalendar, YearNotLoaded
from certificates import early, issuing
from permits import clock
from permits.deadlines import delays
from permits.delivery import is_delivered, limit_of
from permits.late import conditional, lacking
from permits.models import Case, CaseMatter, ClockStop, Document, Hearing, PostCheck
from workflows.counting import days_left
from workflows.words import inspection_turns, late_turns


@dataclass(frozen=True)
class Turn:
    """Who acts now (`who`: applicant, window, departments, office, nobody), what comes next, until which day.

    `kind` is the tone: info, warning (the reader has to act), success, error (an adverse end). `paused`: every clock that is left
    stands, and there is no day (R1.38).
    """

    who: str
    title: str
    text: str
    by: date | None = None
    days_left: int | None = None
    provisional: bool = False
    kind: str = "info"
    paused: bool = False


def turn_of(case: Case, *, calendar: WorkingCalendar, today: date) -> Turn:
    """The turn on a day. The case comes with its matters, their checks and sections' bodies, and supplements."""
    build = {
        Case.State.DRAFT: _draft,
        Case.State.SUBMITTED: _submitted,
        Case.State.SUPPLEMENT_REQUESTED: _supplement,
        Case.State.ACCEPTED: _deciding,
        Case.State.DECIDING: _deciding,
        Case.State.ISSUED: _issued,
        Case.State.CLOSED_SINGLE: _single,
    }.get(Case.State(case.state), _ended)
    turn = build(case, calendar, today)
    orders = [
        check.rectify_by for check in checks_of(case) if check.state == PostCheck.State.BROKEN and check.rectify_by
    ]
    return _to_rectify(turn, min(orders), calendar, today) if orders else turn


def with_papers(turn: Turn, documents: Sequence[Document]) -> Turn:
    """The turn, with the papers that wait for somebody to come for them: their days begin when they are served (R2.34)."""
    left = [paper for paper in documents if paper.to_serve and paper.service is None]
    if not left:
        return turn
    names = "、".join(dict.fromkeys(paper.get_kind_display() for paper in left))
    told = _("有 %(count)d 份文书等待送达：%(names)s。可以到综合窗口领取；期限从收到的次日起计算。")
    return replace(turn, text=f"{turn.text}{told % {'count': len(left), 'names': names}}")


def checks_of(case: Case) -> list[PostCheck]:
    """The checks that follow its grants by commitment (R6.5)."""
    return [row.post_check for row in case.matters.all() if getattr(row, "post_check", None)]


def _to_rectify(turn: Turn, by: date, calendar: WorkingCalendar, today: date) -> Turn:
    """An order to rectify is the holder's turn, whatever else the case waits for (R6.6)."""
    text = _(
        "核查发现有事项与承诺不符，请按责令限期整改通知书在下面的日期前整改；期满仍不符合的，该项许可会被撤销。"
        "办件的其他部分：%(title)s。"
    ) % {"title": turn.title}
    return _turn(
        "applicant", _("轮到您：限期整改"), text, Deadline(by, calendar.is_tentative(today, by)), calendar, today
    )


def last_day(calendar: WorkingCalendar, start: date, days: int) -> Deadline | None:
    """The last day of a limit in working days; None where the calendar does not reach it."""
    try:
        return calendar.add(start, days)
    except YearNotLoaded:
        return None


def answer_by(case: Case, calendar: WorkingCalendar) -> Deadline | None:
    """The last day on which the window can ask for corrections; silence after it is acceptance (R2.8)."""
    return last_day(calendar, case.complete_on, clock.INTAKE_DAYS) if case.complete_on else None


def _turn(who: str, title: str, text: str, limit: Deadline | None, calendar: WorkingCalendar, today: date) -> Turn:
    if limit is None:
        return Turn(who, title, text, kind=_tone(who))
    left = days_left(calendar, today, limit.date)
    return Turn(who, title, text, limit.date, left, limit.provisional, _tone(who))


def _tone(who: str) -> str:
    return "warning" if who == "applicant" else "info"


def _draft(_case: Case, _calendar: WorkingCalendar, _today: date) -> Turn:
    return Turn(
        "applicant", _("轮到您：申请还没有提交"), _("填完申请表、备齐材料后提交。草稿会一直保存。"), kind="warning"
    )


def _submitted(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    if late_turns.is_offered(case):
        return _turn("applicant", *late_turns.offered_words(case), answer_by(case, calendar), calendar, today)
    text = _(
        "综合窗口正在审查材料是否齐全，最迟在下面的日期受理，或者一次性告知需要补正的全部内容。"
        "逾期没有告知的，自收到材料之日起即为受理。您现在不需要做什么。"
    )
    return _turn("window", _("轮到综合窗口：收件审查"), text, answer_by(case, calendar), calendar, today)


def _supplement(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    waiting = next((one for one in case.supplements.all() if one.answered_at is None), None)
    text = _("请按告知的内容逐项补正并提交。逾期未补正的，申请会被退回；退回不是不予许可，可以重新申请。")
    day = waiting.last_day if waiting else None
    if waiting and day is None:
        text += _("补正期限自告知书送达之日起计算，送达后在这里写明最后一日；现在就可以补正。")
        if told_by := answer_by(case, calendar):
            text += _("告知书最迟 %(day)s 送达；逾期没有送达的，该申请自收到材料之日起即为受理，不用补正。") % {
                "day": told_by.date
            }
    told_on = timezone.localtime(waiting.requested_at).date() if waiting else today
    limit = Deadline(day, calendar.is_tentative(told_on, day)) if day else None
    return _turn("applicant", _("轮到您：补正材料"), text, limit, calendar, today)


def _deciding(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    waiting = [row for row in case.matters.all() if row.is_undecided]
    limit = _promise(case, waiting)
    if not waiting and lacking.count(case):
        return _lacking(case, _("各部门都已作出决定。"), limit, calendar, today)
    if not waiting:
        text = _("各部门都已作出决定，正在制作行业综合许可证。")
        return _turn("office", _("轮到政务服务办公室：制证发证"), text, limit, calendar, today)
    names = "、".join(dict.fromkeys(row.section.body.short_name for row in waiting))
    total = sum(row.state != CaseMatter.State.WITHDRAWN for row in case.matters.all())
    text = _("%(done)d/%(total)d 项已作出决定，还在等待：%(names)s。各部门同时审批。") % {
        "done": total - len(waiting),
        "total": total,
        "names": names,
    }
    if limit:
        text += _("承诺办结日期见下面。")
    later = [
        row.promised_by
        for row in waiting
        if row.promised_by and case.promised_by and row.promised_by > case.promised_by
    ]
    if later:
        text += _("其中有事项按自己的时限办理，最迟 %(day)s。") % {"day": max(later)}
    if standing := [stop for stop in case.stops.all() if stop.ended_on is None]:
        text += _standing_words(waiting, standing)
    if late_turns.awaited(case):
        return _lacking(case, late_turns.meanwhile(case, total - len(waiting), total), limit, calendar, today)
    if visited := inspection_turns.words(case, waiting):
        if visited.by is not None:
            limit = Deadline(visited.by, provisional=False)
            return _turn("applicant", visited.title, visited.text + text, limit, calendar, today)
        text += visited.text
    if asked := _may_ask_for_a_hearing(case, today):
        names, day = "、".join(one.case_matter.name for one in asked), min(one.ask_by for one in asked)
        told = _("作出决定之前，您可以要求听证：%(names)s；逾期没有要求的，视为放弃。") % {"names": names}
        limit = Deadline(day, calendar.is_tentative(today, day))
        return _turn("applicant", _("轮到您：可以要求听证"), told + text, limit, calendar, today)
    text += late_turns.unchecked_words(case) + _missed(case, today) + _after_the_promise(case, today)
    turn = _turn("departments", _("轮到审批部门：分别作出决定"), text, limit, calendar, today)
    return replace(turn, paused=limit is None and bool(standing))


def _may_ask_for_a_hearing(case: Case, today: date) -> list[Hearing]:
    """The applicant's rights to a hearing that were told and may still be used (R2.23)."""
    told = [one for one in case.hearings.all() if one.state == Hearing.State.TOLD and not one.party]
    return [one for one in told if today <= one.ask_by]


def _promise(case: Case, waiting: list[CaseMatter]) -> Deadline | None:
    """The promised day of what is still open: the case's own, or a later one where all clocks that run were stopped before;
    none while all of them stand (R1.38)."""
    if case.promised_by is None:
        return None
    days = [row.promised_by for row in waiting if row.promised_by]
    if waiting and not days:
        return None
    return Deadline(max(case.promised_by, min(days, default=case.promised_by)), case.provisional)


def _lacking(case: Case, rest: str, limit: Deadline | None, calendar: WorkingCalendar, today: date) -> Turn:
    """A promised paper is not there: the applicant's turn, or the window's once all have come or others are too late; nobody's
    once it is too late for all."""
    if ending := late_turns.ending_words(case, today):
        return Turn("nobody", _("补交期限已过：受理将会终止"), ending)
    if papers := late_turns.to_bring(case, today):
        first = late_turns.first_day(papers)
        return _turn("applicant", *late_turns.awaited_words(case, papers, rest), first, calendar, today)
    then = late_turns.overdue_words(case, today) or _("确认后即可发证。您现在不需要做什么。")
    text = rest + late_turns.unchecked_words(case) + _missed(case, today) + then
    return _turn("window", _("轮到综合窗口：确认补交的材料"), text, limit, calendar, today)


def _missed(case: Case, today: date) -> str:
    """That the promised day has passed: who is still to decide says publicly why, the statute's limits run on (R1.37). A clock
    that stands or stood lawfully breaks no promise (R1.38)."""
    if not early.is_late(case, today):
        return ""
    if waiting := [row for row in case.matters.all() if row.is_undecided]:
        if not any(delays.is_missed(case, row, today) for row in waiting):
            return ""
        return _("承诺办结日期已过：还没有决定的部门须公开说明原因，见下面各事项；法定期限照常计算。")
    return _("承诺办结日期已过，发证在等待补交的材料确认。")


def _after_the_promise(case: Case, today: date) -> str:
    """What the applicant can have although something is still open (R6.21); before the promised day there is no need."""
    rows = list(case.matters.all())
    if case.issued_early_at:
        return _("综合许可证已先行颁发；其余事项准予后，证书自动更新为新版本，编号不变。")
    if early.is_offered(case, rows, today):
        return _("已准予的事项可以先行发证，见下面。")
    in_force = [row for row in issuing.granted_of(rows) if not conditional.is_waiting(row)]
    if early.is_late(case, today) and len(in_force) == 1:
        return _("已准予的一项自决定之日起有效，凭决定书就可以使用；再有一项准予，就可以先行颁发综合许可证。")
    return _("您现在不需要做什么。")


def _standing_words(waiting: list[CaseMatter], standing: list[ClockStop]) -> str:
    """Which matters wait for a step of article 45 (R1.38)."""
    names = {row.pk: row.name for row in waiting}
    grounds: dict[int, list[str]] = {}
    for stop in standing:
        if stop.case_matter_id in names:
            grounds.setdefault(stop.case_matter_id, []).append(stop.get_ground_display())
    told = "、".join(
        _("%(name)s（%(ground)s）") % {"name": names[pk], "ground": "、".join(dict.fromkeys(words))}
        for pk, words in grounds.items()
    )
    return _("依法停止计时的事项：%(names)s。") % {"names": told} if told else ""


def _issued(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    if is_delivered(case.matters.all()):
        return Turn("nobody", _("已办结：证照已送达"), _("行业综合许可证有效，可在下面下载。"), kind="success")
    text = _("行业综合许可证已经生效，现在就可以下载使用；将按您选择的方式送达。")
    return _turn("office", _("已发证，等待送达"), text, _delivery_limit(case, calendar), calendar, today)


def _single(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    if not issuing.granted_of(list(case.matters.all())):
        text = _("准予的一项已经终止，没有有效的许可。理由和救济途径见决定书。")
        return Turn("nobody", _("已办结：许可已终止"), text, kind="error")
    if is_delivered(case.matters.all()):
        return Turn(
            "nobody",
            _("已办结：许可已送达"),
            _("准予的事项只有一项，以该部门的许可为准，不另发行业综合许可证。"),
            kind="success",
        )
    text = _("准予的事项只有一项，由该部门单独许可，不另发行业综合许可证。决定书可在下面下载，纸质文书等待送达。")
    return _turn("office", _("已决定，等待送达"), text, _delivery_limit(case, calendar), calendar, today)


def _delivery_limit(case: Case, calendar: WorkingCalendar) -> Deadline | None:
    """Ten working days from the earliest decision that is not delivered (R2.24)."""
    try:
        return limit_of(case.matters.all(), calendar)
    except YearNotLoaded:
        return None


def _standing(case: Case) -> str:
    """What was granted and stands although the case has ended without a licence, and that it is on its way (R6.11)."""
    rows = [row for row in issuing.granted_of(list(case.matters.all())) if not conditional.is_waiting(row)]
    if not rows:
        return ""
    text = _("已准予的事项不受影响，继续有效：%(names)s。") % {"names": "、".join(row.name for row in rows)}
    if is_delivered(rows):
        return text + _("决定书已经送达。")
    return text + _("决定书现在就可以下载使用，并按您选择的方式送达。")


def _ended(case: Case, calendar: WorkingCalendar, today: date) -> Turn:
    turn = _end(case)
    standing = _standing(case) if case.state in (Case.State.RETURNED, Case.State.WITHDRAWN) else ""
    if not standing:
        return turn
    limit = _delivery_limit(case, calendar)
    who = "office" if limit else turn.who
    return replace(_turn(who, turn.title, turn.text + standing, limit, calendar, today), kind=turn.kind)


def _end(case: Case) -> Turn:
    if case.state == Case.State.RETURNED and case.accepted_on:
        words = _(
            "承诺补交的材料逾期没有补齐。终止受理不是不予许可，材料备齐后可以重新申请；后果和救济途径见终止受理告知书。"
        )
        return Turn("nobody", _("受理已终止：逾期未补齐材料"), words)
    title, text = {
        Case.State.CLOSED_REFUSED: (
            _("已办结：不予许可"),
            _("各事项的理由、可以向谁申请复议或起诉、最后一日，见下面每一项。改正后可以重新申请。"),
        ),
        Case.State.DECLINED: (
            _("已办结：不予受理"),
            _("理由和救济途径见不予受理决定书。"),
        ),
        Case.State.RETURNED: (
            _("已退回：逾期未补正"),
            _("退回不是不予许可。材料备齐后可以重新申请。"),
        ),
        Case.State.WITHDRAWN: (
            _("已撤回申请"),
            _("您已撤回申请，没有决定的事项不再办理。可以随时重新申请。"),
        ),
    }[Case.State(case.state)]
    adverse = case.state in (Case.State.CLOSED_REFUSED, Case.State.DECLINED)
    return Turn("nobody", title, text, kind="error" if adverse else "info")
