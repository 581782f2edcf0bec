"""The last days as columns, kept only to sort and search by: written when a clock starts, rewritten in the transaction of
every act that changes one of its facts. `permits.clock` says what they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.rows import update_rows
from calendars.working_days import Deadline, WorkingCalendar
from permits import clock
from permits.models import Case, CaseMatter, ClockStop, LimitExtension, Section


@dataclass(frozen=True, slots=True)
class Moved:
    """A limit that is another day than before; None is a limit without a date, because its clock stands."""

    matter: str
    limit: str
    before: date | None
    after: date | None

    def as_facts(self) -> dict[str, str | None]:
        """As the audit log keeps it."""
        days = {"before": self.before, "after": self.after}
        return {"matter": self.matter, "limit": self.limit} | {k: v.isoformat() if v else None for k, v in days.items()}


def start_clocks(case: Case, matters: Sequence[CaseMatter], calendar: WorkingCalendar, at: datetime) -> None:
    """Write the dates that follow from the acceptance day: of each matter, of each section, of the case (R1.36)."""
    if case.accepted_on is None:
        raise ValueError("a clock starts with acceptance")
    _promise(case, calendar)
    sections: dict[int, Section] = {}
    for matter in matters:
        _write_dates(case, matter, clock.dates(calendar, case.accepted_on, limits_of(matter)))
        section = sections.setdefault(matter.section_id, matter.section)
        section.opened_at = at
    for section in sections.values():
        _earliest_of(section, [matter for matter in matters if matter.section_id == section.pk])
    update_rows(matters, ["statutory_by", "promised_by"])
    update_rows(list(sections.values()), ["opened_at", "promised_by", "statutory_by"])


def rewrite(case: Case, calendar: WorkingCalendar) -> list[Moved]:
    """Derive the dates of a held case anew from its facts; what is another day than before. The caller saves the case."""
    if case.accepted_on is None:
        return []
    before = case.promised_by
    _promise(case, calendar)
    moved = [Moved("", "promised_by", before, case.promised_by)] if before != case.promised_by else []
    matters = list(case.matters.select_related("section"))
    facts = facts_of(case)
    changed = []
    for matter in (row for row in matters if row.is_undecided):
        was = matter.statutory_by, matter.promised_by
        _write_dates(case, matter, clock.dates(calendar, case.accepted_on, facts.limits(matter)))
        found = _moves(matter, was)
        moved += found
        changed += [matter] if found else []
    _save(matters, changed)
    return moved


def _save(matters: Sequence[CaseMatter], changed: Sequence[CaseMatter]) -> None:
    """Write the changed matters, and the limits of the sections that they belong to."""
    update_rows(changed, ["statutory_by", "promised_by"])
    sections = {matter.section_id: matter.section for matter in changed}
    for section in sections.values():
        _earliest_of(section, [row for row in matters if row.section_id == section.pk and row.is_undecided])
    update_rows(list(sections.values()), ["promised_by", "statutory_by"])


def _promise(case: Case, calendar: WorkingCalendar) -> None:
    """The promise of the whole case (R1.36); no stop of a single matter moves it (R1.38)."""
    assert case.accepted_on is not None  # the callers asked
    promise = calendar.add(case.accepted_on, case.promised_days)
    case.promised_by, case.provisional = promise.date, promise.provisional


def _write_dates(case: Case, matter: CaseMatter, dates: clock.Dates) -> None:
    matter.statutory_by, matter.promised_by = dates.statutory_by, dates.promised_by
    case.provisional |= dates.provisional


def _moves(matter: CaseMatter, was: tuple[date | None, date | None]) -> list[Moved]:
    pairs = (("statutory_by", was[0], matter.statutory_by), ("promised_by", was[1], matter.promised_by))
    return [Moved(matter.matter, limit, before, after) for limit, before, after in pairs if before != after]


def _earliest_of(section: Section, waiting: Iterable[CaseMatter]) -> None:
    """A section's limits are the earliest of its matters that wait; none while all their clocks stand."""
    rows = list(waiting)
    section.promised_by = clock.earliest(row.promised_by for row in rows if row.promised_by)
    section.statutory_by = clock.earliest(row.statutory_by for row in rows if row.statutory_by)


@dataclass(frozen=True, slots=True)
class Standing:
    """For what a matter's clock stands now: one step or several at once, from the first of them until the last is over."""

    stops: tuple[ClockStop, ...]

    @property
    def started_on(self) -> date:
        """Since when it has stood without a break."""
        return min(stop.started_on for stop in self.stops)

    @property
    def _last(self) -> ClockStop:
        return max(self.stops, key=lambda stop: stop.expected_end)

    @property
    def expected_end(self) -> date:
        """When the last of the steps should be done."""
        return self._last.expected_end

    @property
    def is_tentative(self) -> bool:
        """Whether that day rests on a year without an official notice (R2.6)."""
        return self._last.is_tentative

    @property
    def ground(self) -> str:
        """The ground; of several that of the first."""
        return self.stops[0].ground

    def get_ground_display(self) -> str:
        """All grounds in words, each once, as a stop alone says its own."""
        return "、".join(dict.fromkeys(stop.get_ground_display() for stop in self.stops))


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """The stops and extensions of a case, by matter."""

    stops: dict[int, list[ClockStop]]
    extensions: dict[int, LimitExtension]
    requested: tuple[LimitExtension, ...] = ()
    is_jointly_extended: bool = False

    def standing(self, matter: CaseMatter) -> Standing | None:
        """For what the matter's clock stands now; steps of article 45 before a period to put things right (R2.22)."""
        still = [stop for stop in self.stops.get(matter.pk, ()) if stop.ended_on is None]
        still.sort(key=lambda stop: (stop.ground == clock.RECTIFICATION, stop.started_on, stop.pk))
        return Standing(tuple(still)) if still else None

    def limits(self, matter: CaseMatter) -> clock.Limits:
        """What the matter's clock is made of."""
        return limits_of(matter, self.stops.get(matter.pk, ()), self.extensions.get(matter.pk))


def facts_of(case: Case) -> ClockFacts:
    """The stops and approved extensions of a case; two statements, none where they were fetched beforehand."""
    stops: dict[int, list[ClockStop]] = defaultdict(list)
    for stop in case.stops.all():
        stops[stop.case_matter_id].append(stop)
    found = list(case.extensions.all())
    approved = [row for row in found if row.state == LimitExtension.State.APPROVED]
    own = {row.case_matter_id: row for row in approved if row.case_matter_id}
    waiting = tuple(row for row in found if row.state == LimitExtension.State.REQUESTED)
    return ClockFacts(dict(stops), own, waiting, is_jointly_extended=len(own) < len(approved))


def limits_of(
    matter: CaseMatter, stops: Iterable[ClockStop] = (), extension: LimitExtension | None = None
) -> clock.Limits:
    """A matter's row with its stops and its extension, as the clock takes them."""
    return clock.Limits(
        matter.statutory_days,
        matter.day_type,
        matter.promised_days,
        extension.as_fact if extension else None,
        tuple(stop.as_fact for stop in stops),
    )


def joint_limit(case: Case, calendar: WorkingCalendar, *, extended: bool) -> Deadline | None:
    """The last day of handling an accepted case jointly (R1.39), with the extension or without; None while a clock stands."""
    if case.accepted_on is None:
        raise ValueError("a limit begins with acceptance")
    stops = [stop.as_fact for stop in case.stops.all()]
    return clock.joint_limit(calendar, case.accepted_on, stops, extended=extended)
