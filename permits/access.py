"""Who may open a case's filing pages and files, and what of it may still be written."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from permits.acting_for import agents
from permits.models import Case, SupplementItem

FILING_ROLES = (User.Role.APPLICANT, User.Role.WINDOW)


def case_for(user: User, key: str) -> Case:
    """The case of this address, for those who file it: the enterprise's people and the window. 404 for everybody else."""
    if user.role not in FILING_ROLES:
        raise Http404
    visible = Case.objects.visible_to(user).select_related("enterprise", "catalogue", "notice")
    return visible_case(visible.defer("catalogue__document", "notice__result"), user, key=key)


def visible_case(visible: QuerySet[Case], user: User, **which: str) -> Case:
    """The one of the visible cases; 404 where there is none, but a former agent is told why they see it no more."""
    case = visible.filter(**which).first()
    if case is not None:
        return case
    if words := agents.ended_words(user, Case.objects.filter(**which)):
        raise PermissionDenied(words)
    raise Http404


def correctable(case: Case) -> frozenset[str]:
    """The fields and materials that the open supplement notice names (R2.9: corrections concern these alone)."""
    items = SupplementItem.objects.filter(supplement__case=case, supplement__answered_at=None)
    return frozenset(items.values_list("subject", flat=True))


def may_write(case: Case, subject: str, today: date) -> bool:
    """Whether this field or material may be changed: all of a draft, what a supplement notice asks for, and until its last
    day a paper that may come after acceptance (R6.10)."""
    if case.state == Case.State.DRAFT:
        return True
    if case.state in Case.UNDECIDED_STATES:
        return case.tolerances.open().filter(material=subject, due_on__gte=today).exists()
    return case.state == Case.State.SUPPLEMENT_REQUESTED and subject in correctable(case)
