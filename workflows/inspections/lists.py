"""Lists of visits: where one goes today, what the own department has to confirm, what somebody has to arrange."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import User
from industries.publishing import current_catalogue
from permits.models import Case, CaseMatter, Inspection, InspectionOfficer
from workflows.inspections.bundle import visits_of

SHOWN = 100


@dataclass(frozen=True)
class Lists:
    """What stands on one person's page."""

    today: list[Inspection]
    later: list[Inspection]
    to_confirm: list[Inspection]
    to_arrange: list[Case]
    to_replan: list[Inspection]
    closed: list[Inspection]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not any((self.today, self.later, self.to_confirm, self.to_arrange, self.to_replan, self.closed))


def lists_of(user: User, today: date) -> Lists:
    """The lists of a day; a constant number of statements."""
    mine = InspectionOfficer.objects.filter(inspection=OuterRef("pk"), officer=user)
    visits = visits_of(user).annotate(is_mine=Exists(mine)).prefetch_related("parts__case_matter__section")
    agreed = list(visits.filter(state=Inspection.State.SCHEDULED).order_by("-is_mine", "starts_at", "pk")[:SHOWN])
    proposed = list(visits.filter(state=Inspection.State.PROPOSED).order_by("proposed_at", "pk")[:SHOWN])
    return Lists(
        today=[visit for visit in agreed if visit.on is not None and visit.on <= today],
        later=[visit for visit in agreed if visit.on is not None and visit.on > today],
        to_confirm=[visit for visit in proposed if waits_for(visit, user.body_id)],
        to_arrange=list(to_arrange(user, today)[:SHOWN]),
        to_replan=[visit for visit in proposed if may_arrange(user, visit) and needs_other_slots(visit)],
        closed=list(visits.filter(state=Inspection.State.CLOSED).order_by("-ended_at", "-pk")[:20]),
    )


@dataclass(frozen=True, slots=True)
class Todo:
    """What a department has to do about a visit: plan the first slots, plan others, or confirm its officers."""

    do: str
    enterprise: str
    number: str
    url: str
    by: date | None


def todo_of(user: User, today: date) -> list[Todo]:
    """What waits for an officer's department, whether or not it has a section in the case; three statements."""
    if user.role != User.Role.OFFICER:
        return []
    found = [_todo("plan", case, _plan_of(case)) for case in to_arrange(user, today).prefetch_related(None)[:SHOWN]]
    visits = visits_of(user).filter(state=Inspection.State.PROPOSED).prefetch_related("parts__case_matter__section")
    for visit in visits.order_by("proposed_at", "pk")[:SHOWN]:
        if may_arrange(user, visit) and needs_other_slots(visit):
            found.append(_todo("replan", visit.case, _plan_of(visit.case)))
        elif waits_for(visit, user.body_id):
            found.append(_todo("confirm", visit.case, reverse("workflows:inspection_confirm", args=[visit.key])))
    return found


def _todo(do: str, case: Case, url: str) -> Todo:
    return Todo(do, case.enterprise.name, case.number or "", url, case.promised_by)


def _plan_of(case: Case) -> str:
    return reverse("workflows:inspection_plan", args=[case.number])


def waits_for(visit: Inspection, body: str | None) -> bool:
    """Whether this department has still to name its officers."""
    own = [part for part in visit.parts.all() if part.left_at is None and part.case_matter.section.body_id == body]
    return bool(own) and bool(visit.slots) and body not in visit.suits


def needs_other_slots(visit: Inspection) -> bool:
    """Whether the business asked for another slot, or none suits all: then other ones are proposed."""
    bodies = {part.case_matter.section.body_id for part in visit.parts.all() if part.left_at is None}
    return not visit.slots or (bodies <= set(visit.suits) and not visit.shared_slots)


def may_arrange(user: User, visit: Inspection) -> bool:
    """Whether this person proposes the slots: the lead department's officers and the service office."""
    return user.role == User.Role.SERVICE_OFFICE or (user.role == User.Role.OFFICER and user.body_id == visit.lead_id)


def to_arrange(user: User, today: date) -> QuerySet[Case]:
    """Accepted cases of which something is to be looked at on the site, first or again, and no visit is under way."""
    open_visit = Inspection.objects.open().filter(case=OuterRef("pk"))
    first = Q(state="pending", inspection=True, site_check="", route="ordinary")
    waiting = CaseMatter.objects.filter(first | Q(state="inspecting"), case=OuterRef("pk"))
    cases = Case.objects.filter(state__in=Case.UNDECIDED_STATES).annotate(named=Cast("industries", CharField()))
    cases = cases.filter(_led_by(user, today), Exists(waiting), ~Exists(open_visit))
    cases = cases.select_related("enterprise", "catalogue")
    return cases.defer("catalogue__document").prefetch_related("matters").order_by("promised_by", "pk")


def _led_by(user: User, today: date) -> Q:
    """Cases, whose industries are `named`, that the user's department leads; all of them for the service office."""
    if user.role == User.Role.SERVICE_OFFICE:
        return Q()
    if user.role != User.Role.OFFICER:
        return Q(pk__in=())
    led = [one.id for one in current_catalogue(today).industries.values() if one.lead_department == user.body_id]
    return reduce(or_, (Q(named__contains=f'"{id}"') for id in led), Q(pk__in=()))
