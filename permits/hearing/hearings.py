"""Hearings (听证, arts. 46 to 48; R2.23): the right is told, asked for or given up, time and place are told, it is held by
somebody who did not examine the application, and what was said is signed. Its time stops the matter's clock (art. 45).

Keyed on case and matter, so that a revocation as penalty may tell the right of the permit that it is about.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import documents, messages, statements
from permits.bodies import body
from permits.clock import Ground
from permits.deadlines import stops
from permits.hearing import heard, hearing_parties
from permits.intake import HEAD
from permits.law import hearing_rules
from permits.law.hearing_rules import Standing
from permits.locking import holding
from permits.models import Case, CaseMatter, ClockStop, Document, Hearing, InspectionOfficer, Proposal
from permits.rules import body_code, require_applicant, require_own_matters, require_reason, require_role

CAUSES = {
    Hearing.Cause.REFUSAL: "本机关拟作出对你（单位）不利的决定",
    Hearing.Cause.INTEREST: "该行政许可直接涉及你（单位）与申请人之间的重大利益关系",
    Hearing.Cause.PUBLIC: "法律、法规、规章规定实施该行政许可应当听证，或者该事项涉及公共利益",
    Hearing.Cause.PENALTY: "本机关拟吊销该项许可证件",
}
"""Why the right is told, as the paper says it."""


def tell(
    case: Case,
    *,
    matter: str,
    cause: str,
    intended: str,
    actor: Actor,
    at: datetime,
    party: str = "",
    party_phone: str = "",
) -> Hearing:
    """Tell a party of its right to a hearing before this matter is decided, or its permit revoked as a penalty; five working
    days to ask begin. What the law itself submits to a hearing (`public`) is held without being asked for."""
    require_role(actor, User.Role.OFFICER)
    with holding(case):
        row = _row(case, matter)
        require_own_matters(actor, [row])
        _require_tellable(row, cause, party)
        today, calendar = timezone.localtime(at).date(), current_calendar()
        assert actor.user_id is not None  # an officer signs in
        made = Hearing(
            case=case,
            case_matter=row,
            cause=cause,
            party=party.strip(),
            **hearing_parties.reached_by(party.strip(), party_phone),
            intended=require_reason(intended, "intended"),
            told_on=today,
            told_by_id=actor.user_id,
            ask_by=hearing_rules.ask_by(calendar, today),
        )
        insert_rows([made])
        said: dict[str, Any] = {"cause": CAUSES[Hearing.Cause(cause)], "intended": made.intended}
        said["ask_by"] = str(made.ask_by)
        said["provisional"] = calendar.is_tentative(today, made.ask_by)
        _record(case, made, row, Document.Kind.HEARING_RIGHT_NOTICE, "hearing_told", said, actor, at)
        hearing_parties.announce(made, "told", at)
        if cause == Hearing.Cause.PUBLIC:
            _asked(case, made, row, actor, at)
        return made


def ask(case: Case, *, pk: int, actor: Actor, at: datetime) -> Hearing:
    """The party asks for the hearing in time: the applicant, or an interested party whose wish the department or the counter
    records. The clock stands until it is held."""
    with holding(case):
        one, row = _going_on(case, pk)
        actor = _party(case, one, row, actor, at)
        _require_open(one, timezone.localtime(at).date())
        _asked(case, one, row, actor, at)
        return one


def waive(case: Case, *, pk: int, actor: Actor, at: datetime) -> Hearing:
    """The party gives the hearing up: the decision need not wait for the last day to ask."""
    with holding(case):
        one, row = _going_on(case, pk)
        actor = _party(case, one, row, actor, at)
        _require_open(one, timezone.localtime(at).date())
        one.waive()
        one.waived_on = timezone.localtime(at).date()
        update_rows([one], ["state", "waived_on"])
        _note(case, "hearing_waived", row, one, actor, at)
        return one


def schedule(
    case: Case, *, pk: int, starts_at: datetime, place: str, presiding: User, actor: Actor, at: datetime
) -> Hearing:
    """Tell time, place and presiding officer, at least seven working days before and within twenty of the request. Another
    notice moves the hearing, with seven days of its own."""
    with holding(case):
        one, row = _going_on(case, pk)
        require_role(actor, User.Role.OFFICER)
        require_own_matters(actor, [row])
        if one.state not in Hearing.TO_HOLD or one.hold_by is None:
            raise RuleViolation("not_asked", _("当事人没有要求听证，不需要安排"), rule="R2.23")
        today, day = timezone.localtime(at).date(), timezone.localtime(starts_at).date()
        _require_day(day, today, one.hold_by)
        _require_president(one, row, presiding)
        one.starts_at, one.place, one.presiding = starts_at, require_reason(place, "place"), presiding
        one.notified_on = today
        one.schedule()
        update_rows([one], ["state", "starts_at", "place", "presiding", "notified_on"])
        _record(case, one, row, Document.Kind.HEARING_NOTICE, "hearing_scheduled", _meeting(one), actor, at)
        hearing_parties.announce(one, f"scheduled:{starts_at.isoformat()}", at)
        return one


def hold(case: Case, *, pk: int, minutes: str, signed_by: str, actor: Actor, at: datetime) -> Hearing:
    """Record what was said, by whoever presided; `signed_by`: who of those present signed, or why somebody did not. The
    matter's clock runs on from the next day, where nobody else is still to be heard; its decision rests on this record."""
    with holding(case):
        one, row = _going_on(case, pk)
        if one.state != Hearing.State.SCHEDULED or one.starts_at is None:
            raise RuleViolation("not_scheduled", _("还没有通知听证的时间和地点"), rule="R2.23")
        if actor.user_id != one.presiding_id:
            raise RuleViolation("not_presiding", _("听证笔录由主持人记录"), rule="R2.23")
        if at < one.starts_at:
            raise RuleViolation("not_yet", _("听证还没有举行"), rule="R2.23")
        one.minutes, one.signed_by = require_reason(minutes, "minutes"), require_reason(signed_by, "signed_by")
        one.held_on = timezone.localtime(at).date()
        one.hold()
        said = _meeting(one) | {"minutes": one.minutes, "signed_by": one.signed_by}
        one.record = _record(case, one, row, Document.Kind.HEARING_RECORD, "hearing_held", said, actor, at)
        update_rows([one], ["state", "minutes", "signed_by", "held_on", "record"])
        if row.is_undecided and not row.hearings.filter(state__in=Hearing.TO_HOLD).exists():
            standing = list(ClockStop.objects.filter(case_matter=row.pk, ground=Ground.HEARING, ended_on=None))
            if standing:
                stops.finish(case, [row], standing, actor, at)
        return one


def lapse(case: Case, *, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Note that nobody asked in time; says whether any right was over."""
    with holding(case):
        found = list(overdue(timezone.localtime(at).date()).filter(case=case).select_related("case_matter"))
        for one in found:
            one.lapse()
            _note(case, "hearing_lapsed", one.case_matter, one, actor, at)
        update_rows(found, ["state"])
        return bool(found)


def overdue(today: date) -> QuerySet[Hearing]:
    """Rights that nobody used while there was time."""
    return Hearing.objects.filter(state=Hearing.State.TOLD, ask_by__lt=today)


def presidents(one: Hearing, row: CaseMatter) -> QuerySet[User]:
    """The officers of the body who had no part in examining the matter: who told the right, holds the section, proposed, or
    went to look does not preside (art. 48)."""
    part: set[int] = {one.told_by_id}
    part |= {row.section.claimed_by_id} if row.section.claimed_by_id else set()
    proposed = Proposal.objects.filter(case_matter=row.pk).values_list("proposed_by", "proposed_for")
    part |= {pk for pair in proposed for pk in pair if pk}
    part |= set(InspectionOfficer.objects.filter(inspection__case=one.case_id).values_list("officer", flat=True))
    return User.objects.officers_of(row.section.body_id).filter(is_active=True).exclude(pk__in=part)


def _row(case: Case, matter: str) -> CaseMatter:
    for row in statements.all_matters(case):
        if row.matter == matter:
            return row
    raise RuleViolation("unknown_matter", _("本办件没有事项:%(names)s") % {"names": matter}, field="matter")


def _going_on(case: Case, pk: int) -> tuple[Hearing, CaseMatter]:
    one = Hearing.objects.filter(case=case, pk=pk).select_related("case_matter").first()
    if one is None or one.state not in Hearing.GOING_ON:
        raise RuleViolation("hearing_over", _("这次听证已经结束；请刷新页面查看最新情况"), rule="R2.23")
    return one, _row(case, one.case_matter.matter)


def _require_tellable(row: CaseMatter, cause: str, party: str) -> None:
    if cause not in Hearing.Cause.values:
        raise RuleViolation("no_cause", _("请选择听证事由"), field="cause", rule="R2.23")
    by_penalty = cause == Hearing.Cause.PENALTY
    if by_penalty and (row.permit_ended_at or row.moved_at or row.is_filing):
        raise RuleViolation(
            "no_permit_to_revoke", _("“%(name)s”没有可以吊销的许可") % {"name": row.name}, field="matter", rule="R2.33"
        )
    if by_penalty and row.state != CaseMatter.State.GRANTED or not by_penalty and not row.is_undecided:
        raise RuleViolation("not_before", _("听证权利在作出决定之前告知"), field="matter", rule="R2.23")
    if not by_penalty and row.case.state not in Case.UNDECIDED_STATES:
        raise RuleViolation("not_accepted", _("受理之后才能告知听证权利"), field="matter", rule="R2.23")
    if (cause == Hearing.Cause.INTEREST) != bool(party.strip()):
        raise RuleViolation(
            "party", _("涉及他人重大利益的，请写明利害关系人；其他情形不用写"), field="party", rule="R2.23"
        )
    if Hearing.objects.going_on().filter(case_matter__in=heard.counting([row]), party=party.strip()).exists():
        raise RuleViolation("told_already", _("这一事项的听证权利已经告知，还没有结束"), field="matter", rule="R2.23")


def _party(case: Case, one: Hearing, row: CaseMatter, actor: Actor, at: datetime) -> Actor:
    """Who says whether a hearing is wanted: the applicant of their own; of another's that party by its own page, or the department
    or the counter, who write it down."""
    if not one.party:
        return require_applicant(case, actor, Authority.Act.FILE, at)
    if hearing_parties.is_party(actor, one):
        return actor
    require_role(actor, User.Role.OFFICER, User.Role.WINDOW)
    if actor.is_role(User.Role.OFFICER):
        require_own_matters(actor, [row])
    return actor


def _require_open(one: Hearing, today: date) -> None:
    if one.state != Hearing.State.TOLD:
        raise RuleViolation("asked_already", _("已经要求听证"), rule="R2.23")
    if hearing_rules.standing(current_calendar(), one.as_fact, today) is not Standing.OPEN:
        raise RuleViolation("too_late", _("要求听证的期限 %(day)s 已过") % {"day": one.ask_by}, rule="R2.23")


def _require_day(day: date, today: date, last: date) -> None:
    calendar = current_calendar()
    first = hearing_rules.first_day(calendar, today)
    if day < first:
        raise RuleViolation(
            "too_soon", _("应当在七个工作日前通知：最早 %(day)s") % {"day": first}, field="starts_at", rule="R2.23"
        )
    if day > last:
        raise RuleViolation(
            "too_long",
            _("应当自收到申请之日起二十个工作日内举行：最迟 %(day)s") % {"day": last},
            field="starts_at",
            rule="R2.23",
        )


def _require_president(one: Hearing, row: CaseMatter, presiding: User) -> None:
    if not presidents(one, row).filter(pk=presiding.pk).exists():
        raise RuleViolation(
            "examined_it",
            _("听证由本部门没有参加审查这一申请的人员主持"),
            field="presiding",
            rule="R2.23",
        )


def _asked(case: Case, one: Hearing, row: CaseMatter, actor: Actor, at: datetime) -> None:
    """The hearing will be held: twenty working days, in which the matter's clock stands unless it does already."""
    today = timezone.localtime(at).date()
    one.ask()
    one.asked_on, one.hold_by = today, hearing_rules.hold_by(current_calendar(), today)
    update_rows([one], ["state", "asked_on", "hold_by"])
    _note(case, "hearing_asked", row, one, actor, at, hold_by=str(one.hold_by))
    limit = row.statutory_by
    is_over = bool(row.statutory_days) and limit is not None and today > limit
    if row.is_undecided and not is_over and not row.stops.filter(ground=Ground.HEARING, ended_on=None).exists():
        days = hearing_rules.HOLD_DAYS
        stops.begin(case, [row], Ground.HEARING, days, "当事人要求听证，或者依法应当听证", actor, at)


def _meeting(one: Hearing) -> dict[str, str]:
    assert one.starts_at is not None  # it is scheduled
    assert one.presiding is not None
    return {"starts_at": one.starts_at.isoformat(), "place": one.place, "presiding": one.presiding.display_name}


def _record(
    case: Case,
    one: Hearing,
    row: CaseMatter,
    kind: Document.Kind,
    act: str,
    said: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> Document:
    """The paper of an act, its entry in the log, and what the parties are told."""
    draft = documents.Draft(kind, body(body_code(row)), [row], said | ({"party": one.party} if one.party else {}))
    papers, parcels = documents.write(case, [draft], at=at)
    days = {name: said[name] for name in ("ask_by", "starts_at", "place") if name in said}
    _note(case, act, row, one, actor, at, parcels, number=papers[0].number, **days)
    return papers[0]


def _note(
    case: Case,
    act: str,
    row: CaseMatter,
    one: Hearing,
    actor: Actor,
    at: datetime,
    parcels: Sequence[documents.Parcel] = (),
    **facts: Any,
) -> None:
    told = {"matters": [row.matter], "party": one.party} | facts
    chain.append(case, act=act, actor=actor.label, at=at, facts=told)
    update_rows([case], [*HEAD])
    told |= {"starts_at": timezone.localtime(one.starts_at).strftime("%Y-%m-%d %H:%M")} if one.starts_at else {}
    post.put_many([*parcels, messages.told(case, act, at=at, **told)], at=at)
