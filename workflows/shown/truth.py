"""The page of truth: one case as its applicant should see it, in words and days, with nothing left to guess.

    truth = truth_of(case, today=on)

Reads records only, never the flow's task table; the number of statements does not depend on how many cases there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from certificates import early, life
from certificates.models import Licence, LicenceItem
from certificates.status import ItemState
from certificates.verifying.showing import ENDED, STATE_LOOKS
from certificates.wording import STATES
from permits import service
from permits.barring import bars
from permits.deadlines import delays
from permits.deadlines.limits import ClockFacts, Standing, facts_of
from permits.delivery import undelivered, wish_of
from permits.late import conditional
from permits.law import remedies
from permits.models import (
    Case,
    CaseMatter,
    DelayReason,
    Delivery,
    Document,
    Hearing,
    Inspection,
    LimitExtension,
    PostCheck,
    ReapplyBar,
    Supplement,
)
from permits.wording import grouped
from workflows.counting import days_left, used_until
from workflows.models import Visit
from workflows.shown.asked import Asked, asked_of
from workflows.shown.days import Days, days_of
from workflows.shown.late import LatePaper, late_papers
from workflows.words.timeline import Event, timeline_of
from workflows.words.turns import Turn, turn_of, with_papers

TAGS = {
    "pending": "blue",
    "inspecting": "blue",
    "rectifying": "yellow",
    "granted": "green",
    "refused": "red",
    "withdrawn": "grey",
}


@dataclass(frozen=True)
class MatterLine:
    """One matter: who decides, in what state, how much time is used and left, the decision and what can be done."""

    row: CaseMatter
    department: str
    hotline: str
    state: str
    tag: str
    is_conditional: bool
    permit: ItemState | None
    days_used: int | None
    days_left: int | None
    statutory_left: int | None
    provisional: bool
    decision: Document | None
    paper_url: str
    stop: Standing | None
    extension: LimitExtension | None
    remedies: dict[str, Any]
    is_missed: bool
    review_body: str

    @property
    def is_left_undone(self) -> bool:
        """Whether the statutory days are over with no decision: what can be done then differs from a refusal (R2.37a)."""
        is_over = self.statutory_left is not None and self.statutory_left < 0
        return is_over and self.row.statutory_days > 0 and self.row.case.is_open and bool(self.review_body)

    @property
    def delay(self) -> DelayReason | None:
        """Why its promise was missed, as the department publicly said (R1.37)."""
        return delays.reason_of(self.row) if self.is_missed else None

    @property
    def is_waiting(self) -> bool:
        """Whether its clock runs and the department still has to decide."""
        return self.row.is_undecided and self.row.promised_by is not None

    @property
    def is_stopped(self) -> bool:
        """Whether its clock stands on a ground of article 45."""
        return self.row.is_undecided and self.stop is not None

    @property
    def has_ended(self) -> bool:
        """Whether its permit does not hold: it is suspended or has ended, and a page of its own says what can be done."""
        return self.permit not in (None, ItemState.VALID, ItemState.NOT_BEGUN)

    @property
    def check(self) -> PostCheck | None:
        """The check that follows a grant by commitment (R6.5)."""
        found: PostCheck | None = getattr(self.row, "post_check", None)
        return found

    @property
    def is_on_the_spot(self) -> bool:
        """Whether it is decided at the counter at once: filed there, by commitment (R6.3)."""
        return self.row.route == CaseMatter.Route.COMMITMENT and self.row.case.channel == Case.Channel.WINDOW

    @property
    def is_longer(self) -> bool:
        """Whether its own promise ends after the case's, which is the shortest of the permits' (R1.36, R1.38)."""
        promised, of_case = self.row.promised_by, self.row.case.promised_by
        return promised is not None and of_case is not None and promised > of_case


@dataclass(frozen=True)
class Paper:
    """A document to download."""

    document: Document
    title: str
    url: str
    about: str
    remedies: dict[str, Any]

    @property
    def is_unserved(self) -> bool:
        """Whether it has still to be served, and its days have not begun (R2.34)."""
        return self.document.to_serve and self.document.service is None


@dataclass(frozen=True)
class Declined:
    """Why the case was not accepted, and what can be done against it."""

    reason: str
    remedies: dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """Everything the page shows."""

    case: Case
    number: str
    industries: str
    turn: Turn
    matters: tuple[MatterLine, ...]
    asked: tuple[Asked, ...]
    papers: tuple[Paper, ...]
    events: tuple[Event, ...]
    licence: Licence | None
    declined: Declined | None
    days: Days | None
    offers_early_issue: bool
    wish: Delivery.Way
    visit: Visit | None
    late: tuple[LatePaper, ...]
    visits: tuple[Inspection, ...]
    bars: tuple[ReapplyBar, ...]
    hearings: tuple[Hearing, ...]

    @property
    def may_choose_delivery(self) -> bool:
        """Whether something is still to be delivered, now or later."""
        return self.case.is_open or bool(undelivered(line.row for line in self.matters))

    @property
    def granted(self) -> list[CaseMatter]:
        """What is granted."""
        return [line.row for line in self.matters if line.row.state == CaseMatter.State.GRANTED]

    @property
    def waiting(self) -> list[CaseMatter]:
        """What is still to be decided."""
        return [line.row for line in self.matters if line.row.is_undecided]

    @property
    def decided(self) -> int:
        """How many matters are decided; what was withdrawn is not."""
        return self.to_decide - len(self.waiting)

    @property
    def to_decide(self) -> int:
        """How many matters the departments decide, or have decided."""
        return sum(line.row.state != CaseMatter.State.WITHDRAWN for line in self.matters)

    @property
    def open_supplement(self) -> Asked | None:
        """The supplement notice that waits for its answer."""
        return next((asked for asked in self.asked if asked.is_open), None)


def cases_for(user: User) -> QuerySet[Case]:
    """The cases this person may read, with what the page of truth needs."""
    documents = Document.objects.select_related("body", "service")
    matters = CaseMatter.objects.select_related("section__body", "delay", "post_check__order", "item").order_by(
        "position"
    )
    supplements = Supplement.objects.order_by("requested_at").prefetch_related("items__judged_body")
    return (
        Case.objects.visible_to(user)
        .select_related("enterprise", "catalogue", "applicant", "authority", "licence", "visit__body")
        .defer("catalogue__document")
        .prefetch_related(
            Prefetch("documents", documents),
            Prefetch("matters", matters),
            Prefetch("supplements", supplements),
            "materials",
            "entries",
            "stops",
            "deliveries",
            "extensions",
            "tolerances",
            "inspections",
            Prefetch("hearings", Hearing.objects.select_related("case_matter")),
        )
    )


def truth_of(case: Case, *, today: date) -> Truth:
    """Put the page together for a day."""
    calendar = current_calendar()
    catalogue = case.own_catalogue
    facts = facts_of(case)
    rows = list(case.matters.all())
    matters = tuple(_line(case, row, facts, calendar, today) for row in rows)
    documents = list(case.documents.all())
    return Truth(
        case=case,
        number=grouped(case.number or ""),
        industries="、".join(catalogue.industries[id].name for id in case.industries if id in catalogue.industries),
        turn=with_papers(turn_of(case, calendar=calendar, today=today), documents),
        matters=matters,
        asked=tuple(asked_of(case, supplement, rows, calendar, today) for supplement in case.supplements.all()),
        papers=tuple(
            _paper(case, document, calendar) for document in documents if not _is_superseded(document, documents)
        ),
        events=timeline_of(case, documents),
        licence=getattr(case, "licence", None),
        declined=_declined(documents, calendar),
        days=days_of(case, calendar, today),
        offers_early_issue=early.is_offered(case, rows, today),
        wish=wish_of(case),
        visit=getattr(case, "visit", None),
        late=late_papers(case, case.tolerances.all(), case.materials.all(), calendar, today),
        visits=tuple(one for one in case.inspections.all() if one.state != Inspection.State.CANCELLED),
        bars=tuple(bars.of_case(case)),
        hearings=tuple(one for one in case.hearings.all() if not one.party and one.state in Hearing.GOING_ON),
    )


def _declined(documents: Sequence[Document], calendar: WorkingCalendar) -> Declined | None:
    paper = next((one for one in documents if one.kind == Document.Kind.DECLINE_DECISION), None)
    return Declined(paper.facts.get("reason", ""), remedies_of(paper, calendar)) if paper else None


def _line(case: Case, row: CaseMatter, facts: ClockFacts, calendar: WorkingCalendar, today: date) -> MatterLine:
    body, pauses = row.section.body, facts.limits(row).stops
    decision = _decision_of(case, row)
    until = row.over_on or delays.closed_on(case) or today
    return MatterLine(
        row=row,
        department=body.name,
        hotline=body.hotline,
        state=state_words(case, row, today),
        tag=_tag(case, row, today),
        is_conditional=conditional.is_waiting(row),
        permit=_permit_state(row, today),
        days_used=used_until(calendar, case.accepted_on, until, pauses) if case.accepted_on else None,
        days_left=days_left(calendar, today, row.promised_by) if row.is_undecided else None,
        statutory_left=days_left(calendar, today, row.statutory_by) if row.is_undecided else None,
        provisional=case.provisional,
        decision=decision,
        paper_url=paper_url(case, decision) if decision else "",
        remedies=remedies_of(decision, calendar) or _told_at_issue(case, row, calendar),
        stop=facts.standing(row),
        extension=facts.extensions.get(row.pk),
        is_missed=delays.is_missed(case, row, today),
        review_body=body.remedies.get("review_body", ""),
    )


def _permit_state(row: CaseMatter, today: date) -> ItemState | None:
    """How the permit that came of a matter stands, where it does not simply hold."""
    item: LicenceItem | None = getattr(row, "item", None)
    state = life.state_now(item, today) if item else ItemState.VALID
    return None if state in (ItemState.VALID, ItemState.NOT_BEGUN) else state


def _tag(case: Case, row: CaseMatter, today: date) -> str:
    """The colour of the matter's state: grey where nothing is done or nothing came of it."""
    if state := _permit_state(row, today):
        return STATE_LOOKS.get(state, ENDED)[0]
    return TAGS[row.state] if (case.accepted_on or not row.is_undecided) and row.lapsed_at is None else "grey"


def state_words(case: Case, row: CaseMatter, today: date) -> str:
    """The matter's state in words, or its permit's; before acceptance nobody has begun to decide it."""
    if state := _permit_state(row, today):
        return str(STATES[state])
    if (case.accepted_on and case.is_open) or not row.is_undecided:
        return row.state_words()
    return _("等待受理") if case.is_open else _("没有办理")


def _decision_of(case: Case, row: CaseMatter) -> Document | None:
    kinds = (Document.Kind.GRANT_DECISION, Document.Kind.REFUSAL_DECISION)
    return next((d for d in case.documents.all() if d.kind in kinds and row.matter in d.matters), None)


def _told_at_issue(case: Case, row: CaseMatter, calendar: WorkingCalendar) -> dict[str, Any]:
    """Once permits are issued the holder is told for each what can be done against its department's decision (R1.34), from its
    delivery on until which day."""
    issued = case.state in (Case.State.ISSUED, Case.State.CLOSED_SINGLE) or case.issued_early_at is not None
    if not issued or row.state != CaseMatter.State.GRANTED or row.decided_on is None or row.merged_from:
        return {}
    known_on = next((one.on for one in case.deliveries.all() if one.pk == row.first_delivery_id), None)
    return _with_days(remedies.with_last_days(row.section.body.remedies, known_on, calendar))


def remedies_of(document: Document | None, calendar: WorkingCalendar) -> dict[str, Any]:
    """The remedies as the decision's own paper states them, once it is served with their last days as dates; empty where
    there are none."""
    return _with_days(service.last_days(document, calendar)) if document else {}


def _with_days(told: dict[str, Any]) -> dict[str, Any]:
    return told | {name: date.fromisoformat(told[name]) for name in ("review_by", "suit_by") if told.get(name)}


def paper_url(case: Case, document: Document) -> str:
    """Where the document's PDF is."""
    if document.kind == Document.Kind.COMBINED_LICENCE:
        return f"{reverse('certificates:licence_pdf', args=[document.facts['code']])}?version={document.version}"
    return reverse("workflows:paper", args=[case.number, document.pk])


def _is_superseded(document: Document, documents: Sequence[Document]) -> bool:
    """Whether a newer version has taken the paper's place; the licence has one number for all of them."""
    return any(one.number == document.number and one.version > document.version for one in documents)


def _paper(case: Case, document: Document, calendar: WorkingCalendar) -> Paper:
    names: Sequence[str] = document.facts.get("matter_names") or []
    single = document.kind in (Document.Kind.GRANT_DECISION, Document.Kind.REFUSAL_DECISION)
    return Paper(
        document=document,
        title=document.title,
        url=paper_url(case, document),
        about="、".join(names) if single else "",
        remedies=remedies_of(document, calendar) if document.to_serve else {},
    )
