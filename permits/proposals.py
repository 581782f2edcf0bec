"""Handling and approving by two persons (经办与审批分人), where the catalogue asks for it: one proposes, another decides.

The clock runs on in between, the applicant reads "in decision", and the decision bears the approver's name and day. Nobody
approves what they proposed, nor what was proposed in their place while they were away: four eyes are two people's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import decisions, messages, typed
from permits.decisions import Outcome
from permits.inspections import needs
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Proposal
from permits.rules import require_reason

ANSWER = ["state", "answered_by", "answered_at", "answer"]


class Proposed(Protocol):
    """A proposal of whatever kind: none of its people answers it."""

    @property
    def people(self) -> frozenset[int]:
        """Whose it is."""


@dataclass(frozen=True)
class Words:
    """What a proposal says: of a grant its scopes and why there was no joint visit (`unvisited`), of a refusal its reason and,
    where facts were hidden or false, its `ground` (R2.27); of both the opinion for the colleague."""

    scopes: Mapping[str, str] | None = None
    reason: str = ""
    ground: str = ""
    opinion: str = ""
    unvisited: str | Mapping[str, str] = needs.CHECKED_BY_ITSELF


def propose(
    case: Case, *, matters: Sequence[str], decision: str, actor: Actor, at: datetime, **said: Any
) -> list[Proposal]:
    """Propose to grant or to refuse these matters, in these `Words`; a colleague is asked to approve it. A refusal has its
    reasons here, and so has a grant of what was not looked at by a joint visit."""
    words = Words(**said)
    reason = ground = ""
    if decision == Proposal.Decision.REFUSE:
        reason, ground = require_reason(words.reason), words.ground
        decisions.require_ground(ground)
    with holding(case):
        rows, _everything, actor = decisions.matters_to_decide(case, matters, actor, at)
        _require_two_persons(rows)
        if decision == Proposal.Decision.GRANT:
            decisions.require_eligible(rows)  # the approval asks again: a breach may come on record in between
        assert actor.user_id is not None  # an officer signs in
        _require_site_checks(case, rows, decision, words.unvisited, at)
        if waiting := _waiting(case, rows):
            raise RuleViolation(
                "already_proposed",
                _("“%(name)s”已提交审批；要修改请先收回") % {"name": waiting[0].case_matter.name},
            )
        opinion = typed.cleaned(words.opinion)
        made = [
            Proposal(
                case=case,
                case_matter=row,
                decision=decision,
                scope=(words.scopes or {}).get(row.matter, row.scope),
                reason=reason,
                ground=ground,
                opinion=opinion,
                proposed_by_id=actor.user_id,
                proposed_for_id=actor.stands_in_for,
                proposed_at=at,
            )
            for row in rows
        ]
        insert_rows(made)
        _note(case, "decision_proposed", made, actor, at, decision=decision, reason=words.reason, opinion=opinion)
        told = "decision_proposed" if approvers(actor.body, made, localtime(at).date()).exists() else "approval_lacking"
        post.put_many([messages.told(case, told, at=at, matters=[row.matter for row in rows])], at=at)
        return made


def approve(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, opinion: str = "") -> Outcome:
    """Decide as proposed (审批): each matter is granted or refused today, in the approver's name."""
    with holding(case):
        rows, everything = decisions.own_open_matters(case, matters, actor)
        asked = _asked(case, rows, actor)
        outcome = Outcome.OPEN
        for proposal in asked:
            proposal.answered_by_id, proposal.answered_at, proposal.answer = actor.user_id, at, typed.cleaned(opinion)
            proposal.approve()
        update_rows(asked, ANSWER)
        by_key = {row.pk: row for row in rows}
        for (decision, reason, ground, said, handler), group in groupby(sorted(asked, key=_alike), key=_alike):
            about = [_handled(by_key[proposal.case_matter_id], proposal) for proposal in group]
            if decision == Proposal.Decision.REFUSE:
                said_of = {"handler": handler, "ground": ground}
                outcome = decisions.refuse_rows(case, about, everything, reason, actor, at, **said_of)
            else:
                outcome = decisions.grant_rows(case, about, everything, actor, at, opinion=said, handler=handler)
        return outcome


def send_back(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[Proposal]:
    """Give it back to the handler with the reason; the matter can be proposed anew."""
    reason = require_reason(reason)
    with holding(case):
        rows, _everything = decisions.own_open_matters(case, matters, actor, allow_stopped=True)
        asked = _asked(case, rows, actor)
        for proposal in asked:
            proposal.answered_by_id, proposal.answered_at, proposal.answer = actor.user_id, at, reason
            proposal.send_back()
        update_rows(asked, ANSWER)
        _note(case, "decision_sent_back", asked, actor, at, reason=reason)
        about = {"matters": [row.matter for row in rows], "reason": reason}
        post.put_many([messages.told(case, "decision_sent_back", at=at, **about)], at=at)
        return asked


def recall(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> list[Proposal]:
    """Take back what was proposed before it is answered: its handler, or who holds the section now."""
    with holding(case):
        rows, _everything, actor = decisions.matters_to_decide(case, matters, actor, at, allow_stopped=True)
        asked = _require_waiting(rows, _waiting(case, rows))
        claimant = rows[0].__dict__["claimant"]
        if claimant not in actor.people and any(not actor.people & proposal.people for proposal in asked):
            raise RuleViolation("not_your_proposal", _("只有经办人可以收回；您可以批准，或者写明理由退回"))
        for proposal in asked:
            proposal.recall()
        update_rows(asked, ["state"])
        _note(case, "decision_recalled", asked, actor, at)
        return asked


def lapse(case: Case, rows: Iterable[CaseMatter]) -> None:
    """What was proposed of matters that the applicant has withdrawn is answered by nobody any more."""
    about = [row for row in rows if row.two_persons]
    lapsed = _waiting(case, about) if about else []
    for proposal in lapsed:
        proposal.lapse()
    update_rows(lapsed, ["state"])


def approvers(body_code: str | None, proposals: Iterable[Proposed], on: date) -> QuerySet[User]:
    """The officers of the body who are there on a day to answer these proposals: whoever has no part in them."""
    part = {one for proposal in proposals for one in proposal.people}
    return User.objects.officers_of(body_code).there_on(on).exclude(pk__in=part)


def _require_site_checks(
    case: Case, rows: Sequence[CaseMatter], decision: str, unvisited: str | Mapping[str, str], at: datetime
) -> None:
    """What a decision needs of the site check it needs when it is proposed."""
    if decision == Proposal.Decision.REFUSE:
        needs.require_refusable(case, rows, localtime(at).date())
        return
    before = [row for row in rows if row.needs_site_check]
    needs.require_grantable(rows, unvisited)
    update_rows(before, ["site_check", "site_check_reason"])


def _handled(row: CaseMatter, proposal: Proposal) -> CaseMatter:
    row.handled_by_id, row.scope = proposal.proposed_by_id, proposal.scope
    return row


def _alike(proposal: Proposal) -> tuple[str, ...]:
    """What is decided together: the same decision for the same reasons, by the same handler."""
    return proposal.decision, proposal.reason, proposal.ground, proposal.opinion, proposal.handler


def _waiting(case: Case, rows: Sequence[CaseMatter]) -> list[Proposal]:
    found = case.proposals.waiting().filter(case_matter__in=[row.pk for row in rows])
    return list(found.select_related("case_matter", "proposed_by", "proposed_for"))


def _asked(case: Case, rows: Sequence[CaseMatter], actor: Actor) -> list[Proposal]:
    """What was proposed of these matters, which this actor had no part in."""
    asked = _require_waiting(rows, _waiting(case, rows))
    for proposal in asked:
        if actor.user_id is None or actor.user_id in proposal.people:
            raise RuleViolation(
                "own_proposal",
                _("“%(name)s”由您经办，或者由替班人以您的名义经办，须由另一名审批人员审批")
                % {"name": proposal.case_matter.name},
                rule="R1.2",
            )
    return asked


def _require_waiting(rows: Sequence[CaseMatter], asked: list[Proposal]) -> list[Proposal]:
    there = {proposal.case_matter_id for proposal in asked}
    for row in rows:
        if row.pk not in there:
            raise RuleViolation(
                "nothing_proposed", _("“%(name)s”没有待审批的意见；请刷新页面查看最新情况") % {"name": row.name}
            )
    return asked


def _require_two_persons(rows: Sequence[CaseMatter]) -> None:
    for row in rows:
        if not row.two_persons:
            raise RuleViolation(
                "one_person", _("“%(name)s”不需要两人办理，请直接作出决定") % {"name": row.name}, rule="R1.2"
            )


def _note(case: Case, act: str, proposals: Sequence[Proposal], actor: Actor, at: datetime, **facts: str) -> None:
    told = {"body": actor.body, "matters": [proposal.case_matter.matter for proposal in proposals]}
    chain.append(case, act=act, actor=actor.label, at=at, facts=told | facts)
    update_rows([case], [*HEAD])
