"""Giving and taking back authority (委托授权): the representative for the enterprise, or the counter that saw the paper.

    authority = grant(enterprise=…, agent=Agent(user=…, name="陈代办"), acts=["file"], until=…, proof=signed(letter, "王小店"), …)

Each use is checked in the act that uses it (`permits.rules.require_applicant`), never here.
"""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enterprises import JOURNAL, is_represented_by
from accounts.identity import check_id, mask_id, normalise
from accounts.models import Authority, Enterprise, Representation, User
from audit import journal
from audit.violations import RuleViolation


@dataclass(frozen=True)
class Agent:
    """Who is authorised: an account, or a person with their identity document, who comes to the counter."""

    name: str
    user: User | None = None
    id_type: str = ""
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Proof:
    """What proves it: the letter as it was signed, or the stored scan; the hash of what is kept."""

    kind: str
    sha256_stored: str = ""
    letter: str = ""
    signed_by: str = ""
    file: str = ""
    content_type: str = ""
    sha256_received: str = ""


def signed(letter: str, name: str) -> Proof:
    """The letter signed online under this name."""
    digest = hashlib.sha256(letter.encode()).hexdigest()
    return Proof(Authority.Proof.SIGNED, digest, letter=letter, signed_by=name)


def scanned(path: str, content_type: str, sha256_received: str, sha256_stored: str) -> Proof:
    """The scan of the paper letter, which the caller has stored under this path."""
    return Proof(
        Authority.Proof.UPLOADED,
        sha256_stored,
        file=path,
        content_type=content_type,
        sha256_received=sha256_received,
    )


def letter_text(
    enterprise: Enterprise, agent: Agent, acts: Collection[str], since: date, until: date, about: str
) -> str:
    """The power of attorney as an official paper says it; `about` names the one case, empty for all."""
    chosen = "、".join(str(act.label) for act in Authority.Act if act in set(acts))
    document = f"，{agent.id_type}{agent.id_number}" if agent.id_number else ""
    account = f"，平台账号{agent.user.username}" if agent.user else ""
    matter = f"办件{about}" if about else "在本平台的全部办件"
    return "\n".join(
        [
            "授权委托书",
            f"委托人：{enterprise.name}（统一社会信用代码{enterprise.uscc}）",
            f"代理人：{agent.name}{document}{account}",
            f"委托人委托上列代理人就{matter}代为办理：{chosen}。",
            f"委托期限自{since:%Y-%m-%d}起至{until:%Y-%m-%d}止。代理人在委托权限和期限内的行为，由委托人承担法律后果。",
            "代理人无转委托权。委托人可以随时撤销本委托。",
        ]
    )


@transaction.atomic
def grant(
    *,
    enterprise: Enterprise,
    agent: Agent,
    acts: Collection[str],
    until: date,
    proof: Proof,
    actor: Actor,
    at: datetime,
    case_key: str = "",
) -> Authority:
    """Authorise the agent for these acts from today until a day; the same once more (a second click) is there once.

    Raises RuleViolation: not the representative's act, no act chosen, a day that has passed, an agent who cannot be one.
    """
    today = timezone.localtime(at).date()
    _require_grantor(enterprise, actor)
    chosen = _checked_acts(acts)
    if until < today:
        raise RuleViolation(
            "until_passed", _("委托期限应在今天（%(today)s）或之后") % {"today": today}, field="until", rule="R2.16"
        )
    person = _checked_agent(enterprise, agent, today)
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)  # a second click waits here, and finds the first's
    standing = _standing(enterprise, person, chosen, until, case_key, today)
    if standing is not None:
        return standing
    authority = Authority.objects.create(
        enterprise=enterprise,
        agent=person.user,
        agent_name=person.name,
        agent_id_type=person.id_type if person.id_number else "",
        agent_id_number=person.id_number,
        agent_phone=person.phone,
        acts=chosen,
        case_key=case_key,
        since=today,
        until=until,
        proof=proof.kind,
        granted_by_id=actor.user_id,
        granted_at=at,
        **{name: value for name, value in asdict(proof).items() if name != "kind"},
    )
    _record("authority_granted", authority, actor, at, {"acts": chosen, "until": str(until), "case": case_key})
    return authority


@transaction.atomic
def revoke(authority: Authority, *, reason: str, actor: Actor, at: datetime) -> Authority:
    """Take it back, or lay it down: the representative, the counter, or the agent. Acts done before stay good.

    The row is locked: an act that uses it is either finished before or refused after.
    """
    newest = Authority.objects.select_for_update().select_related("enterprise").get(pk=authority.pk)
    if actor.user_id is None or actor.user_id != newest.agent_id:
        _require_grantor(newest.enterprise, actor)
    if not reason.strip():
        raise RuleViolation("reason_missing", _("请写明撤销的原因"), field="reason", rule="R2.16")
    if newest.revoked_at is not None:
        message = _("这份委托已于 %(on)s 撤销") % {"on": timezone.localtime(newest.revoked_at).date()}
        raise RuleViolation("already_revoked", message, rule="R2.16")
    newest.revoked_at, newest.revoked_by_id, newest.revoke_reason = at, actor.user_id, reason.strip()
    newest.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _record("authority_revoked", newest, actor, at, {"reason": newest.revoke_reason})
    return newest


def enterprises_open_to(user: User, act: str, on: date) -> list[Enterprise]:
    """The enterprises for which the user may do this act in any case on a day, by name."""
    # Not every database looks into a list: the few authorities of one person are read.
    running = Authority.objects.running(on).held_by(user).filter(case_key="").select_related("enterprise")
    found = {one.enterprise_id: one.enterprise for one in running if act in one.acts}
    return sorted(found.values(), key=lambda enterprise: enterprise.name)


def require_signature(enterprise: Enterprise, name: str) -> None:
    """The letter is signed by the representative whom the register names, where it names one."""
    known = normalise(enterprise.legal_representative)
    if known and normalise(name) != known:
        message = _("签名与登记的法定代表人(负责人)姓名不符，请核对")
        raise RuleViolation("not_the_signature", message, field="signature", rule="R2.16")


def account_of(text: str) -> User | None:
    """The applicant's account of this name or telephone; None where nobody or more than one has it."""
    wanted = text.strip()
    people = User.objects.filter(role=User.Role.APPLICANT, is_active=True)
    found = list(people.filter(username=wanted)[:1]) or list(
        people.filter(phone=normalise(wanted)).exclude(phone="")[:2]
    )
    return found[0] if len(found) == 1 else None


def _require_grantor(enterprise: Enterprise, actor: Actor) -> None:
    """The representative speaks for the enterprise; the counter has seen the paper. An agent passes nothing on."""
    if not actor.is_role(User.Role.WINDOW) and not is_represented_by(enterprise, actor):
        raise RuleViolation(
            "not_the_representative",
            _("只有法定代表人(负责人)可以代表企业授权或撤销授权；代理人不能转委托"),
            rule="R2.16",
        )


def _checked_acts(acts: Collection[str]) -> list[str]:
    """The acts in their order; one at least, and none that nobody knows."""
    chosen = [str(act) for act in Authority.Act if act in set(acts)]
    if not chosen or len(chosen) != len(set(acts)):
        raise RuleViolation("no_act", _("请至少选择一项委托权限"), field="acts", rule="R2.16")
    return chosen


def _checked_agent(enterprise: Enterprise, agent: Agent, today: date) -> Agent:
    """An applicant's account of that name, or a person with a sound document; not the representative themselves."""
    name = agent.name.strip()
    if not name:
        raise RuleViolation("agent_name_missing", _("请填写代理人姓名"), field="name", rule="R2.16")
    number = check_id(agent.id_type, agent.id_number, today=today, field="id_number") if agent.id_number else ""
    if agent.user is None:
        if not number:
            message = _("没有账号的代理人，请填写证件类型和号码")
            raise RuleViolation("agent_unknown", message, field="id_number", rule="R2.16")
        return Agent(name, None, agent.id_type, number, agent.phone)
    if agent.user.role != User.Role.APPLICANT or not agent.user.is_active:
        message = _("只能授权给申请人账号，行政机关工作人员不能代理申请")
        raise RuleViolation("agent_is_staff", message, field="account", rule="R2.16")
    if Representation.objects.filter(enterprise=enterprise, user=agent.user, until=None).exists():
        message = _("此人已是这家企业的法定代表人(负责人)，不需要授权")
        raise RuleViolation("agent_represents", message, field="account", rule="R2.16")
    return Agent(name, agent.user, agent.id_type, number, agent.phone or agent.user.phone)


def _standing(
    enterprise: Enterprise, agent: Agent, acts: list[str], until: date, case_key: str, today: date
) -> Authority | None:
    """The authority that says the same already."""
    same = Authority.objects.running(today).filter(enterprise=enterprise, until=until, case_key=case_key)
    who = same.filter(agent=agent.user, agent_id_number=agent.id_number)
    return next((one for one in who if one.acts == acts), None)


def _record(act: str, authority: Authority, actor: Actor, at: datetime, facts: dict[str, object]) -> None:
    """In the enterprises' journal: who is authorised by account or by the ends of their document, and the proof's hash."""
    about = {
        "authority": authority.pk,
        "uscc": authority.enterprise.uscc,
        "agent": authority.agent.username
        if authority.agent
        else f"{authority.agent_id_type} {mask_id(authority.agent_id_number)}",
        "proof": authority.proof,
        "sha256": authority.sha256_stored,
    }
    journal.record(JOURNAL, act=act, actor=actor.label, at=at, facts=about | facts)
