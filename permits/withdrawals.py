"""Withdrawal by the applicant (撤回申请): of the whole application, or of matters that are not decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from industries import combining
from outbox import post
from permits import documents, messages, prerequisites, proposals, statements, typed
from permits.bodies import service_office
from permits.completeness import gaps, supplements
from permits.deadlines import extension_notices
from permits.decisions import Outcome, close, issuing_parcels, move_limits, outcome_now, outcome_of, told_single
from permits.documents import Parcel
from permits.hearing import heard
from permits.inspections import leaving
from permits.intake import HEAD
from permits.late import conditional, lacking
from permits.locking import holding
from permits.models import Case, CaseMatter, ClockStop, Document
from permits.rules import require_applicant, require_state


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is left of a case once some matters are withdrawn: the matters that go on, those granted, what comes next."""

    going_on: tuple[CaseMatter, ...]
    granted: tuple[CaseMatter, ...]
    outcome: Outcome
    merging: int = 0

    @property
    def rules_out_a_licence(self) -> bool:
        """Fewer than two can still be granted: there will be no combined licence (R1.9, R1.11)."""
        return not combining.suffice(len(self.going_on) + len(self.granted) + self.merging)


def consequence_of(matters: Sequence[CaseMatter], chosen: Sequence[str], *, merging: int = 0) -> Consequence:
    """What withdrawing the chosen matters would lead to; told before it is confirmed. `merging`: permits held before that
    were confirmed for the licence (R1.10)."""
    left = [matter for matter in matters if not (matter.is_undecided and matter.matter in chosen)]
    over = [matter for matter in left if matter.state != CaseMatter.State.WITHDRAWN]
    return Consequence(
        going_on=tuple(matter for matter in left if matter.is_undecided),
        granted=tuple(row for row in left if row.state == CaseMatter.State.GRANTED and row.permit_ended_at is None),
        outcome=outcome_of(over, merging=merging),
        merging=merging,
    )


def withdraw(case: Case, *, actor: Actor, at: datetime, reason: str = "", matters: Sequence[str] = ()) -> Outcome:
    """Withdraw these matters, or the whole application where none is named; what was decided stays so.

    With the last open matter the case ends as it would after a last decision; with nothing decided either, the
    application is withdrawn. Raises RuleViolation once all is decided, for a matter that is, and for the whole of an
    application whose licence went out early (R6.21).
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.WITHDRAW, at)
        require_state(case, Case.State.DRAFT, *Case.OPEN_STATES)
        everything = statements.all_matters(case)
        rows = _named(everything, matters) if matters else _all_open(case, everything)
        visited = leaving.under_way(rows)
        for row in rows:
            row.withdraw()
            row.ended_at = at
        update_rows(rows, ["state", "ended_at"])
        stood = end_stops(rows, actor, at)
        proposals.lapse(case, rows)
        heard.end(rows)
        move_limits(rows, everything)
        outcome = outcome_now(case, everything, at) if matters else Outcome.WITHDRAWN
        lapsed = _let_go_of_papers(case, everything, at) if outcome is Outcome.WITHDRAWN else []
        if outcome not in (Outcome.OPEN, Outcome.HELD, Outcome.LICENCE):
            close(case, outcome, at)
        told = leaving.leave(case, visited, "申请人已撤回申请", actor=actor, at=at)
        record, parcels = _record(case, rows, lapsed, at)
        if stood and outcome is Outcome.OPEN:  # the joint limit may have a day again
            noted, more = extension_notices.write_postponed(case, [], at=at)
            record, parcels = record | noted, [*parcels, *more]
        _note(case, rows, outcome, actor, at, {"reason": typed.cleaned(reason)} | record)
        gaps.end_needless(case, everything, at)
        supplements.fall_away(case, everything, actor=actor, at=at)
        update_rows([case], ["state", "closed_at", *HEAD])
        if case.number:
            post.put_many(
                [
                    *told,
                    *parcels,
                    _message(case, rows, lapsed, outcome, at),
                    *_next(case, rows, everything, outcome, at),
                    *prerequisites.told(case, rows, everything, at),
                ],
                at=at,
            )
        return outcome


def _record(
    case: Case, rows: Sequence[CaseMatter], lapsed: Sequence[CaseMatter], at: datetime
) -> tuple[dict[str, Any], list[Parcel]]:
    """The office confirms in writing what was withdrawn, and which decisions lapsed with it; of a draft there is nothing to
    confirm."""
    if not case.number:
        return {}, []
    told = {"lapsed": [row.name for row in lapsed]} if lapsed else {}
    draft = documents.Draft(Document.Kind.WITHDRAWAL_RECORD, service_office(), rows, told)
    papers, parcels = documents.write(case, [draft], at=at)
    noted = {"lapsed": [row.matter for row in lapsed]} if lapsed else {}
    return {"notice": papers[0].number} | noted, parcels


def _all_open(case: Case, everything: Sequence[CaseMatter]) -> list[CaseMatter]:
    """Every open matter, where the application can be withdrawn as a whole."""
    undecided = [matter for matter in everything if matter.is_undecided]
    if case.state in Case.UNDECIDED_STATES and not undecided:
        raise RuleViolation("all_decided", _("所有事项均已作出决定,不能再撤回申请"))
    if case.issued_early_at:
        raise RuleViolation(
            "licence_issued", _("综合许可证已先行颁发,不能撤回整个申请;还没有决定的事项可以逐项撤回"), rule="R6.21"
        )
    return undecided


def _named(everything: Sequence[CaseMatter], ids: Sequence[str]) -> list[CaseMatter]:
    """The matters of these ids, all of which must be open."""
    rows = [matter for matter in everything if matter.matter in ids]
    unknown = set(ids) - {row.matter for row in rows}
    if unknown:
        raise RuleViolation(
            "unknown_matter", _("本办件没有事项:%(names)s") % {"names": "、".join(sorted(unknown))}, field="matters"
        )
    for row in rows:
        if not row.is_undecided:
            raise RuleViolation(
                "already_decided",
                _("“%(name)s”已经办结(%(state)s),不能再撤回") % {"name": row.name, "state": row.state_words()},
                field="matters",
            )
    return rows


def end_stops(rows: Sequence[CaseMatter], actor: Actor, at: datetime) -> list[ClockStop]:
    """A clock that stands ends with its matter: nothing is waited for any more. Gives back what stood."""
    standing = [row.pk for row in rows if row.__dict__["is_stopped"]]
    stops = list(ClockStop.objects.filter(case_matter__in=standing, ended_on=None)) if standing else []
    for stop in stops:
        stop.end(timezone.localtime(at).date(), actor.user_id)
    update_rows(stops, ["ended_on", "ended_by"])
    return stops


def _let_go_of_papers(case: Case, everything: Sequence[CaseMatter], at: datetime) -> list[CaseMatter]:
    """With the application go the papers that were to come, and the grants that depended on them (R6.10), which it names."""
    lacking.lapse_offers(case, at)
    papers = lacking.open_papers(case)
    lapsed = conditional.let_lapse(case, everything, papers, at)
    for one in papers:
        one.let_go()
        one.ended_at = at
    update_rows(papers, lacking.ENDED)
    return lapsed


def _note(
    case: Case, rows: Sequence[CaseMatter], outcome: Outcome, actor: Actor, at: datetime, facts: dict[str, Any]
) -> None:
    """The audit entry: the application, or the matters by name."""
    whole = outcome is Outcome.WITHDRAWN
    told = facts if whole else facts | {"matters": [row.matter for row in rows]}
    chain.append(case, act="withdrawn" if whole else "matters_withdrawn", actor=actor.label, at=at, facts=told)


def _message(
    case: Case, rows: Sequence[CaseMatter], lapsed: Sequence[CaseMatter], outcome: Outcome, at: datetime
) -> Parcel:
    """What the enterprise and those who hold a section are told: what was withdrawn, or of the whole, what lapsed with it."""
    if outcome is Outcome.WITHDRAWN:
        return messages.told(case, "withdrawn", at=at, matters=[row.matter for row in lapsed])
    return messages.told(case, "matters_withdrawn", at=at, matters=[row.matter for row in rows])


def _next(
    case: Case, rows: Sequence[CaseMatter], everything: Sequence[CaseMatter], outcome: Outcome, at: datetime
) -> list[Parcel]:
    """What follows from the end of the last open matter."""
    single = [told_single(case, everything, at)] if outcome is Outcome.SINGLE else []
    return [*issuing_parcels(case, rows, outcome, at), *single]
