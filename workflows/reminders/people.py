"""Who stands on a rung: the people whom a level means, for a reminder's body and case.

A level on which nobody is passes the word on to the next one up, so that no reminder is lost.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.substitutions import acting_heads
from permits import proposals
from permits.models import Case, CaseMatter, InspectionOfficer, PostCheck, Proposal, Section
from workflows.messages.recipients import with_substitutes
from workflows.models import Rating, Reminder
from workflows.reminders.ladder import REVIEWS, STAFF, Kind, Level
from workflows.scanning.referrals import SCANNERS

ROLES: dict[str, tuple[str, ...]] = {
    Kind.INTAKE: (User.Role.WINDOW,),
    Kind.SUPPLEMENT: (User.Role.WINDOW,),
    Kind.LATE_PAPER: (User.Role.WINDOW,),
    Kind.LATE_CHECK: (User.Role.WINDOW,),
    Kind.AUTHORITY: (User.Role.WINDOW,),
    Kind.DROP_IN: (User.Role.WINDOW, User.Role.SERVICE_OFFICE),
    Kind.SUSPICION: (User.Role.SERVICE_OFFICE, *SCANNERS),
    Kind.REFERRAL: SCANNERS,
    Kind.JOINT: (User.Role.SERVICE_OFFICE,),
    Kind.DELIVERY: (User.Role.SERVICE_OFFICE,),
    Kind.SERVICE: (User.Role.SERVICE_OFFICE,),
    Kind.VISIT: (User.Role.OFFICER, User.Role.SUBDISTRICT),
}
"""Which role of the body does the work; officers do where it is not named."""


def staff(reminder: Reminder, at: datetime) -> set[int]:
    """The keys of everybody of the administration who is told of a reminder."""
    found: set[int] = set()
    for level in reminder.levels:
        if level != Level.APPLICANT:
            found |= _from(Level(level), reminder, at)
    return found


def _from(level: Level, reminder: Reminder, at: datetime) -> set[int]:
    """The people of a level, or of the first one above it on which somebody is."""
    for one in STAFF[STAFF.index(level) :]:
        if people := _who_may_know(reminder, set(WHO[one](reminder, at)), _day(at)):
            return people
    return set()


def _who_may_know(reminder: Reminder, people: set[int], on: date) -> set[int]:
    """Of a bad review only those learn who answer it: nobody who had a part in what was reviewed (R3.5)."""
    if reminder.kind not in REVIEWS:
        return people
    rating = int(reminder.subject.partition(":")[2])
    users = User.objects.filter(pk__in=people)
    return {user.pk for user in users if Rating.objects.answered_by(user, on).filter(pk=rating).exists()}


def _officers(reminder: Reminder, at: datetime) -> Iterable[int]:
    """Whoever holds the work, while they may act; else everybody of the body who may do it. What waits for approval is the
    approvers' to do."""
    if approving := _approvers(reminder, _day(at)):
        return approving
    if reminder.kind in (Kind.INSPECTION, Kind.CHANGES) and (going := _visiting(reminder, _day(at))):
        return going
    able = set(_keys(User.objects.able_to_act(reminder.body_id, at, *ROLES.get(reminder.kind, ()))))
    holders = _holders(reminder)
    if holders:
        holders = set(_keys(with_substitutes(holders, _day(at))))
    return able & holders or able


def _approvers(reminder: Reminder, on: date) -> set[int]:
    """Who may approve what was proposed of a matter; nobody where nothing waits."""
    name, _colon, key = reminder.subject.partition(":")
    waiting = list(Proposal.objects.waiting().filter(case_matter=int(key))) if name == "matter" else []
    return set(_keys(proposals.approvers(reminder.body_id, waiting, on))) if waiting else set()


def _visiting(reminder: Reminder, on: date) -> set[int]:
    """The officers who were named for a joint visit, of whatever department, and whoever stands in for one of them."""
    named = InspectionOfficer.objects.filter(inspection=int(reminder.subject.partition(":")[2]))
    return set(_keys(with_substitutes(named.values_list("officer", flat=True), on)))


def _holders(reminder: Reminder) -> set[int]:
    """The officer who has claimed the section that the thing belongs to."""
    name, _colon, key = reminder.subject.partition(":")
    matters = CaseMatter.objects.none()
    if name == "matter":
        matters = CaseMatter.objects.filter(pk=int(key))
    if name == "stop":
        matters = CaseMatter.objects.filter(stops=int(key))
    if name == "check":
        matters = CaseMatter.objects.filter(pk__in=PostCheck.objects.filter(pk=int(key)).values("case_matter"))
    return {pk for pk in matters.values_list("section__claimed_by", flat=True) if pk}


def _heads(reminder: Reminder, at: datetime) -> Iterable[int]:
    return _heads_of(reminder.body_id, at) if reminder.body_id else ()


def _heads_of(body: str, at: datetime) -> set[int]:
    """The heads of a body, and who was named in the place of an absent one."""
    return set(_keys(User.objects.filter(acting_heads(body, _day(at)))))


def _leads(reminder: Reminder, at: datetime) -> Iterable[int]:
    """The heads of the lead departments of the case's industries; its officers where it has no head."""
    found: set[int] = set()
    for body in _lead_bodies(reminder):
        found |= _heads_of(body, at) or set(_keys(User.objects.able_to_act(body, at)))
    return found


def _lead_bodies(reminder: Reminder) -> set[str]:
    """The lead departments of the case; of an alarm, those of the cases that wait for its body."""
    if reminder.case_id is not None:
        cases = Case.objects.filter(pk=reminder.case_id)
    else:
        cases = Case.objects.filter(pk__in=Section.objects.open().of_body(reminder.body_id).values("case"))
    found: set[str] = set()
    for case in cases.select_related("catalogue").defer("catalogue__document"):
        known = case.own_catalogue.industries
        found |= {known[id].lead_department for id in case.industries if id in known}
    return found


def _office(_reminder: Reminder, at: datetime) -> Iterable[int]:
    return _keys(User.objects.able_to_act(settings.SERVICE_OFFICE, at, User.Role.SERVICE_OFFICE))


def _administrators(_reminder: Reminder, _at: datetime) -> Iterable[int]:
    return _keys(User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True))


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _keys(people: QuerySet[User]) -> Iterable[int]:
    return people.values_list("pk", flat=True)


WHO: dict[Level, Callable[[Reminder, datetime], Iterable[int]]] = {
    Level.OFFICER: _officers,
    Level.HEAD: _heads,
    Level.LEAD: _leads,
    Level.OFFICE: _office,
    Level.ADMINISTRATOR: _administrators,
}
