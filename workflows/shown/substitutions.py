"""What the pages of substitutions show: those that run and those to come, of oneself or of a whole body; and what waits with
people who can no longer act."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Body, Substitution, User
from accounts.standing_in import Term, substitutes_of
from accounts.substitutions import entrusted
from permits.models import Section


@dataclass(frozen=True, slots=True)
class Line:
    """One substitution, whether it runs today, and whether this person may end it early."""

    row: Substitution
    runs: bool
    may_end: bool


def own(user: User, today: date) -> list[Line]:
    """Those in which this person is away or stands in; what is over is left out."""
    concerned = Q(absent=user) | Q(substitute=user)
    return _lines(_left(today).filter(concerned), user, today)


def of_body(body: Body, user: User, today: date) -> list[Line]:
    """Those of a whole body."""
    return _lines(_left(today).filter(absent__body_id=body.code), user, today)


def _left(today: date) -> QuerySet[Substitution]:
    return Substitution.objects.in_force().filter(until__gte=today).select_related("absent", "substitute", "made_by")


def _lines(rows: QuerySet[Substitution], user: User, today: date) -> list[Line]:
    bodies = {user.body_id} if user.is_head else set()
    everywhere = user.role == User.Role.ADMINISTRATOR
    return [
        Line(row, row.runs_on(today), everywhere or row.absent_id == user.pk or row.absent.body_id in bodies)
        for row in rows
    ]


def absent_today(user: User, today: date) -> list[User]:
    """The colleagues in whose place this person acts today."""
    return list(User.objects.filter(pk__in=entrusted(user, today)).order_by("display_name", "username"))


def staff_of(body_code: str | None) -> QuerySet[User]:
    """Everybody of a body who may sign in, by name."""
    return User.objects.filter(body_id=body_code or "", is_active=True).order_by("display_name", "username")


def may_arrange_for_others(user: User) -> bool:
    """Whether this person sees the page of a whole body: its head, and the administrator."""
    return user.role == User.Role.ADMINISTRATOR or (user.is_head and user.body_id is not None)


def stranded(body: Body, today: date) -> list[Section]:
    """Open sections whose holder can no longer act and for whom nobody stands in: the head hands them over."""
    held = Section.objects.open().of_body(body.code).exclude(claimed_by=None)
    rows = list(held.select_related("case__enterprise", "claimed_by").order_by("statutory_by", "pk"))
    terms = Substitution.objects.of_body(body.code).running(today).terms()
    active = set(staff_of(body.code).values_list("pk", flat=True))
    away = {term.absent for term in terms}
    return [row for row in rows if not _somebody_acts(row.claimed_by_id, terms, active, away, today)]


def _somebody_acts(holder: int | None, terms: list[Term], active: set[int], away: set[int], today: date) -> bool:
    """Whether the holder, or somebody in their place, is there and not away."""
    chain = (holder, *substitutes_of(terms, holder or 0, today))
    return any(one in active and one not in away for one in chain)
