"""The service office's lists: licences being made or held up, what can be issued early, papers to deliver, what was delivered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from accounts.models import User
from calendars.working_days import WorkingCalendar
from certificates.delivering import ENDED
from certificates.issuing import granted_of, issued_parcel, paper_parcel
from certificates.models import LicenceVersion
from industries import combining
from outbox import delivery
from outbox.models import Parcel
from permits import service
from permits.clock import INTAKE_DAYS
from permits.decisions import late_grant_key
from permits.delivery import DELIVERY_DAYS, NEAR, TO_DELIVER, TO_DELIVER_SINCE, limit_of, started_by, wish_of
from permits.models import Case, CaseMatter, Delivery, Document, Tolerance
from workflows.lists.worklists import Limit, limit, search_condition

MAKING, EARLY, DELIVER, DELIVERED = "making", "early", "deliver", "delivered"
TABS = (MAKING, EARLY, DELIVER, DELIVERED)
LATE = "late"
UNSERVED = Prefetch("documents", Document.objects.unserved().order_by("pk"), to_attr="unserved")
"""What has still to be served of the cases of a list."""
ORDERS = {
    MAKING: ("pk",),
    EARLY: ("promised_by", "pk"),
    DELIVER: ("first_to_go", "pk"),
    DELIVERED: ("-delivered_at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the case, its licence's number or the single permit's, what still has to leave, how it is to be delivered
    and by when, which papers have still to be served, how something was delivered last."""

    case: Case
    number: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    waiting: tuple[str, ...]
    parcels: tuple[Parcel, ...]
    due: Limit
    papers: tuple[Document, ...]
    wish: str
    delivery: Delivery | None

    @property
    def is_stuck(self) -> bool:
        """Whether a side effect failed at least once and has not happened yet."""
        return any(parcel.last_error for parcel in self.parcels)


def conditions(calendar: WorkingCalendar, today: date) -> dict[str, Q]:
    """What each tab holds on a day, in the words of `at_the_office`."""
    deciding = Q(state=Case.State.DECIDING, lacking=False)
    left_behind = Q(undecided=True) | Q(lacking=True)
    offered = Q(state=Case.State.DECIDING, issued_early_at=None, in_force__gte=combining.LEAST)
    offered &= _need_not_wait(calendar, today)
    return {
        MAKING: deciding & (Q(undecided=False) | Q(behind=True, issued_early_at__isnull=False)),
        EARLY: offered & left_behind,
        DELIVER: to_deliver(calendar, today),
        DELIVERED: Q(handed_over=True, first_to_go=None) & ~Q(state__in=Case.OPEN_STATES),
    }


def _need_not_wait(calendar: WorkingCalendar, today: date) -> Q:
    """The same as `certificates.early.need_not_wait`, as a condition."""
    near = started_by(calendar, calendar.add(today, NEAR).date)
    return Q(promised_by__lt=today) | Q(first_in_force__lte=near)


def to_deliver(calendar: WorkingCalendar, today: date) -> Q:
    """The same as `certificates.delivering.deliverable`, as a condition, and whatever has a paper that is not served."""
    early = Q(issued_early_at__isnull=False, on_licence=True)
    alone = Q(issued_early_at=None) & (Q(granted=1) | Q(lacking=True))
    open_ones = Q(state=Case.State.DECIDING) & (early | (alone & _need_not_wait(calendar, today)))
    return Q(first_paper__isnull=False) | Q(first_in_force__isnull=False) & (Q(state__in=ENDED) | open_ones)


def at_the_office(user: User, text: str) -> QuerySet[Case]:
    """The cases that this person may see and the search finds.

    With whether a promised paper is lacking (`lacking`, R6.10), whether a matter is still undecided (`undecided`), whether a
    granted one is on no licence yet (`behind`), how many are granted (`granted`) and how many of them in force (`in_force`),
    whether anything was delivered (`handed_over`), and of what is not the first day in force (`first_in_force`) and whether one
    stands on a licence (`on_licence`); the day of the first paper that is not served (`first_paper`), and the first of both
    (`first_to_go`). What has ended is not granted any more.
    """
    matters = CaseMatter.objects.filter(case=OuterRef("pk")).order_by()
    granted = matters.filter(state=CaseMatter.State.GRANTED, lapsed_at=None, permit_ended_at=None)
    left = granted.filter(TO_DELIVER).annotate(since=TO_DELIVER_SINCE)
    rows = Case.objects.visible_to(user).annotate(
        lacking=Exists(Tolerance.objects.open().filter(case=OuterRef("pk"))),
        undecided=Exists(matters.filter(state__in=CaseMatter.UNDECIDED_STATES)),
        behind=Exists(granted.filter(item=None)),
        granted=_count(granted),
        in_force=_count(granted.filter(valid_from__isnull=False)),
        handed_over=Exists(Delivery.objects.filter(case=OuterRef("pk"))),
        has_papers=Exists(Document.objects.filter(case=OuterRef("pk"), to_serve=True)),
        first_in_force=Subquery(left.order_by("since").values("since")[:1]),
        on_licence=Exists(left.filter(item__licence__isnull=False)),
        first_paper=Subquery(Document.objects.unserved().filter(case=OuterRef("pk")).order_by("on").values("on")[:1]),
        first_to_go=Coalesce(
            Least(F("first_in_force"), F("first_paper")), F("first_in_force"), F("first_paper")
        ),  # SQLite's least of something and nothing is nothing
    )
    if not text.strip():
        return rows
    return rows.filter(search_condition(text, "") | Q(licence__number__icontains=text.strip()))


def _count(rows: QuerySet[CaseMatter]) -> Coalesce:
    """How many rows of a case, as a subquery."""
    return Coalesce(Subquery(rows.values("case").annotate(count=Count("pk")).values("count")), 0)


def tab_counts(user: User, text: str, calendar: WorkingCalendar, today: date) -> dict[str, int]:
    """How many each tab holds, and how many of those to deliver are late (`late`), in one query."""
    counts = {tab: Count("pk", filter=condition) for tab, condition in conditions(calendar, today).items()}
    overdue = started_by(calendar, today - timedelta(1))
    counts[LATE] = Count("pk", filter=to_deliver(calendar, today) & Q(first_to_go__lte=overdue))
    counted: dict[str, int] = at_the_office(user, text).aggregate(**counts)
    return counted


def cases(user: User, tab: str, text: str, calendar: WorkingCalendar, today: date) -> QuerySet[Case]:
    """The cases of a tab in its order, with what their rows need."""
    last = Delivery.objects.filter(case=OuterRef("pk")).order_by("-at").values("at")[:1]
    rows = at_the_office(user, text).filter(conditions(calendar, today)[tab]).annotate(delivered_at=Subquery(last))
    return (
        rows.select_related("enterprise", "licence")
        .prefetch_related("matters", "licence__versions", "deliveries", UNSERVED)
        .order_by(*ORDERS[tab])
    )


def rows_of(page: Iterable[Case], calendar: WorkingCalendar, today: date) -> list[Row]:
    """Lines for a page of cases; one query for the parcels of all of them."""
    page = list(page)
    keys = {case.pk: parcel_keys(case) for case in page}
    wanted = [key for several in keys.values() for key in several]
    waiting = Parcel.objects.exclude(status=Parcel.Status.DONE).filter(key__in=wanted)
    parcels = {parcel.key: parcel for parcel in waiting}
    return [
        _row(case, tuple(parcels[key] for key in keys[case.pk] if key in parcels), calendar, today) for case in page
    ]


def parcel_keys(case: Case) -> list[str]:
    """The keys of the side effects that make the licence and its paper."""
    keys = [f"all_decided:{case.pk}"]
    if case.issued_early_at:
        keys += [late_grant_key(case, matter.matter) for matter in case.matters.all()]
    for version in versions_of(case):
        keys += [paper_parcel(version)[1], issued_parcel(version)[1]]
    return keys


def retry(case: Case, *, at: datetime) -> bool:
    """Attempt again whatever of this case has not left yet, dead or waiting; says whether everything has left now."""
    keys = parcel_keys(case)
    dead = Parcel.objects.filter(key__in=keys, status=Parcel.Status.DEAD)
    dead.update(status=Parcel.Status.WAITING, attempts=0, due_at=at, leased_until=None)
    delivery.deliver_all(keys, at=at)
    return not Parcel.objects.exclude(status=Parcel.Status.DONE).filter(key__in=keys).exists()


def versions_of(case: Case) -> list[LicenceVersion]:
    """The versions of the case's licence, none before it is issued."""
    return list(case.licence.versions.all()) if hasattr(case, "licence") else []


def _row(case: Case, parcels: tuple[Parcel, ...], calendar: WorkingCalendar, today: date) -> Row:
    matters = list(case.matters.all())
    granted = granted_of(matters)
    single = granted[0].permit_number if len(granted) == 1 else ""
    return Row(
        case=case,
        number=case.licence.number if hasattr(case, "licence") else single,
        granted=tuple(matter.name for matter in granted),
        refused=tuple(matter.name for matter in matters if matter.state == CaseMatter.State.REFUSED),
        waiting=tuple(matter.name for matter in matters if matter.is_undecided),
        parcels=parcels,
        due=limit(calendar, today, due_on(case, calendar)),
        papers=tuple(unserved_of(case)),
        wish=str(wish_of(case).label),
        delivery=next(iter(reversed(case.deliveries.all())), None),
    )


def due_on(case: Case, calendar: WorkingCalendar) -> date | None:
    """The last day of delivery: ten working days after the earliest decision in force that is not delivered (art. 44), or
    paper that is not served; for a supplement notice the last day of the intake check. None where nothing is left to go."""
    limit_ = limit_of(case.matters.all(), calendar)
    days = [limit_.date] if limit_ else []
    days += [served_by(paper, case, calendar) for paper in unserved_of(case)]
    return min(days, default=None)


def served_by(paper: Document, case: Case, calendar: WorkingCalendar) -> date:
    """The last day on which a paper should be served (art. 32, 44)."""
    if paper.kind == Document.Kind.SUPPLEMENT_NOTICE and case.complete_on:
        return calendar.add(case.complete_on, INTAKE_DAYS).date
    return calendar.add(paper.on, DELIVERY_DAYS).date


def unserved_of(case: Case) -> list[Document]:
    """What has still to be served, as `UNSERVED` has fetched it for a list."""
    fetched: list[Document] | None = getattr(case, "unserved", None)
    return service.unserved(case) if fetched is None else fetched
