"""Random steps by anybody in any order, and what must hold whatever was done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import verify
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates.models import LicenceItem
from permits import clock, service
from permits.clock import Ground
from permits.deadlines import limits
from permits.late import conditional
from permits.models import Case, CaseMatter, DelayReason, Hearing, Supplement, SupplementItem
from tests.workflows import (
    lives_in_any_order,
    more_in_any_order,
    officers_in_any_order,
    promises_in_any_order,
    visits_in_any_order,
)
from tests.workflows.late_in_any_order import PROPER, late_steps
from tests.workflows.merging_in_any_order import HELD, MERGING, NAMING
from tests.workflows.plots import OWN, SHOP, Plot
from workflows import audit, periodic
from workflows.rehearsal import play
from workflows.rehearsal.script import NEEDED, VERBS, Script, ScriptStep, UnusableScript
from workflows.words.turns import turn_of

PAUSES = (0, 1, 30, 80, 240, 900)
"""Hours between two steps."""
ACTORS = ("applicant", "agent", "window", "service_office", "administrator", *OWN.values(), "dept_fire")
SUBJECTS = ("mat_floor_plan", "mat_premises_right", "f_area", "mat_of_nobody")
WAYS = ("electronic", "window", "by_pigeon")
PAIRS = [
    pair
    for name in ("mrb", "subdistrict", "tobacco", "fire", "health")
    for pair in ([name, f"{name}-2"], [f"{name}-2", name])
]
"""Accounts of a verb that names officers: the two of a body, one of them first."""

NIGHTS = ("each night", "missed", "missed", "missed", "twice")
"""Whether the timer came by every night, or at the later moment alone, once or twice."""
WHAT = ("verb",) * 7 + ("special",) * 3 + ("deed",)
FITS = (True, False)
"""The question whether the next step fits the state, and whether a fitting withdrawal is of the whole case."""

Choose = Callable[[Sequence[Any]], Any]
"""Picks one of several; hypothesis or a die."""


def a_step(choose: Choose, case: Case, at: datetime, own: dict[str, str] = OWN) -> ScriptStep:
    """Half of the time something that fits the state, so that stories get far; else anything by anybody."""
    waiting = list(case.proposals.waiting().values_list("case_matter__matter", flat=True))
    fitting = (*FITTING.get(str(case.state), ()), *late_steps(case))
    fitting += visits_in_any_order.visit_steps(case) + promises_in_any_order.promise_steps(case)
    fitting += ANSWERS if waiting else ()
    fits = bool(fitting) and choose(FITS)
    if fits:
        do, by = choose(fitting)
        about = {"propose": officers_in_any_order.TWO} | dict.fromkeys(("approve", "send_back", "recall"), waiting)
        if do in MERGING:
            own = HELD
        matters = [choose([one for one in about.get(do) or own if one in own] or list(own))]
        by = own[matters[0]] if by == "department" else by
        if do == "withdraw" and choose(FITS):
            matters = list(own)
        proper = (
            (PROPER | lives_in_any_order.PROPER | more_in_any_order.PROPER).get(do, {})
            if choose((True, True, False))
            else {}
        )
    else:
        do, by, matters = choose(sorted(VERBS)), choose(ACTORS), choose(([], ["m_food_license"], list(own), ["m_none"]))
        proper = {}
    keys = [key for key in sorted(VERBS[do]) if key in VALUES]
    details = {key: VALUES[key](choose) for key in keys if key in NEEDED.get(do, ()) or choose((True, False, False))}
    if "matters" in VERBS[do]:
        details["matters"] = matters
    details |= proper | visits_in_any_order.details(do, case, at, choose)
    if fits and "officers" in details:
        details["officers"] = choose([pair for pair in PAIRS if by in (f"dept_{name}" for name in pair)])
    return ScriptStep(at, do, by, False, details)


ANSWERS = tuple((do, "department") for do in ("approve", "approve", "approve", "send_back", "recall"))
"""What fits where a proposal waits, whatever the state."""
FITTING: dict[str, tuple[tuple[str, str], ...]] = {
    "draft": (
        ("submit", "applicant"),
        ("submit", "agent"),
        ("take_over", "window"),
        ("hand_back", "applicant"),
        ("submit", "window"),
    ),
    "submitted": (
        ("accept", "window"),
        ("accept", "window"),
        *[("request_supplement", "window")] * 3,
        ("open_reviews", "window"),
        ("tolerate", "window"),
        ("tolerate", "window"),
        ("review", "department"),
        ("settle", "window"),
        ("settle", "department"),
        ("withdraw", "applicant"),
        ("assist", "window"),
        ("hand_back", "window"),
    ),
    "supplement_requested": (
        ("supplement", "applicant"),
        ("supplement", "agent"),
        ("take_over", "window"),
        ("supplement", "window"),
        ("deliver", "service_office"),
        *[("tick", "window")] * 3,
    ),
    "accepted": (
        ("grant", "department"),
        ("grant", "department"),
        ("claim", "department"),
        ("substitute", "department"),
        ("propose", "department"),
        ("stop_clock", "department"),
        ("tell_hearing", "department"),
        ("tell_hearing", "department"),
        ("extend", "department"),
        ("explain_delay", "department"),
        ("withdraw", "applicant"),
        *NAMING,
    ),
    "deciding": (
        ("grant", "department"),
        ("grant", "department"),
        ("propose", "department"),
        ("refuse", "department"),
        ("resume_clock", "department"),
        ("issue_early", "applicant"),
        ("withdraw", "window"),
        *NAMING,
        ("refuse_merge", "department"),
    ),
    "issued": (
        ("deliver", "service_office"),
        ("rate", "applicant"),
        ("answer_rating", "service_office"),
        *lives_in_any_order.FITTING,
        *lives_in_any_order.OF_HOLDER,
        *NAMING,
    ),
    "closed_single": (("deliver", "window"),),
    "closed_refused": (("deliver", "service_office"),),
    "declined": (("deliver", "service_office"),),
    "returned": (("deliver", "window"),),
}
VALUES: dict[str, Callable[[Choose], Any]] = {
    "items": lambda choose: {choose(SUBJECTS): choose(("缺少尺寸", "看不清", ""))},
    "reason": lambda choose: choose(("现场条件不符合要求", "")),
    "ground": lambda choose: choose(
        (
            *Ground,
            "site_visit",
            "commitment_broken",
            "new_facts",
            "not_competent",
            "fraud",
            "requested",
            "false_material",
        )
    ),
    "departments": lambda choose: choose((list(OWN.values()), ["dept_mrb"], ["dept_fire"])),
    "officers": lambda choose: choose((*PAIRS, ["mrb-2", "tobacco"], ["mrb"], ["fire-2"])),
    "needed_days": lambda choose: choose((0, 3, 20)),
    "way": lambda choose: choose(WAYS),
    "delivery": lambda choose: choose(WAYS[:2]),
    "consent": lambda choose: choose((True, False)),
    "taken_by": lambda choose: choose(("王小店", "")),
    "result": lambda choose: choose(("kept", "broken", "perhaps")),
    "satisfied": lambda choose: choose((True, False)),
    "stands": lambda choose: choose((True, False)),
    "finding": lambda choose: choose(("理由成立", "……")),
    "what": lambda choose: choose(("不知道找哪个部门", "……")),
    "told": lambda choose: choose(("phone", "sms", "pigeon")),
    "consent_by": lambda choose: choose(("王小店", "……")),
    "how": lambda choose: choose(("present", "phone", "online", "by_pigeon")),
    "parts": lambda choose: choose((["form"], ["materials", "submit"], ["carrying"])),
    "notes": lambda choose: choose(("了解开业准备情况", "")),
    "decision": lambda choose: choose(("grant", "refuse")),
    "until": lambda choose: choose(("2026-03-09", "2026-04-30")),
    "level": lambda choose: choose((1, 2, 3, 5, 9, "不满意")),
    "body": lambda choose: choose(("", "dept_mrb", "dept_water")),
    "named": lambda choose: choose((False, False, True)),
    "text": lambda choose: choose(("来回跑了两次", "")),
    "outcome": lambda choose: choose(("fixed", "no_basis", "period", "deleted")),
    "cause": lambda choose: choose(("refusal", "public", "interest", "penalty", "whim")),
    "party": lambda choose: choose(("", "", "隔壁烟店")),
    "on": lambda choose: choose(("2026-03-24 09:30", "2026-04-01 14:00", "2026-03-05 09:00")),
    "leave_out": lambda choose: choose(([], ["m_food_license"])),
    "fields": lambda choose: choose(
        ({"f_rep_name": "李新"}, {"f_storage_address": "二号仓"}, {"f_premises_address": "别处"}, {})
    ),
    "without": lambda choose: choose(([], ["mat_floor_plan"])),
}
"""How the details of a verb are made up; a key that is not here is left out."""


@dataclass
class Told:
    """The story so far: the case, the moment, the steps that went through."""

    case: Case
    at: datetime
    done: list[str] = field(default_factory=list)
    plot: Plot = SHOP
    changed: bool = True
    """Whether the last step or a night before it changed anything."""
    twice: str = ""
    """What a second run at the same moment did; it must do nothing."""

    @classmethod
    def begin(cls, at: datetime, plot: Plot = SHOP) -> "Told":
        """A draft of the plot."""
        opening = ScriptStep(at, "tick", "", False, {})
        script = Script("", (plot.industry,), plot.answers, {}, "online", (opening,))
        return cls(play.begin(script), at, plot=plot)

    def go_on(self, choose: Choose, hours: int | None = None) -> None:
        """Some time passes, what fell due happens, somebody tries something."""
        later = self.at + timedelta(hours=choose(PAUSES) if hours is None else hours)
        self.changed = self._pass(later, choose)
        self.at = later
        case = Case.objects.get(pk=self.case.pk)
        what = choose(WHAT)
        special = more_in_any_order.steps(case, self.plot.own, later, choose) if what == "special" else []
        if what == "deed" and case.number:
            done = self.do(more_in_any_order.a_deed(case, self.plot.own, later, choose))
        else:
            done = self.attempt(choose(special) if special else a_step(choose, case, later, self.plot.own))
        if done:
            self.changed = True
            self.done.append(done)

    def _pass(self, later: datetime, choose: Choose) -> bool:
        """The nights until then: each of them, or missed ones, made up for by one run; a second one finds nothing to do. Says
        whether anything may have changed: within a day nothing falls due."""
        if timezone.localtime(later).date() == timezone.localtime(self.at).date():
            return False
        how = choose(NIGHTS)
        if how == "each night":
            play.catch_up(self.at, later)
            return True
        first = periodic.run_due(later)
        more = +periodic.run_due(later).counts if how == "twice" else {}
        if more:
            self.twice = f"a second run did {dict(more)}"
        play.make_licences(later)
        return bool(+first.counts)

    def attempt(self, step: ScriptStep) -> str:
        """Try a step; what was done, empty where it was refused."""
        try:
            if play.attempt(self.case, step) is not None:
                return ""
        except UnusableScript:
            return ""  # it names somebody in whose place nobody stands
        if step.do == "submit":  # as if the case's catalogue asked for two
            self.case.matters.filter(matter__in=officers_in_any_order.TWO).update(two_persons=True)
        return f"{step.do} by {step.by}"

    def do(self, deed: more_in_any_order.Deed) -> str:
        """Try a deed; what was done, empty where it was refused."""
        try:
            with transaction.atomic():
                deed[1]()
        except RuleViolation:
            return ""
        return deed[0]

    def faults(self, *, anyway: bool = False) -> list[str]:
        """Everything that must hold and does not; nothing is looked at again that the last step has not changed, but `anyway`."""
        found = list(faults(self.case, self.at)) if self.changed or anyway else []
        return [self.twice, *found] if self.twice else found


def faults(case: Case, at: datetime) -> Iterator[str]:
    """Everything that must hold and does not."""
    case = Case.objects.get(pk=case.pk)
    yield from audit.disagreements()
    yield from (str(fault) for fault in verify.faults())
    yield from _supplements(case)
    yield from _decisions(case)
    yield from _hearings(case)
    yield from _clocks(case)
    yield from _reminders(case)
    yield from _papers_to_come(case)
    yield from _turn(case, at)
    yield from _served(case)
    yield from officers_in_any_order.faults(case)
    yield from visits_in_any_order.faults(case)
    yield from lives_in_any_order.faults(case, at)
    yield from promises_in_any_order.faults(case)
    yield from more_in_any_order.faults(case, at)


def _supplements(case: Case) -> Iterator[str]:
    """A later notice asks only what was asked before and is not settled, or names its ground (R2.9)."""
    asked: dict[str, str] = {}
    for notice in Supplement.objects.filter(case=case).order_by("pk"):
        points = dict(notice.items.values_list("subject", "state"))
        new = {subject for subject in points if asked.get(subject, "settled") == SupplementItem.State.SETTLED}
        if asked and new and not notice.ground:
            yield f"a second notice asks {new} without ground"
        if (notice.answered_at is None) != (set(points.values()) == {SupplementItem.State.OPEN}):
            yield f"the points of {notice} are {points}"
        asked |= points


def _served(case: Case) -> Iterator[str]:
    """No last day is known of what was not served; none is served before it was written (R2.34). Whoever answers was told."""
    for paper in case.documents.select_related("service"):
        if paper.service and paper.service.on < paper.on:
            yield f"{paper} was served on {paper.service.on}"
        if paper.to_serve and not paper.service and "review_by" in service.last_days(paper, current_calendar()):
            yield f"{paper} is not served, but its days run"
    if case.state == Case.State.SUPPLEMENT_REQUESTED and case.complete_on:
        told_on, today = service.told_on(case), case.complete_on
        if told_on and clock.untold_from(current_calendar(), case.complete_on, told_on, today):
            yield f"{case} waits for corrections that were told on {told_on}"
    for notice in Supplement.objects.filter(case=case, awaits_service=True):
        if notice.answered_at or case.state == Case.State.RETURNED:
            yield f"{notice} was never served, but is over"


def _decisions(case: Case) -> Iterator[str]:
    for row in case.matters.all():
        if row.decided_on and (case.accepted_on is None or row.decided_on < case.accepted_on):
            yield f"{row} decided before acceptance"


def _hearings(case: Case) -> Iterator[str]:
    """Nothing is decided while a hearing can be asked for or is to be held, and nobody presides over what they examined (R2.23)."""
    for one in Hearing.objects.filter(case=case).select_related("case_matter"):
        row, penalty = one.case_matter, one.cause == Hearing.Cause.PENALTY
        if one.state in Hearing.GOING_ON and not penalty and not row.is_undecided:
            yield f"{one} goes on although {row} is over"
        if one.state == Hearing.State.LAPSED and row.decided_on and not penalty and row.decided_on <= one.ask_by:
            yield f"{row} was decided before {one} was over"


def _clocks(case: Case) -> Iterator[str]:
    """What stands in the columns is what the facts give now: no counter, no left-over."""
    if case.accepted_on is None:
        return
    facts = limits.facts_of(case)
    for row in case.matters.all():
        if row.is_undecided and case.is_open:
            dates = clock.dates(current_calendar(), case.accepted_on, facts.limits(row))
            if (row.statutory_by, row.promised_by) != (dates.statutory_by, dates.promised_by):
                yield f"{row} stands at {row.statutory_by}, {row.promised_by} instead of {dates}"


def _papers_to_come(case: Case) -> Iterator[str]:
    """No licence while a paper is lacking, no delivery of what waits for it; its last day is what the acceptance gives (R6.10)."""
    for one in case.tolerances.open():
        due = current_calendar().add(case.accepted_on, one.days).date if case.accepted_on else None
        if one.due_on != due or case.promised_by is None or one.due_on >= case.promised_by:
            yield f"{one} is due on {one.due_on} instead of {due}, with a promise for {case.promised_by}"
        if LicenceItem.objects.filter(case_matter__case=case).exists():
            yield f"{one} is lacking, and something was issued"
    for row in case.matters.filter(state=CaseMatter.State.GRANTED, valid_from=None):
        if row.lapsed_at is None and row.matter not in conditional.conditions(case, [row]) or row.delivery_id:
            yield f"{row} waits for no paper and is not in force, or was delivered without being in force"
    for row in case.matters.filter(lapsed_at__isnull=False):
        if LicenceItem.objects.filter(case_matter=row).exists():
            yield f"{row} never came into force, and is a permit"


def _reminders(case: Case) -> Iterator[str]:
    """No rung twice; nothing of a matter from after the day on which it was over; a reason only of a missed promise."""
    rows = {f"matter:{row.pk}": row for row in case.matters.all()}
    for reminder in case.reminders.exclude(levels=[]):
        row = rows.get(reminder.subject)
        if row and row.ended_at and reminder.at > row.ended_at:
            yield f"{reminder} was told after {row} was over"
    for said in DelayReason.objects.filter(case_matter__case=case):
        if not said.reason or timezone.localtime(said.stated_at).date() <= said.promised_by:
            yield f"{said} was stated although nothing was missed"


def _turn(case: Case, at: datetime) -> Iterator[str]:
    """Every open case has somebody who acts next; an ended one has nobody."""
    turn = turn_of(case, calendar=current_calendar(), today=timezone.localtime(at).date())
    waits = case.is_open or case.state == Case.State.DRAFT
    if waits and turn.who == "nobody":
        yield f"is {case.state}, and it is nobody's turn"
