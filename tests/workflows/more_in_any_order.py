"""What a story of any order tries besides the verbs that any state offers: agents, hearings, commitments, extensions that nobody
answers, problems found on site; with what must hold of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts import authorities
from accounts.actors import Actor
from accounts.authorities import Agent
from accounts.models import Authority, User
from audit.models import AuditEntry
from calendars.services import current as current_calendar
from certificates.models import Licence, LicenceItem
from outbox.models import Parcel
from permits import prerequisites
from permits.acting_for import agents
from permits.deadlines import extensions
from permits.models import BreachRecord, Case, CaseMatter, Document, Hearing, LimitExtension, PostCheck
from tests.scans import referred, suspected
from tests.workflows import visits_in_any_order
from workflows.models import Referral, Suspicion
from workflows.rehearsal.script import ScriptStep
from workflows.scanning import referrals, suspicions
from workflows.shown.days import days_of

Choose = Callable[[Sequence[Any]], Any]
Deed = tuple[str, Callable[[], object]]
"""What is done, and the act."""
SCOPES = (["file", "sign", "supplement", "receive"], ["file", "supplement", "withdraw"], ["receive"], [])


PROPER: dict[str, dict[str, Any]] = {"request_supplement": {"items": {"mat_premises_right": "看不清"}}}
"""Details with which such a step can go through."""


def steps(case: Case, own: Mapping[str, str], at: datetime, choose: Choose) -> list[ScriptStep]:
    """Verbs that fit hearings that go on and checks that are to be made, with details that mostly make sense."""
    found = [(do, by, details) for one in _hearings_of(case) for do, by, details in _of_hearing(one, own, at, choose)]
    checks = PostCheck.objects.filter(case_matter__case=case, state__in=PostCheck.OPEN_STATES)
    for check in checks.select_related("case_matter"):
        matter = check.case_matter.matter
        result = {"matters": [matter], "result": choose(("kept", "broken", "broken")), "days": choose((2, 10))}
        broken = {"matters": [matter], "ground": "commitment_broken"}
        found += [("post_check", own[matter], result), ("revoke", own[matter], broken)]
    return [ScriptStep(at, do, by, False, details) for do, by, details in found]


def _hearings_of(case: Case) -> list[Hearing]:
    return list(Hearing.objects.going_on().filter(case=case).select_related("case_matter"))


def _of_hearing(
    one: Hearing, own: Mapping[str, str], at: datetime, choose: Choose
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    matter = one.case_matter.matter
    body, about = own[matter], {"matters": [matter]}
    party = body if one.party else choose(("applicant", "applicant", "agent"))
    match one.state:
        case Hearing.State.TOLD:
            yield "ask_hearing", party, about
            yield "ask_hearing", party, about
            yield "waive_hearing", party, about
        case Hearing.State.ASKED:
            day = current_calendar().add(timezone.localtime(at).date(), choose((7, 7, 9, 3))).date
            yield "schedule_hearing", body, about | {"on": f"{day} 10:00"}
            yield "schedule_hearing", body, about | {"on": f"{day} 10:00"}
        case Hearing.State.SCHEDULED:
            yield "hold_hearing", body, about


def a_deed(case: Case, own: Mapping[str, str], at: datetime, choose: Choose) -> Deed:
    """Something that no verb of a script does."""
    return choose(deeds_of(case, own, at, choose))  # type: ignore[no-any-return]


def deeds_of(case: Case, own: Mapping[str, str], at: datetime, choose: Choose) -> list[Deed]:
    """All that can be tried so, what goes with the state more often."""
    deeds = [_appoint(case, at, choose), *_dismiss(case, at, choose), *visits_in_any_order.deeds(case, at, choose)]
    if case.state in Case.UNDECIDED_STATES:
        deeds += [*_ask_longer(case, own, at, choose)] * 2
    if case.state == Case.State.ISSUED:
        deeds += [*_on_site(case, at, choose)] * 2
    return deeds


def _user(name: str) -> Actor:
    return Actor.of(User.objects.get(username=name))


def _appoint(case: Case, at: datetime, choose: Choose) -> Deed:
    by, acts = choose(("shop", "shop", "agent", "window")), choose(SCOPES)
    today = timezone.localtime(at).date()
    until = today + timedelta(choose((0, 5, 60, -1)))
    agent = Agent("陈代办", User.objects.get(username="agent"))
    proof = authorities.signed(
        authorities.letter_text(case.enterprise, agent, acts, today, until, ""), case.enterprise.legal_representative
    )
    said: dict[str, Any] = {"acts": acts, "until": until, "proof": proof, "case_key": choose(("", case.key, "another"))}
    return f"appoint by {by}", lambda: authorities.grant(
        enterprise=case.enterprise, agent=agent, actor=_user(by), at=at, **said
    )


def _dismiss(case: Case, at: datetime, choose: Choose) -> list[Deed]:
    held = Authority.objects.filter(enterprise=case.enterprise_id).order_by("-pk").first()
    if held is None:
        return []
    by, why = choose(("shop", "agent", "mrb")), choose(("不再委托", ""))
    return [(f"dismiss by {by}", lambda: authorities.revoke(held, reason=why, actor=_user(by), at=at))]


def _ask_longer(case: Case, own: Mapping[str, str], at: datetime, choose: Choose) -> list[Deed]:
    matter = choose(list(own))
    officer = _user(own[matter].removeprefix("dept_"))
    head = User.objects.heads_of(own[matter]).first()
    asked: dict[str, Any] = {"matters": [matter], "at": at}
    made: list[Deed] = [
        (
            "ask to extend",
            lambda: extensions.request_extension(case, reason="情况复杂", actor=officer, **asked),
        )
    ]
    if head is not None and case.extensions.filter(case_matter__matter=matter, state="requested").exists():
        by = Actor.of(head)
        made += [
            ("approve it", lambda: extensions.approve_extension(case, actor=by, **asked)),
            ("reject it", lambda: extensions.reject_extension(case, reason="理由不足", actor=by, **asked)),
        ]
    return made


def _on_site(case: Case, at: datetime, choose: Choose) -> list[Deed]:
    if (licence := getattr(case, "licence", None)) is None:
        return []
    finder = User.objects.get(username=choose(("subdistrict", "tobacco")))
    made: list[Deed] = [("refer", lambda: referred(licence, finder, at, position=choose((1, 2, 9))))]
    if waiting := Referral.objects.waiting().filter(case=case).first():
        by, act = _user(choose(("mrb", "tobacco", "subdistrict"))), choose((referrals.take_up, referrals.dismiss))
        made.append((act.__name__, lambda: act(waiting, answer="已到现场核实", actor=by, at=at)))
    return [*made, *_suspected(licence, at, choose)]


def _suspected(licence: Licence, at: datetime, choose: Choose) -> Iterator[Deed]:
    """A forged code that is reported, looked into, handed over and dealt with, by whomever."""
    yield "suspect", lambda: suspected(licence, User.objects.get(username="mrb"), at)
    if (one := Suspicion.objects.filter(licence=licence).first()) is None:
        return
    office, officer = _user(choose(("service", "service", "mrb"))), _user(choose(("mrb", "tobacco")))
    body, outcome = choose(("dept_tobacco", "dept_mrb", "")), choose((*suspicions.MOVES, "handed_over"))
    said = {"outcome": outcome, "to_body": body, "to_others": choose(("公安分局", "")), "finding": "已核查"}
    yield "conclude", lambda: suspicions.conclude(one, **said, actor=office, at=at)
    yield "deal_with", lambda: suspicions.deal_with(one, result="已查处", actor=officer, at=at)


def faults(case: Case, at: datetime) -> Iterator[str]:
    """Everything that must hold and does not."""
    yield from _agents(case)
    yield from _what_comes_first(case)
    yield from _extensions(case, at)
    yield from _commitments(case)
    yield from _days(case, at)
    for one in Referral.objects.filter(case=case).exclude(answered_by=None).select_related("answered_by"):
        if one.answered_by and one.answered_by.body_id != one.body_id:
            yield f"{one} was answered by {one.answered_by}"
    for told in Suspicion.objects.filter(licence__case=case).select_related("concluded_by", "dealt_by"):
        if told.concluded_by and told.concluded_by.role != User.Role.SERVICE_OFFICE:
            yield f"{told} was concluded by {told.concluded_by}"
        if told.dealt_by and told.dealt_by.body_id != told.to_body_id:
            yield f"{told} was dealt with by {told.dealt_by}"


def _agents(case: Case) -> Iterator[str]:
    """Whatever the agent's account did was in the applicant's name, by an authority that ran then (R2.16)."""
    held = list(Authority.objects.filter(enterprise=case.enterprise_id, agent__username="agent"))
    for entry in AuditEntry.objects.filter(subject=case.audit_subject, actor__startswith="agent "):
        day = timezone.localtime(entry.at).date()
        ran = [one for one in held if one.since <= day <= one.until and one.case_key in ("", case.key)]
        if not any(one.revoked_at is None or one.revoked_at >= entry.at for one in ran):
            yield f"{entry.actor} did {entry.act} without authority"
        if not agents.agent_in(entry.actor):
            yield f"{entry.actor} did {entry.act} without saying for whom"


def _what_comes_first(case: Case) -> Iterator[str]:
    """Nothing is granted before what its own law puts first; who waited for it was told, and nobody else (R1.31)."""
    rows = {row.matter: row for row in case.matters.all()}
    for row in rows.values():
        first = [rows[id] for id in case.own_catalogue.matters[row.matter].prerequisites if id in rows]
        for one in first:
            before = one.ended_at is not None and row.ended_at is not None and one.ended_at <= row.ended_at
            if row.state == CaseMatter.State.GRANTED and not before:
                yield f"{row} was granted before {one}"
    told = Parcel.objects.filter(key__startswith=f"message:{case.pk}:", key__contains=prerequisites.EVENT)
    for parcel in told:
        if not set(parcel.payload["first"]) & {
            id for matter in parcel.payload["matters"] for id in case.own_catalogue.matters[matter].prerequisites
        }:
            yield f"{parcel} told {parcel.payload['matters']} of what they do not wait for"


def _extensions(case: Case, at: datetime) -> Iterator[str]:
    """One for each matter, answered in time or over (R2.19, R2.20)."""
    approved = list(
        LimitExtension.objects.filter(case=case, state="approved", case_matter__isnull=False).values_list(
            "case_matter", flat=True
        )
    )
    if len(approved) != len(set(approved)):
        yield "a matter was extended twice"
    today = timezone.localtime(at).date()
    for one in extensions.overdue(today).filter(case=case).select_related("case_matter"):
        if one.case_matter and extensions.limit_now(case, one.case_matter, today) < today:
            yield f"{one} still waits although its limit has passed"


def _commitments(case: Case) -> Iterator[str]:
    """A letter before each grant by commitment and a check after it; ordered first, then revoked, then on the record (R6.1-R6.6)."""
    promised = case.matters.filter(route=CaseMatter.Route.COMMITMENT).select_related("post_check")
    for row in promised.filter(state=CaseMatter.State.GRANTED, valid_from__isnull=False):
        check = getattr(row, "post_check", None)
        if check is None:
            yield f"{row} was granted by commitment, and nobody will look"
        if not case.commitments.filter(matter=row.matter).exists():
            yield f"{row} was granted by a commitment that nobody signed"
        broken = check is not None and check.state == PostCheck.State.REVOKED
        revoked = LicenceItem.objects.filter(case_matter=row, state=LicenceItem.State.REVOKED).exists()
        if broken and not (revoked and check.order_id):
            yield f"{check} without order or revocation"
        if BreachRecord.objects.filter(case_matter=row).exists() != broken:
            yield f"{check} and the record of breaches disagree"
    orders = Document.objects.filter(case=case, kind=Document.Kind.RECTIFICATION_ORDER).count()
    if orders != PostCheck.objects.filter(case_matter__case=case, order__isnull=False).count():
        yield f"{orders} orders to rectify, and other checks"


def _days(case: Case, at: datetime) -> Iterator[str]:
    """Each day of the case belongs to one part: no gap, no day twice, all of them together the whole."""
    told = days_of(case, current_calendar(), timezone.localtime(at).date())
    if told is None:
        return
    stretches, span = told.whole.stretches, (told.until - told.since).days
    ends = [told.since, *(one.last for one in stretches)]
    if [one.first for one in stretches] != ends[:-1] or (stretches and ends[-1] != told.until):
        yield f"the days of the case have gaps: {stretches}"
    if sum(one.days for one in stretches) != span or sum(share.days for share in told.whole.shares) != span:
        yield f"the days of the case are {told.whole.shares} of {span}"
    for row in told.matters:
        if sum(share.days for share in row.shares) != row.days:
            yield f"the days of {row.row} are {row.shares} of {row.days}"
