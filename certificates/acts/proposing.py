"""Acts against a permit by two persons, where its matter takes two (docs/decisions/0022): one proposes, another approves.

Approving is doing it: paper, day and name are the approver's; the log names the handler beside. A proposal is checked like
the act itself, and the act checks again. Always in one's own name: no substitution reaches the life of permits.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates import life
from certificates.acts import ending, suspending
from certificates.models import ActProposal, LicenceItem
from outbox import post
from permits import messages, proposals, typed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_reason, require_role

Act = ActProposal.Act
ACTS: Mapping[str, Callable[..., list[LicenceItem]]] = {
    Act.SUSPEND: suspending.suspend,
    Act.WITHDRAW: ending.withdraw_grant,
    Act.REVOKE: ending.revoke,
    Act.PENALISE: ending.revoke_as_penalty,
}
DAYS = ("until",)
"""What an act is told as a day."""
ANSWER = ["state", "answered_by", "answered_at", "answer"]


def propose(
    case: Case, *, act: str, matters: Sequence[str], actor: Actor, at: datetime, **said: Any
) -> list[ActProposal]:
    """Propose to do this with these permits; a colleague is asked to approve it. `said`: what the act is told."""
    with holding(case):
        items = ACTS[act](case, matters=matters, actor=actor, at=at, check_only=True, **said)
        for item in items:
            if not item.case_matter.two_persons:
                raise RuleViolation(
                    "one_person", _("“%(name)s”不需要两人办理，请直接办理") % {"name": item.name}, rule="R1.2"
                )
        if waiting := _waiting(case, matters):
            name = waiting[0].item.name
            raise RuleViolation("already_proposed", _("“%(name)s”已提交审批；要修改请先收回") % {"name": name})
        told = {name: str(value) if name in DAYS and value else value for name, value in said.items()}
        assert actor.user_id is not None  # an officer signs in
        made = [
            ActProposal(case=case, item=item, act=act, said=told, proposed_by_id=actor.user_id, proposed_at=at)
            for item in items
        ]
        insert_rows(made)
        _note(case, "act_proposed", made, actor, at, wanted=act, reason=str(said.get("reason", "")))
        there = proposals.approvers(actor.body, made, localtime(at).date()).exists()
        kind = "decision_proposed" if there else "approval_lacking"
        post.put_many([messages.told(case, kind, at=at, matters=[item.matter for item in items])], at=at)
        return made


def approve(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime, opinion: str = "") -> list[LicenceItem]:
    """Do what was proposed, today and in the approver's name."""
    with holding(case):
        # Items before proposals: a permit that joins another licence meanwhile (R1.10) takes along what is proposed.
        list(life.locked_items(case).filter(matter__in=matters))
        asked = _asked(case, matters, actor)
        for proposal in asked:
            proposal.answered_by_id, proposal.answered_at, proposal.answer = actor.user_id, at, typed.cleaned(opinion)
            proposal.approve()
        update_rows(asked, ANSWER)
        done: list[LicenceItem] = []
        for (act, _said, handler), group in groupby(sorted(asked, key=_alike), key=_alike):
            alike = list(group)
            said = {
                name: date.fromisoformat(value) if name in DAYS and value else value
                for name, value in alike[0].said.items()
            }
            ids = [proposal.item.matter for proposal in alike]
            done += ACTS[act](case, matters=ids, actor=actor, at=at, handler=handler, **said)
        return done


def send_back(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[ActProposal]:
    """Give it back to the handler with the reason."""
    reason = require_reason(reason, "answer")
    with holding(case):
        asked = _asked(case, matters, actor)
        for proposal in asked:
            proposal.answered_by_id, proposal.answered_at, proposal.answer = actor.user_id, at, reason
            proposal.send_back()
        update_rows(asked, ANSWER)
        _note(case, "act_sent_back", asked, actor, at, reason=reason)
        about = {"matters": [proposal.item.matter for proposal in asked], "reason": reason}
        post.put_many([messages.told(case, "decision_sent_back", at=at, **about)], at=at)
        return asked


def recall(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> list[ActProposal]:
    """Take back what one proposed before it is answered."""
    with holding(case):
        asked = _require_waiting(case, matters, actor)
        if any(actor.user_id not in proposal.people for proposal in asked):
            raise RuleViolation("not_your_proposal", _("只有经办人可以收回；您可以批准，或者写明理由退回"))
        for proposal in asked:
            proposal.recall()
        update_rows(asked, ["state"])
        _note(case, "act_recalled", asked, actor, at)
        return asked


def _waiting(case: Case, matters: Sequence[str]) -> list[ActProposal]:
    found = case.act_proposals.filter(state=ActProposal.State.PROPOSED, item__matter__in=set(matters))
    return list(found.select_related("item", "proposed_by").order_by("item__position"))


def _require_waiting(case: Case, matters: Sequence[str], actor: Actor) -> list[ActProposal]:
    """What waits of these permits, all of the actor's own department (R1.2)."""
    require_role(actor, User.Role.OFFICER)
    found = [one for one in _waiting(case, matters) if one.item.body_id == actor.body]
    if not found or {one.item.matter for one in found} != set(matters):
        raise RuleViolation("nothing_proposed", _("没有待审批的意见；请刷新页面查看最新情况"), rule="R1.2")
    return found


def _asked(case: Case, matters: Sequence[str], actor: Actor) -> list[ActProposal]:
    """What waits, and what this actor had no part in."""
    asked = _require_waiting(case, matters, actor)
    for proposal in asked:
        if actor.user_id in proposal.people:
            raise RuleViolation(
                "own_proposal",
                _("“%(name)s”由您经办，须由另一名审批人员审批") % {"name": proposal.item.name},
                rule="R1.2",
            )
    return asked


def _alike(proposal: ActProposal) -> tuple[str, str, str]:
    """What is done together: the same act in the same words, by the same handler."""
    return proposal.act, repr(sorted(proposal.said.items())), str(proposal.proposed_by)


def _note(case: Case, act: str, asked: Sequence[ActProposal], actor: Actor, at: datetime, **facts: str) -> None:
    told = {"body": actor.body, "matters": [proposal.item.matter for proposal in asked]}
    chain.append(case, act=act, actor=actor.label, at=at, facts=told | facts)
    update_rows([case], [*HEAD])
