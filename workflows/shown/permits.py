"""A department's permits of one case, and a holder's: how each stands today, what was applied for, what can be done.

page = PermitPage(case, items, today)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import User
from calendars.working_days import WorkingCalendar
from certificates import life
from certificates.acts import windows
from certificates.acts.windows import Window
from certificates.models import ActProposal, ApplicationPart, HolderApplication, LicenceItem, RegistrationDuty
from certificates.status import ItemState, next_to_end
from certificates.verifying.showing import ENDED, STATE_LOOKS
from certificates.wording import STATES, Words
from permits import proposals
from permits.hearing import heard
from permits.models import Case, Document, Hearing
from permits.papers import grounds

PAPERS = (
    Document.Kind.SUSPENSION_DECISION,
    Document.Kind.REINSTATEMENT_NOTICE,
    Document.Kind.WITHDRAWAL_DECISION,
    Document.Kind.REVOCATION_DECISION,
    Document.Kind.PENALTY_REVOCATION,
    Document.Kind.CANCELLATION_RECORD,
    Document.Kind.CANCELLATION_REFUSAL,
    Document.Kind.RENEWAL_DECISION,
    Document.Kind.CHANGE_DECISION,
)
"""What is written in the life of a permit."""


@dataclass(frozen=True)
class PermitLine:
    """One permit: its state today, what waits for a decision, when its renewal can be applied for, its papers."""

    item: LicenceItem
    state: ItemState
    proposal: ActProposal | None
    part: ApplicationPart | None
    window: Window | None
    papers: tuple[Document, ...]
    duty: RegistrationDuty | None

    @property
    def words(self) -> Words:
        return STATES[self.state]

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of the state."""
        return STATE_LOOKS.get(self.state, ENDED)

    @property
    def suspended_until(self) -> date | None:
        """The last day of its suspension, where there is one."""
        return self.item.suspended_until if self.state is ItemState.SUSPENDED else None

    @property
    def holds(self) -> bool:
        """Whether it has not ended."""
        return self.state in life.HOLDING

    @property
    def remedies(self) -> dict[str, object]:
        """What can be done against the last paper that was to its holder's disadvantage, as that paper says it."""
        adverse = [paper for paper in self.papers if paper.kind != Document.Kind.REINSTATEMENT_NOTICE]
        told = dict(adverse[-1].facts.get("remedies") or {}) if adverse else {}
        return told | {name: date.fromisoformat(str(told[name])) for name in ("review_by", "suit_by") if told.get(name)}


class PermitPage:
    """Permits as somebody sees them today. Four statements, however many there are."""

    def __init__(self, case: Case, items: Sequence[LicenceItem], today: date, calendar: WorkingCalendar) -> None:
        self.case, self.items, self.today, self.calendar = case, list(items), today, calendar

    @cached_property
    def lines(self) -> list[PermitLine]:
        papers = list(Document.objects.filter(case=self.case, kind__in=PAPERS).order_by("pk"))
        waiting = ApplicationPart.objects.filter(item__in=self.items, state=ApplicationPart.State.PENDING)
        proposed = ActProposal.objects.filter(item__in=self.items, state=ActProposal.State.PROPOSED)
        acts = {one.item_id: one for one in proposed.select_related("proposed_by")}
        parts = {part.item_id: part for part in waiting.select_related("application__receipt")}
        return [self._line(item, acts.get(item.pk), parts.get(item.pk), papers) for item in self.items]

    @property
    def soonest(self) -> LicenceItem | None:
        """The running permit whose term is over first (R1.15); None where none has a term, or it is the only one."""
        return next_to_end((line.item, line.item.valid_to) for line in self.lines if line.holds)

    def _line(
        self,
        item: LicenceItem,
        proposal: ActProposal | None,
        part: ApplicationPart | None,
        papers: Sequence[Document],
    ) -> PermitLine:
        state = life.state_now(item, self.today)
        window = None
        if item.valid_to is not None and state in life.HOLDING:
            window = windows.window(windows.term_of(item.matter), item.valid_to, self.calendar)
        own = tuple(paper for paper in papers if item.matter in paper.matters)
        return PermitLine(item, state, proposal, part, window, own, getattr(item, "duty", None))

    def offered(self, act: str) -> list[LicenceItem]:
        """The permits on which an act can be done today."""
        return [line.item for line in self.lines if OFFERED[act](line)]

    def of_two_persons(self, matters: Sequence[str]) -> list[str]:
        """Which of them take a handler and an approver."""
        return [item.matter for item in self.items if item.matter in matters and item.case_matter.two_persons]

    @cached_property
    def proposed(self) -> list[PermitLine]:
        """The permits against which something is proposed and waits for its answer."""
        return [line for line in self.lines if line.proposal]

    def answerable(self, user_id: int) -> list[LicenceItem]:
        """Those whose proposal this person may answer: they had no part in it."""
        return [line.item for line in self.proposed if line.proposal and user_id not in line.proposal.people]

    def proposed_by(self, user_id: int) -> list[LicenceItem]:
        """Those whose proposal this person may take back."""
        return [line.item for line in self.proposed if line.proposal and user_id in line.proposal.people]

    def approvers(self) -> list[User]:
        """Who is there to answer what waits."""
        waiting = [line.proposal for line in self.proposed if line.proposal]
        if not waiting:
            return []
        found = proposals.approvers(self.items[0].body_id, waiting, self.today)
        return list(found.order_by("display_name", "username"))

    def grounds_of_cancellation(self) -> Mapping[str, grounds.Ground]:
        """The grounds that fit one of the permits: of what runs, and of what has ended."""
        lines = [line for line in self.lines if OFFERED["cancel"](line)]
        fitting = {"requested", "ended", "force_majeure"} if any(line.holds for line in lines) else set()
        if any(line.state is ItemState.EXPIRED for line in lines):
            fitting.add("expired")
        if any(line.state in OTHER_ENDS for line in lines):
            fitting.add("after_other_act")
        return {code: ground for code, ground in grounds.CANCELLATIONS.items() if code in fitting}

    def penalty_hearings(self, items: Sequence[LicenceItem]) -> list[tuple[LicenceItem, Hearing | None]]:
        """Each permit with the newest hearing before its revocation as a penalty; None where no right was told."""
        about = heard.counting(item.case_matter for item in items)
        told = Hearing.objects.filter(case_matter__in=about, cause=Hearing.Cause.PENALTY).order_by("told_on", "pk")
        newest = {about[one.case_matter_id]: one for one in told}
        return [(item, newest.get(item.case_matter_id)) for item in items]

    @cached_property
    def renewable(self) -> list[LicenceItem]:
        """What can be renewed today."""
        return [
            line.item
            for line in self.lines
            if line.window
            and line.part is None
            and not (line.window.is_early(self.today) or line.window.is_late(self.today))
        ]

    @cached_property
    def cancellable(self) -> list[LicenceItem]:
        """What its holder can ask to have cancelled today."""
        return [line.item for line in self.lines if line.holds and line.part is None]

    @cached_property
    def to_register(self) -> list[LicenceItem]:
        """Permits that ended, whose end has still to be registered (R1.19)."""
        return [line.item for line in self.lines if line.duty and line.duty.done_on is None]

    @cached_property
    def asked(self) -> list[tuple[PermitLine, list[tuple[str, str, str]]]]:
        """What holders applied for and the department has to decide, the most urgent first; of a change each field with what it
        says and what it is to say."""
        known = self.case.own_catalogue.fields
        waiting = sorted(((line, line.part) for line in self.lines if line.part), key=lambda one: one[1].due_on)
        return [
            (line, [(known[id].label, before, after) for id, (before, after) in part.application.fields.items()])
            for line, part in waiting
        ]

    @cached_property
    def changing(self) -> list[LicenceItem]:
        """The permits whose change waits for a decision: with it their scope may become another."""
        change = HolderApplication.Kind.CHANGE
        return [line.item for line in self.lines if line.part and line.part.application.kind == change]


OTHER_ENDS = (ItemState.WITHDRAWN, ItemState.REVOKED, ItemState.REVOKED_AS_PENALTY)


def _is_running_permit(line: PermitLine) -> bool:
    return line.holds and not line.item.case_matter.is_filing


OFFERED: Mapping[str, Callable[[PermitLine], bool]] = {
    "decide": lambda line: line.part is not None,
    "suspend": lambda line: line.item.state == LicenceItem.State.VALID and _is_running_permit(line),
    "reinstate": lambda line: line.state is ItemState.SUSPENDED,
    "withdraw": _is_running_permit,
    "revoke": lambda line: line.holds,
    "penalise": _is_running_permit,
    "cancel": lambda line: line.state is not ItemState.CANCELLED,
}
"""On which permits an act can be done."""


def items_of(case: Case, body: str | None = None) -> list[LicenceItem]:
    """The permits of a case, or those of one department."""
    found = LicenceItem.objects.filter(case_matter__case=case)
    if body is not None:
        found = found.filter(body_id=body)
    return list(found.select_related("body", "case_matter", "licence", "duty").order_by("case_matter__position"))


def to_approve(user: User) -> QuerySet[ActProposal]:
    """What is proposed against permits of this person's department and waits for an answer, the oldest first."""
    waiting = ActProposal.objects.filter(item__body_id=user.body_id or "", state=ActProposal.State.PROPOSED)
    return waiting.select_related("case__enterprise", "item", "proposed_by").order_by("proposed_at", "pk")


def waiting_for(user: User) -> QuerySet[ApplicationPart]:
    """What was applied for and waits for this person's department, the earliest last day first."""
    parts = ApplicationPart.objects.filter(item__body_id=user.body_id or "", state=ApplicationPart.State.PENDING)
    return parts.select_related("application__case__enterprise", "item").order_by("due_on", "pk")
