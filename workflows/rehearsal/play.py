"""Playing a script: each step through `workflows.steps`, each night before it through `workflows.periodic`."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from calendars.working_days import YearNotLoaded
from certificates import early
from certificates.issuing import ISSUED
from industries.answers import AnswerError
from industries.publishing import catalogue_of, current_version
from outbox import delivery
from outbox.models import Parcel
from permits import filing, samples
from permits.completeness import gaps, settling
from permits.deadlines import delays, extensions, joint_extensions, stops
from permits.models import Case
from permits.promises import post_checks, ways
from permits.promises.post_checks import BROKEN
from permits.service import KIND as PAPERS
from permits.service import Handing
from workflows import periodic, steps, visits
from workflows.models import Visit
from workflows.rehearsal import (
    at_the_counter,
    bars,
    due_days,
    hearings,
    industry,
    inspections,
    late,
    lives,
    merging,
    officers,
    reviews,
    turning_away,
)
from workflows.rehearsal.people import authorise, enterprise_for
from workflows.rehearsal.result import differences, result_of
from workflows.rehearsal.script import Script, ScriptStep, UnusableScript

TO_BE_PUT_RIGHT = "按承诺书的内容整改"
ACCOUNTS = {
    "applicant": "shop",
    "agent": "agent",
    "window": "window",
    "service_office": "service",
    "administrator": "admin",
}
"""Who plays a role; a department is played by the account named as its id without `dept_`."""


def play(script: Script) -> dict[str, Any]:
    """Play the whole script and say whether everything came as the file expects. The caller rolls back."""
    try:
        return _play(script)
    except YearNotLoaded as missing:
        raise UnusableScript(
            f"{missing.year}: the calendar has no working days of this year; let the steps end before it, or load "
            f"its notice with manage.py calendar_load"
        ) from None


def _play(script: Script) -> dict[str, Any]:
    case = begin(script)
    refused: list[dict[str, Any]] = []
    failures: list[str] = []
    undone: set[str] = set()
    before = script.steps[0].at
    for place, step in enumerate(script.steps, start=1):
        undone |= catch_up(before, step.at)
        before = step.at
        error = attempt(case, step)
        if error is not None:
            refused.append({"step": place, "error": error})
        if step.refused and error is None:
            failures.append(f"step {place}: {step.do} went through, the file says it must be refused")
        if not step.refused and error is not None:
            failures.append(f"step {place}: {step.do} was refused: {error}")
    case = Case.objects.get(pk=case.pk)
    result = result_of(case, timezone.localtime(before).date())
    failures += differences(script.expect, result)
    told = {"title": script.title, "passed": not failures, "failures": failures, "refused_steps": refused}
    return told | {"undone": sorted(undone)} | result


def begin(script: Script) -> Case:
    """The draft with which the script starts."""
    at = script.steps[0].at
    version = current_version(timezone.localtime(at).date())
    if version is None:
        raise UnusableScript("no catalogue is published: run manage.py load_catalogue")
    _check_materials(script, catalogue_of(version).materials)
    enterprise = enterprise_for(script.enterprise, at)
    if script.agent is not None:
        authorise(script.agent, enterprise, at)
    case = filing.start(
        enterprise=enterprise,
        industries=list(script.industries),
        answers=dict(script.answers),
        catalogue_version=version,
        channel=script.channel,
        actor=actor_of("applicant" if script.channel == "online" else "window"),
        at=at,
    )
    try:
        filing.requirements(case, timezone.localtime(at).date())
    except AnswerError as error:
        raise UnusableScript(str(error)) from None
    return case


def _check_materials(script: Script, known: Collection[str]) -> None:
    """A material left out must be one: a slip of the pen would rehearse another case than the one meant."""
    for place, step in enumerate(script.steps, start=1):
        for id in step.details.get("without", ()):
            if id not in known:
                raise UnusableScript(f"steps[{place}].without: the catalogue has no material {id!r}")


def actor_of(name: str) -> Actor:
    """The account that plays a role."""
    username = ACCOUNTS.get(name, name.removeprefix("dept_"))
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnusableScript(
            f"by: {name!r} is nobody here; write applicant, agent, window, service_office or a department id"
        )
    return Actor.of(user)


def catch_up(since: datetime, until: datetime) -> set[str]:
    """Everything that fell due by then, night by night, as the timer would have done it; nights without news are left out.

    Gives what could not be done and why, each once: mostly what falls into a year without its official calendar.
    """
    last = timezone.localtime(until).date()
    # The first night also tells what was near already when the last step was taken.
    day: date | None = timezone.localtime(since).date() + timedelta(days=1)
    undone: list[periodic.Failure] = []
    while day is not None and day <= last:
        undone += periodic.run_due(timezone.make_aware(datetime.combine(day, time.min))).failed
        day = due_days.next_day(day, last)
    undone += periodic.run_due(until).failed
    make_licences(until)
    return {f"{one.rule}: {one.reason}" for one in undone}


ON_RECORD = ("permits.all_decided", "permits.granted_late", ISSUED, PAPERS)
"""Kinds of parcels whose effect is on the record; papers are not rendered in a rehearsal."""


def make_licences(at: datetime) -> None:
    """Deliver what changes the record, and what that sends in turn; each parcel once."""
    waiting = Parcel.objects.filter(kind__in=ON_RECORD, status=Parcel.Status.WAITING).order_by("pk")
    tried: list[str] = []
    while keys := list(waiting.exclude(key__in=tried).values_list("key", flat=True)):
        delivery.deliver_all(keys, at=at)
        tried += keys


def attempt(case: Case, step: ScriptStep) -> str | None:
    """Take the step; the text of the refusal, or None where it went through. What is refused changes nothing, also where
    the step is several acts and a later one is refused."""
    actor = actor_of(step.by) if step.by else None
    try:
        if actor is not None:
            with transaction.atomic():
                DEEDS[step.do](case, step, officers.acting(step, actor))
        make_licences(step.at)
    except RuleViolation as error:
        return str(error)
    return None


def _submit(case: Case, step: ScriptStep, actor: Actor) -> None:
    fresh = Case.objects.get(pk=case.pk)
    if fresh.state == Case.State.DRAFT:
        if "ordinary" in step.details:
            ways.choose(fresh, ordinary=step.details["ordinary"], actor=actor, at=step.at)
        wanted = {"way": step.details.get("delivery", "door"), "consents": step.details.get("consent", True)}
        samples.fill(fresh, without=step.details.get("without", ()), actor=actor, at=step.at, **wanted)
    steps.submit(fresh, actor=actor, at=step.at)


def _plain(step_function: Callable[..., Any], *names: str) -> Callable[[Case, ScriptStep, Actor], None]:
    """A deed that hands the script's details to a step as they are."""

    def deed(case: Case, step: ScriptStep, actor: Actor) -> None:
        details = {name: step.details[name] for name in names if name in step.details}
        step_function(Case.objects.get(pk=case.pk), actor=actor, at=step.at, **details)

    return deed


def _review(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Without items the department has nothing to say."""
    gaps.review(Case.objects.get(pk=case.pk), items=step.details.get("items", {}), actor=actor, at=step.at)


def _tick(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Only what falls due, which has run already."""


def _deliver(case: Case, step: ScriptStep, actor: Actor) -> None:
    """Handed over to the enterprise; a carrier and a number are made up where the file names none."""
    usual = {
        "way": "electronic",
        "receiver": case.enterprise.name,
        "carrier": "中国邮政",
        "tracking_number": "1000000000001",
    }
    handing = Handing(**{**usual, "deliverer": actor.label.partition(" ")[2], **step.details})
    steps.deliver(Case.objects.get(pk=case.pk), handing=handing, actor=actor, at=step.at)


def _visit(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The visit that stands on the sub-district's list; without a licence there is none."""
    visit = Visit.objects.filter(case=case).first()
    if visit is None:
        raise RuleViolation("no_visit", _("还没有颁发综合许可证，不需要走访"), rule="R1.33")
    visits.record(
        visit, actor=actor, at=step.at, notes=step.details.get("notes", "了解开业准备情况，解答了后续办事问题")
    )


def _extend(case: Case, step: ScriptStep, actor: Actor) -> None:
    """An extension that the right head approved (R2.19): the second of `officers`, else the first head of the body."""
    second = step.details.get("officers", ())[1:2]
    head = officers.account(second[0]) if second else User.objects.heads_of(actor.body).first()
    extensions.extend(
        Case.objects.get(pk=case.pk),
        matters=step.details["matters"],
        reason=step.details["reason"],
        actor=actor,
        approver=Actor.of(head) if head else actor,
        at=step.at,
    )


def _extend_jointly(case: Case, step: ScriptStep, actor: Actor) -> None:
    """The head of the district government approved, by the sample's name where the script writes none (R1.39)."""
    joint_extensions.extend_jointly(
        Case.objects.get(pk=case.pk),
        reason=step.details["reason"],
        approver=step.details.get("approver", "区人民政府负责人 李某"),
        actor=actor,
        at=step.at,
    )


def _post_check(case: Case, step: ScriptStep, actor: Actor) -> None:
    """A check with findings of the sample's where the script writes none."""
    given = {"findings": lives.NOT_AS_PROMISED if step.details["result"] == BROKEN else ""} | dict(step.details)
    items = [TO_BE_PUT_RIGHT] if step.details["result"] == BROKEN else []
    post_checks.post_check(Case.objects.get(pk=case.pk), actor=actor, at=step.at, items=items, **given)


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "submit": at_the_counter.with_consent(_submit),
    "withdraw": _plain(steps.withdraw, "matters"),
    "open_reviews": _plain(gaps.open_reviews, "departments"),
    "review": _review,
    "request_supplement": at_the_counter.taking(_plain(steps.request_supplement, "items", "ground", "taken_by")),
    "supplement": at_the_counter.with_consent(_plain(steps.answer_supplement, "items")),
    **at_the_counter.DEEDS,
    "settle": _plain(settling.settle, "items"),
    "accept": _plain(steps.accept),
    **late.DEEDS,
    **turning_away.DEEDS,
    **inspections.DEEDS,
    "decline": at_the_counter.taking(_plain(steps.decline, "reason", "ground", "competent", "matters", "taken_by")),
    **bars.DEEDS,
    **officers.DEEDS,
    "issue_early": _plain(early.issue_early),
    "post_check": _post_check,
    **lives.DEEDS,
    **industry.DEEDS,
    **merging.DEEDS,
    "deliver": _deliver,
    "visit": _visit,
    **hearings.DEEDS,
    "stop_clock": _plain(stops.stop_clock, "matters", "ground", "reason", "needed_days"),
    "resume_clock": _plain(stops.resume_clock, "matters", "ground"),
    "extend": _extend,
    "extend_jointly": _extend_jointly,
    "explain_delay": _plain(delays.explain_delay, "matters", "reason"),
    **reviews.DEEDS,
    "tick": _tick,
}
