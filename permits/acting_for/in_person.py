"""An agent who comes to the counter (到场代理人, R2.16): the clerk records them with the scanned letter, for this case."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.authorities import Agent, grant, scanned
from accounts.models import Authority, User
from accounts.models.authority import AuthorityQuerySet
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from permits.acting_for import agents
from permits.files import uploads
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_role, require_state

FOLDER = "authorities"
LIVING = (Case.State.DRAFT, *Case.OPEN_STATES, Case.State.ISSUED, Case.State.CLOSED_SINGLE)
"""States in which somebody may still do something for the applicant."""


def record(
    case: Case,
    *,
    agent: Agent,
    acts: Collection[str],
    until: date,
    file: IO[bytes],
    name: str,
    actor: Actor,
    at: datetime,
) -> Authority:
    """From now on this person acts for the applicant at the counter, within the letter; its scan is the proof."""
    require_role(actor, User.Role.WINDOW)
    received = uploads.take_in(file, name)
    with holding(case):
        require_state(case, *LIVING)
        path = uploads.store(received, FOLDER)
        proof = scanned(path, received.content_type, received.sha256_received, received.sha256_stored)
        authority = grant(
            enterprise=case.enterprise,
            agent=agent,
            acts=acts,
            until=until,
            proof=proof,
            actor=actor,
            at=at,
            case_key=case.key,
        )
        _set(case, authority, "agent_recorded", _facts(authority), actor, at)
    return authority


def known(case: Case, on: date) -> AuthorityQuerySet:
    """Who without an account is authorised in this case already: by a letter signed online, or recorded before."""
    running = Authority.objects.running(on).filter(enterprise_id=case.enterprise_id, agent=None)
    return running.filter(case_key__in=("", case.key))


def arrive(case: Case, authority_id: int, *, actor: Actor, at: datetime) -> Authority:
    """One of those came to the counter, and the clerk has seen their document."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, *LIVING)
        authority = known(case, timezone.localtime(at).date()).filter(pk=authority_id).first()
        if authority is None:
            raise RuleViolation("no_agent", _("这份委托已经失效，请刷新页面查看最新情况"), rule="R2.16")
        _set(case, authority, "agent_recorded", _facts(authority), actor, at)
    return authority


def leave(case: Case, *, actor: Actor, at: datetime) -> Case:
    """The applicant comes themselves: papers name no agent any more, and no letter is needed at the counter."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        if case.authority is None:
            raise RuleViolation("no_agent", _("本办件没有登记代理人"), rule="R2.16")
        facts = {"authority": case.authority_id, "agent": case.authority.agent_name}
        _set(case, None, "agent_left", facts, actor, at)
    return case


def _facts(authority: Authority) -> dict[str, object]:
    until = str(authority.until)
    return {"authority": authority.pk, "agent": authority.agent_name, "acts": authority.acts, "until": until}


def _set(
    case: Case, authority: Authority | None, act: str, facts: Mapping[str, object], actor: Actor, at: datetime
) -> None:
    case.authority = authority
    agents.remember(case, authority)
    chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
    update_rows([case], ["authority", *HEAD])
