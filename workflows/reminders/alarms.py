"""Alarms: open work of a body in which nobody may do it (all have left, are away or were never there).

Raised the same day by every run, once a day while it lasts, to the body's head, the lead department, the service office and
the administrator; the service office's page shows those that still hold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.substitutions import acting_heads
from certificates.acts import suspending
from certificates.models import ActProposal, ApplicationPart
from permits import proposals
from permits.delivery import TO_DELIVER
from permits.hearing import hearings
from permits.models import (
    Case,
    CaseMatter,
    CompletenessReview,
    Document,
    DropIn,
    Hearing,
    HeldPermit,
    Inspection,
    InspectionOfficer,
    LimitExtension,
    PostCheck,
    Proposal,
    Section,
    TakingRefusal,
    Tolerance,
)
from workflows.models import Rating, Referral, Reminder, Suspicion, Visit
from workflows.reminders.ladder import Level
from workflows.reminders.remind import write
from workflows.reminders.wording import NOBODY
from workflows.scanning.referrals import SCANNERS

LEVELS = (Level.HEAD, Level.LEAD, Level.OFFICE, Level.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of open work: which bodies have some now, and in which roles it is done."""

    bodies: Callable[[], Iterable[str]]
    roles: tuple[str, ...] = (User.Role.OFFICER,)
    is_attended: Callable[[str, datetime], bool] | None = None

    def has_somebody(self, body: str, at: datetime) -> bool:
        """Whether all of it can be done at this moment: by anybody of these roles, where it asks for nothing more."""
        if self.is_attended is not None:
            return self.is_attended(body, at)
        return User.objects.able_to_act(body, at, *self.roles).exists()


def _of(rows: QuerySet, column: str) -> Iterable[str]:
    return rows.order_by().values_list(column, flat=True).distinct()


def _office_if(rows: QuerySet) -> list[str]:
    return [settings.SERVICE_OFFICE] if rows.exists() else []


def _has_approvers(body: str, at: datetime) -> bool:
    """Whether each proposal that waits has somebody to approve it who had no part in it (R1.2)."""
    waiting = Proposal.objects.waiting().filter(case_matter__section__body_id=body)
    by_handlers = {frozenset(one.people): one for one in waiting}
    day = timezone.localtime(at).date()
    return all(proposals.approvers(body, [one], day).exists() for one in by_handlers.values())


_ACT_WAITS = Q(state=ActProposal.State.PROPOSED)


def _has_approvers_of_acts(body: str, at: datetime) -> bool:
    """Whether each act proposed against a permit of the body has somebody to approve it who did not propose it (R1.2)."""
    by_handlers = {one.people: one for one in ActProposal.objects.filter(_ACT_WAITS, item__body_id=body)}
    day = timezone.localtime(at).date()
    return all(proposals.approvers(body, [one], day).exists() for one in by_handlers.values())


_WAITING = Q(state=LimitExtension.State.REQUESTED, case__state__in=Case.UNDECIDED_STATES, case_matter__ended_at=None)


def _has_head(body: str, at: datetime) -> bool:
    """Whether a head of the body is there, or who was named in the place of one (R2.19)."""
    day = timezone.localtime(at).date()
    return User.objects.filter(acting_heads(body, day), is_active=True).there_on(day).exists()


def _has_presidents(body: str, at: datetime) -> bool:
    """Whether each hearing that is to be held has somebody to preside over it who did not examine the application (art. 48): to be
    named today, or named and there on its day."""
    today = timezone.localtime(at).date()
    rows = Hearing.objects.filter(_TO_HOLD, case_matter__section__body_id=body)
    for one in rows.select_related("case_matter__section"):
        people = User.objects.filter(pk=one.presiding_id, is_active=True)
        day = today
        if one.starts_at is None:
            people = hearings.presidents(one, one.case_matter)
        else:
            day = max(today, timezone.localtime(one.starts_at).date())
        if not people.there_on(day).exists():
            return False
    return True


_TO_HOLD = Q(state__in=Hearing.TO_HOLD)
_AGREED = Q(inspection__state=Inspection.State.SCHEDULED)


def _is_visited(body: str, at: datetime) -> bool:
    """Whether everybody whom the body sends on a visit that is agreed will be there (R2.18: two for each matter)."""
    today = timezone.localtime(at).date()
    for one in InspectionOfficer.objects.filter(_AGREED, body__code=body).select_related("inspection"):
        starts_at = one.inspection.starts_at
        day = max(today, timezone.localtime(starts_at).date()) if starts_at else today
        if not User.objects.filter(pk=one.officer_id, is_active=True).there_on(day).exists():
            return False
    return True


def _bad_reviews() -> QuerySet[Rating]:
    return Rating.objects.filter(state__in=Rating.TO_ANSWER)


def _has_answerers(body: str, at: datetime) -> bool:
    """Whether each bad review of the body has somebody to answer it who had no part in the case (R3.5)."""
    day = timezone.localtime(at).date()
    answering = Q(role=User.Role.SERVICE_OFFICE) | acting_heads(body, day)
    people = list(User.objects.filter(answering, is_active=True).there_on(day).order_by("pk"))
    left = set(_bad_reviews().filter(body__code=body).values_list("pk", flat=True))
    for user in people:
        left -= set(Rating.objects.answered_by(user, day).filter(pk__in=left).values_list("pk", flat=True))
    return not left


WORK: Mapping[str, Work] = {
    "intake": Work(lambda: _office_if(Case.objects.filter(state=Case.State.SUBMITTED)), (User.Role.WINDOW,)),
    "review": Work(lambda: _of(CompletenessReview.objects.waiting(), "body")),
    "late_paper_check": Work(
        lambda: _office_if(Tolerance.objects.open().exclude(handed_in_at=None)), (User.Role.WINDOW,)
    ),
    "decision": Work(lambda: _of(Section.objects.open(), "body")),
    "approval": Work(lambda: _of(Proposal.objects.waiting(), "case_matter__section__body"), is_attended=_has_approvers),
    "extension": Work(
        lambda: _of(LimitExtension.objects.filter(_WAITING), "case_matter__section__body"), is_attended=_has_head
    ),
    "review_answer": Work(lambda: _of(_bad_reviews(), "body"), is_attended=_has_answerers),
    "refused_filing": Work(
        lambda: _office_if(TakingRefusal.objects.filter(state=TakingRefusal.State.RECORDED)),
        (User.Role.SERVICE_OFFICE,),
    ),
    "delivery": Work(lambda: _office_if(CaseMatter.objects.filter(TO_DELIVER)), (User.Role.SERVICE_OFFICE,)),
    "service": Work(lambda: _office_if(Document.objects.unserved()), (User.Role.SERVICE_OFFICE,)),
    "after_check": Work(
        lambda: _of(PostCheck.objects.filter(state__in=PostCheck.OPEN_STATES), "case_matter__section__body")
    ),
    "hearing": Work(
        lambda: _of(Hearing.objects.filter(_TO_HOLD), "case_matter__section__body"), is_attended=_has_presidents
    ),
    "inspection": Work(lambda: _of(InspectionOfficer.objects.filter(_AGREED), "body"), is_attended=_is_visited),
    "application": Work(lambda: _of(ApplicationPart.objects.filter(state=ApplicationPart.State.PENDING), "item__body")),
    "act_approval": Work(
        lambda: _of(ActProposal.objects.filter(_ACT_WAITS), "item__body"), is_attended=_has_approvers_of_acts
    ),
    "suspension": Work(lambda: _of(suspending.endless(), "body")),
    "held_permit": Work(lambda: _of(HeldPermit.objects.answerable(), "body")),
    "referral": Work(lambda: _of(Referral.objects.waiting(), "body"), SCANNERS),
    "drop_in": Work(
        lambda: _office_if(DropIn.objects.filter(state=DropIn.State.WAITING)),
        (User.Role.WINDOW, User.Role.SERVICE_OFFICE),
    ),
    "suspicion": Work(lambda: _office_if(Suspicion.objects.at_the_office()), (User.Role.SERVICE_OFFICE,)),
    "handed_suspicion": Work(lambda: _of(Suspicion.objects.at_departments(), "to_body"), SCANNERS),
    "visit": Work(lambda: _of(Visit.objects.filter(done_on=None), "body"), (User.Role.OFFICER, User.Role.SUBDISTRICT)),
}


def raise_alarms(at: datetime) -> int:
    """Write today's alarms; how many are new."""
    today = timezone.localtime(at).date()
    rows = [_alarm(task, body, today, at) for task, body in unattended(at)]
    if not rows:
        return 0
    subjects = [row.subject for row in rows]
    known = set(_of_today(today).filter(subject__in=subjects).values_list("subject", flat=True))
    with transaction.atomic():
        return write([row for row in rows if row.subject not in known], at)


def unattended(at: datetime) -> Iterator[tuple[str, str]]:
    """Each kind of open work with a body in which nobody may do it at this moment."""
    for task, work in WORK.items():
        for body in work.bodies():
            if not work.has_somebody(body, at):
                yield task, body


def _alarm(task: str, body: str, today: date, at: datetime) -> Reminder:
    subject, levels = f"{task}:{body}", list(LEVELS)
    return Reminder(
        subject=f"alarm:{subject}", kind=NOBODY, rule=NOBODY, due_on=today, body_id=body, levels=levels, at=at
    )


def _of_today(today: date) -> QuerySet[Reminder]:
    return Reminder.objects.filter(kind=NOBODY, due_on=today)


def standing(at: datetime) -> list[Reminder]:
    """Today's alarms that still hold: somebody may have come since, or the work may be done."""
    raised = list(_of_today(timezone.localtime(at).date()).select_related("body"))
    held = {f"alarm:{task}:{body}" for task, body in unattended(at)} if raised else set()
    return [row for row in raised if row.subject in held]
