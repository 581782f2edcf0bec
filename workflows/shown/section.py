"""What an officer reads of a case: the own department's part in full, of the rest what the law lets them read.

The own part: fields, materials and letters of the department's matters, its documents. The rest: which departments are
done and what they decided - the state, neither files nor reasons (data is read for one's own task only).
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404

from accounts.models import User
from accounts.substitutions import acting_heads, entrusted
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from certificates.models import ApplicationPart
from permits import prerequisites
from permits.barring import bars
from permits.clock import earliest, limit_now
from permits.deadlines import delays
from permits.deadlines.limits import ClockFacts, facts_of
from permits.deadlines.limits import Standing as StandingClock
from permits.law.validity import last_day_of_validity
from permits.merged_form.form import Group, MergedForm, merged_form
from permits.models import (
    Case,
    CaseMatter,
    Commitment,
    Document,
    Hearing,
    LimitExtension,
    ProofCommitment,
    Section,
)
from permits.models.bars import ReapplyBar
from permits.prerequisites import Standing
from workflows import stamps
from workflows.inspections.section import SiteChecks
from workflows.lists.worklists import Limit, limit
from workflows.shown import evidence
from workflows.shown.approvals import Approvals
from workflows.shown.late import LatePaper, awaited, late_papers
from workflows.words import events


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """One matter of the own department with its two limits."""

    row: CaseMatter
    promised: Limit
    statutory: Limit
    stop: StandingClock | None
    extension: LimitExtension | None


@dataclass(frozen=True, slots=True)
class OtherSection:
    """Another department's part: whether it is done, and what it decided."""

    body: str
    matters: tuple[CaseMatter, ...]
    promised: Limit
    is_done: bool


class SectionPage:
    """A section as one officer sees it today. Parts are read from the database when the page asks for them."""

    def __init__(self, section: Section, user: User, today: date) -> None:
        self.section = section
        self.case: Case = section.case
        self.user = user
        self.today = today
        self.matters: list[CaseMatter] = list(self.case.matters.select_related("section__body", "decided_by", "delay"))

    @property
    def own(self) -> list[CaseMatter]:
        """The matters of this section."""
        return [matter for matter in self.matters if matter.section_id == self.section.pk]

    @cached_property
    def applied_for(self) -> ApplicationPart | None:
        """The most urgent renewal, change or cancellation of a permit of this section that waits for a decision."""
        waiting = ApplicationPart.objects.filter(item__case_matter__section=self.section, state="pending")
        return waiting.order_by("due_on", "pk").first()

    @property
    def open_matters(self) -> list[CaseMatter]:
        """The matters that this section still has to decide; none where the case has ended."""
        if self.case.state not in Case.UNDECIDED_STATES:
            return []
        return [matter for matter in self.own if matter.is_undecided]

    @property
    def decidable_matters(self) -> list[CaseMatter]:
        """The open matters that wait for no approval and for no visit."""
        waiting = {proposal.case_matter_id for proposal in self.approvals.waiting}
        return [row for row in self.open_matters if row.pk not in waiting and not self.site_checks.holds(row)]

    @cached_property
    def site_checks(self) -> SiteChecks:
        """What is or was looked at on the site; no statement where no own matter needs it."""
        return SiteChecks(self.case, self.own, self.user, self.today)

    @cached_property
    def approvals(self) -> Approvals:
        """What two persons decide here; one statement, and none where one person decides all."""
        holds, may_work = self.is_mine or self.is_entrusted, not self.is_held_by_other
        return Approvals(self.own, self.section.body_id, self.user, self.today, holds=holds, may_work=may_work)

    @cached_property
    def is_entrusted(self) -> bool:
        """Whether an absent colleague holds it in whose place this person acts today."""
        holder = self.section.claimed_by_id
        return holder not in (None, self.user.pk) and holder in entrusted(self.user, self.today)

    @property
    def is_held_by_other(self) -> bool:
        return self.section.claimed_by_id not in (None, self.user.pk) and not self.is_entrusted

    @property
    def is_mine(self) -> bool:
        return self.section.claimed_by_id == self.user.pk

    @property
    def may_act(self) -> bool:
        """Whether this person is an officer and something is left to do."""
        return self.user.role == User.Role.OFFICER and bool(self.open_matters)

    @property
    def prerequisites(self) -> list[tuple[CaseMatter, list[CaseMatter], Standing]]:
        """The open matters that are granted only after others of the case, with those as they stand now (R1.31, 一网办理)."""
        found = [(row, prerequisites.of(self.case, row, self.matters)) for row in self.open_matters]
        return [(row, first, prerequisites.standing(first)) for row, first in found if first]

    @property
    def may_decide(self) -> bool:
        return self.may_act and not self.is_held_by_other

    @property
    def stamp(self) -> str:
        """What this page rests on."""
        return stamps.stamp(self.case.audit_length, *self._facts)

    def is_stale(self, given: str) -> bool:
        """Whether a page with this stamp is no longer true."""
        return stamps.is_stale(given, *self._facts)

    @property
    def _facts(self) -> list[object]:
        holder = self.section.claimed_by_id if self.is_held_by_other else None
        states = [[matter.matter, str(matter.state)] for matter in self.own]
        waiting = [proposal.pk for proposal in self.approvals.waiting]
        return [self.case.state in Case.UNDECIDED_STATES, holder, states, waiting]

    @cached_property
    def clock_facts(self) -> ClockFacts:
        """The stops and extensions of the case; two statements."""
        return facts_of(self.case)

    @cached_property
    def hearings(self) -> list[Hearing]:
        """The hearings on own matters (R2.23); one statement."""
        found = Hearing.objects.filter(case_matter__in=[row.pk for row in self.own])
        return list(found.select_related("case_matter", "presiding"))

    @cached_property
    def bars(self) -> list[ReapplyBar]:
        """What this department's decisions bar the enterprise from applying for again (R2.27); one statement."""
        return bars.of_department(self.case.enterprise, self.section.body_id)

    @property
    def is_stopped(self) -> bool:
        """Whether the clocks of all that is open here stand."""
        waiting = self.open_matters
        return bool(waiting) and all(self.clock_facts.standing(row) for row in waiting)

    @cached_property
    def is_head(self) -> bool:
        """Whether this person approves extensions (R2.19): heads the body, or was named to do it in an absent head's place."""
        return User.objects.filter(acting_heads(self.section.body_id, self.today), pk=self.user.pk).exists()

    @cached_property
    def may_give_away(self) -> bool:
        """Whether this person may hand the section to whom they think right: its holder, their substitute, the head."""
        if self.is_mine or self.is_entrusted:
            return True
        return User.objects.heads_of(self.section.body_id).filter(pk=self.user.pk).exists()

    def is_over(self, row: CaseMatter) -> bool:
        """Whether the matter's statutory limit has passed, perhaps before its clock was stopped: then it is neither stopped nor
        extended (R2.20)."""
        if row.statutory_by is not None or self.case.accepted_on is None:
            return row.statutory_by is not None and row.statutory_by < self.today
        limits = self.clock_facts.limits(row)
        return limit_now(self.calendar, self.case.accepted_on, limits, self.today) < self.today

    @cached_property
    def missed(self) -> list[CaseMatter]:
        """The own matters whose promise was missed (R1.37)."""
        return [row for row in self.own if delays.is_missed(self.case, row, self.today)]

    @cached_property
    def unexplained(self) -> list[CaseMatter]:
        """The own matters whose promise was missed and of which nobody has publicly said why (R1.37)."""
        return [row for row in self.missed if delays.reason_of(row) is None]

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return current_calendar()

    @cached_property
    def _form(self) -> MergedForm:
        return merged_form(self.case)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The part of the form that these matters read."""
        return self._form.read_by(self.section.body_id)

    @cached_property
    def materials(self) -> tuple[evidence.Evidence, ...]:
        return evidence.evidence(self.case, self._form.notice, self.section.body_id)

    @cached_property
    def late(self) -> tuple[LatePaper, ...]:
        """The papers that may come after acceptance and that these matters require."""
        own = {row.id for row in self.materials}
        return late_papers(self.case, self.case.tolerances.all(), (), self.calendar, self.today, of=own)

    @property
    def awaited(self) -> frozenset[str]:
        """The materials that were promised and have still to come."""
        return awaited(self.late)

    @cached_property
    def letters(self) -> list[Commitment | ProofCommitment]:
        return evidence.letters(self.case, self.own)

    @cached_property
    def promised_matters(self) -> list[tuple[CaseMatter, tuple[str, ...]]]:
        """What is still to decide by commitment, each with the materials that are missing: none, and it is decided at once."""
        open_ones = [matter for matter in self.open_matters if matter.route == CaseMatter.Route.COMMITMENT]
        return [(matter, self._missing_for(matter)) for matter in open_ones]

    def _missing_for(self, matter: CaseMatter) -> tuple[str, ...]:
        lacking = [row for row in self.materials if row.is_missing]
        return tuple(row.name for row in lacking if any(one.id == matter.matter for one in row.asked.required_by))

    @cached_property
    def own_matters(self) -> list[OwnMatter]:
        return [
            OwnMatter(
                row,
                limit(self.calendar, self.today, row.promised_by),
                limit(self.calendar, self.today, row.statutory_by),
                self.clock_facts.standing(row),
                self.clock_facts.extensions.get(row.pk),
            )
            for row in self.own
        ]

    @property
    def promised(self) -> Limit:
        """The earliest promise of what is still open, as the worklist tells it."""
        days = [matter.promised_by for matter in self.open_matters if matter.promised_by]
        return limit(self.calendar, self.today, earliest(days))

    @property
    def statutory(self) -> Limit:
        """The earliest statutory limit of what is still open, as the worklist tells it."""
        days = [matter.statutory_by for matter in self.open_matters if matter.statutory_by]
        return limit(self.calendar, self.today, earliest(days))

    @property
    def basis(self) -> dict[str, tuple[str, ...]]:
        """The law that each matter rests on, by the case's own catalogue."""
        return {entry.id: entry.matter.legal_basis for entry in self._form.notice.matters}

    @cached_property
    def others(self) -> list[OtherSection]:
        """The other departments, those that are done first."""
        found: dict[int, list[CaseMatter]] = {}
        for matter in self.matters:
            if matter.section_id != self.section.pk:
                found.setdefault(matter.section_id, []).append(matter)
        rows = [
            OtherSection(
                body=rows[0].section.body.short_name,
                matters=tuple(rows),
                promised=limit(self.calendar, self.today, rows[0].section.promised_by),
                is_done=not any(row.is_undecided for row in rows),
            )
            for rows in found.values()
        ]
        return sorted(rows, key=lambda other: not other.is_done)

    @cached_property
    def documents(self) -> list[Document]:
        """The papers of the own department and those of the intake; other departments' papers are not theirs to read."""
        return list(Document.objects.filter(case=self.case).readable_by(self.user))

    @cached_property
    def timeline(self) -> tuple[events.Event, ...]:
        return events.timeline(self.case, self.matters, body=self.section.body_id)

    def since(self, given: str) -> tuple[events.Event, ...]:
        """What happened after the page with this stamp was shown; nothing where the stamp does not say."""
        seen = stamps.seen_of(given)
        if seen is None:
            return ()
        return events.timeline(self.case, self.matters, body=self.section.body_id, after=seen)

    @property
    def valid_to(self) -> dict[str, date | None]:
        """Until when each matter would be valid if it were granted today."""
        return {matter.matter: last_day_of_validity(self.today, matter.validity_years) for matter in self.own}


def load(user: User, number: str, today: date) -> SectionPage:
    """The section of this person's department in the case of this number; 404 for everybody else."""
    sections = Section.objects.of_body(user.body_id).filter(case__in=Case.objects.visible_to(user))
    section = (
        sections.select_related("case__enterprise", "case__authority", "case__catalogue", "body", "claimed_by")
        .defer("case__catalogue__document")
        .filter(case__number=number)
        .first()
    )
    if section is None:
        raise Http404
    return SectionPage(section, user, today)
