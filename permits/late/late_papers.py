"""The papers of a tolerant acceptance: handed in, confirmed as fit or sent back, and the end of acceptance without them.

Whoever brings a paper in time has done their part: acceptance never ends while one waits to be looked at (R6.11).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.late_papers import BEFORE_PROMISE
from outbox import post
from permits import documents, messages, proposals, service, statements
from permits.bodies import service_office
from permits.decisions import Outcome, close, issuing_parcels, outcome_of, told_single
from permits.hearing import heard
from permits.inspections import leaving
from permits.intake import HEAD
from permits.late import conditional, lacking
from permits.law import remedies
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, CaseMatter, Document, Tolerance
from permits.promises import post_checks
from permits.rules import require_reason, require_role, require_state
from permits.withdrawals import end_stops

CHECK_DAYS = BEFORE_PROMISE - 1
"""Working days within which a paper that came is looked at: what lies between its last day and the promise, but for the day
of issue (R6.10)."""
FITNESS = ["state", "objection", "objected_at", "handed_in_at", "ended_at", "ended_by"]


def awaited(case: Case, material: str) -> Tolerance | None:
    """The promised paper of a held case that has not come, or was sent back; None where none is awaited."""
    if case.state not in Case.UNDECIDED_STATES:
        return None
    return next((one for one in lacking.open_papers(case) if one.material == material and one.is_awaited), None)


def hand_in(case: Case, paper: Tolerance, *, actor: Actor, at: datetime) -> None:
    """Note that a promised paper came; its files are `permits.materials`'. The window is told to look at it."""
    paper.handed_in_at = at
    update_rows([paper], ["handed_in_at"])
    facts = {"material": paper.material}
    chain.append(case, act="late_paper_handed_in", actor=actor.label, at=at, facts=facts)
    update_rows([case], HEAD)
    name = lacking.name_of(case, paper.material)
    post.put_many([messages.told(case, "late_paper_handed_in", at=at, paper=name)], at=at)


def take_back(case: Case, material: str, *, actor: Actor, at: datetime) -> None:
    """The applicant took the last file of a paper out again: it has still to come."""
    papers = lacking.open_papers(case) if case.state in Case.UNDECIDED_STATES else []
    for paper in (one for one in papers if one.material == material):
        paper.handed_in_at = None
        update_rows([paper], ["handed_in_at"])
        chain.append(case, act="late_paper_taken_back", actor=actor.label, at=at, facts={"material": material})
        update_rows([case], HEAD)


def confirm(case: Case, *, material: str, actor: Actor, at: datetime) -> Outcome:
    """Find a paper fit: the window, or a department that requires it. With the last one, what was decided can be issued."""
    with holding(case):
        paper = _handed_in(case, material, actor)
        paper.confirm()
        paper.ended_at, paper.ended_by_id, paper.objection = at, actor.user_id, ""
        update_rows([paper], FITNESS)
        left = list(case.tolerances.open())
        everything = statements.all_matters(case)
        today = timezone.localtime(at).date()
        in_force = conditional.come_into_force(case, everything, paper, left, today)
        post_checks.open_checks(case, in_force, on=today)
        licensed = case.issued_early_at is not None
        outcome = Outcome.OPEN if left else outcome_of(everything, licensed=licensed, merging=case.__dict__["merging"])
        if outcome is not Outcome.OPEN:
            close(case, outcome, at)
        facts = {"material": material, "left": len(left)}
        chain.append(case, act="late_paper_confirmed", actor=actor.label, at=at, facts=facts)
        update_rows([case], ["state", "closed_at", *HEAD])
        told = [messages.told(case, "late_papers_complete", at=at)] if not left else []
        if outcome is Outcome.SINGLE:
            told.append(told_single(case, everything, at))
        post.put_many([*issuing_parcels(case, in_force, outcome, at), *told], at=at)
        return outcome


def send_back(case: Case, *, material: str, reason: str, actor: Actor, at: datetime) -> Tolerance:
    """Say what is wrong with a paper; it has to come again, by the same last day. Once that has passed it cannot, and
    acceptance ends (R6.11)."""
    with holding(case):
        paper = _handed_in(case, material, actor)
        paper.objection, paper.objected_at, paper.handed_in_at = require_reason(reason), at, None
        update_rows([paper], FITNESS)
        is_over = paper.is_over(timezone.localtime(at).date())
        facts = {"material": material, "reason": paper.objection, "due_on": str(paper.due_on), "over": is_over}
        chain.append(case, act="late_paper_sent_back", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        told = {"paper": lacking.name_of(case, material), "due_on": str(paper.due_on)}
        event = "late_paper_too_late" if is_over else "late_paper_sent_back"
        post.put_many([messages.told(case, event, at=at, **told)], at=at)
        return paper


def _handed_in(case: Case, material: str, actor: Actor) -> Tolerance:
    """The paper of a held case that waits to be looked at, where the actor may do so."""
    require_role(actor, User.Role.WINDOW, User.Role.OFFICER)
    require_state(case, *Case.UNDECIDED_STATES)
    paper = next((one for one in lacking.open_papers(case) if one.material == material), None)
    if paper is None:
        raise RuleViolation("not_tolerated", _("这项材料没有容缺，或者已经处理完毕"), field="material", rule="R6.10")
    if actor.is_role(User.Role.OFFICER) and not is_read_by(case, material, actor.body):
        raise RuleViolation("not_your_subject", _("这项材料不是本部门事项需要的"), rule="R6.22")
    if paper.handed_in_at is None:
        raise RuleViolation("paper_not_there", _("申请人还没有补交这项材料"), field="material", rule="R6.10")
    return paper


def is_read_by(case: Case, material: str, body: str) -> bool:
    """Whether a matter of this department requires the material."""
    asked = (one for one in notice_of(case).materials if one.id == material)
    return any(matter.department == body for one in asked for matter in one.required_by)


def overdue(today: date) -> QuerySet[Case]:
    """The cases with a promised paper whose last day has passed without it, where none waits to be looked at (R6.11)."""
    failed = Tolerance.objects.awaited().filter(due_on__lt=today)
    unchecked = Tolerance.objects.open().exclude(handed_in_at=None)
    return Case.objects.filter(pk__in=failed.values("case")).exclude(pk__in=unchecked.values("case"))


def end_acceptance(case: Case, *, actor: Actor, at: datetime) -> Case | None:
    """End the acceptance of a case whose promised papers did not come (R6.11); None while it is not due, and while
    another paper came and waits to be looked at.

    It is no refusal: the case is sent back. Grants that depended on the papers never come into force, the others stand.
    """
    with holding(case):
        papers = lacking.open_papers(case) if case.state in Case.UNDECIDED_STATES else []
        today = timezone.localtime(at).date()
        failed = [one for one in papers if one.is_over(today)]
        if not failed or any(one.is_unchecked for one in papers):
            return None
        _close_papers(papers, failed, actor, at)
        everything = statements.all_matters(case)
        undecided = [row for row in everything if row.is_undecided]
        end_stops(undecided, actor, at)
        heard.end(undecided)
        proposals.lapse(case, everything)
        told = _let_go_of_visits(case, everything, actor, at)
        lapsed = conditional.let_lapse(case, everything, papers, at)
        standing = [row for row in everything if row.state == CaseMatter.State.GRANTED and row not in lapsed]
        office = service_office()
        facts = {
            "tolerated": [
                {"name": lacking.name_of(case, one.material), "lacks": one.lacks, "due_on": str(one.due_on)}
                | ({"objection": one.objection} if one.objection else {})
                for one in failed
            ],
            "lapsed": [row.name for row in lapsed],
            "standing": [row.name for row in standing],
            "remedies": remedies.with_last_days(office.remedies, service.known_on(case, at), current_calendar()),
        }
        draft = documents.Draft(Document.Kind.ACCEPTANCE_ENDED, office, everything, facts)
        written, parcels = documents.write(case, [draft], at=at)
        case.end_acceptance()
        case.closed_at = at
        noted = {
            "papers": [one.material for one in failed],
            "due_on": str(failed[0].due_on),
            "lapsed": [row.matter for row in lapsed],
            "standing": [row.matter for row in standing],
            "notice": written[0].number,
        }
        chain.append(case, act="acceptance_ended", actor=actor.label, at=at, facts=noted)
        parcels += service.after_writing(case, written, actor=actor, at=at)
        update_rows([case], ["state", "closed_at", *HEAD])
        names = [lacking.name_of(case, one.material) for one in failed]
        message = messages.told(case, "acceptance_ended", at=at, papers=names, due_on=str(failed[0].due_on))
        post.put_many([*told, *parcels, message], at=at)
        return case


def _let_go_of_visits(
    case: Case, everything: Sequence[CaseMatter], actor: Actor, at: datetime
) -> list[documents.Parcel]:
    """With the acceptance ends what was to be looked at on the site; what is to be told of it."""
    rows = leaving.under_way(everything)
    for row in rows:
        row.end_inspection()
    update_rows(rows, ["state"])
    return leaving.leave(case, rows, "受理已终止", actor=actor, at=at)


def _close_papers(papers: Sequence[Tolerance], failed: Sequence[Tolerance], actor: Actor, at: datetime) -> None:
    """What did not come has failed; what else was open is needed no more."""
    for one in papers:
        if one in failed:
            one.fail()
        else:
            one.let_go()
        one.ended_at, one.ended_by_id = at, actor.user_id
    update_rows(papers, FITNESS)
