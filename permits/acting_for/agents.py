"""Who acts for the applicant (委托代理, R2.16): which authority carries an act in a case, and what is said where none does.

Acts ask `permits.rules.require_applicant`, which asks here while the case is held; pages ask `acts_open_to`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enterprises import is_represented_by
from accounts.models import Authority, Enterprise, Lack, Representation, User
from accounts.models.authority import words_of
from audit.rows import update_rows
from audit.violations import RuleViolation
from permits.models import Case, Document

LABEL = 120
"""The longest label of an actor that an audit entry holds."""
MARK = "（代理人"
"""What the label of an act done by an agent holds, beside the account that did it."""
PAPERS_OF = {
    Authority.Act.FILE: (Document.Kind.FILING_RECEIPT,),
    Authority.Act.SIGN: (
        Document.Kind.COMMITMENT_LETTER,
        Document.Kind.PROOF_COMMITMENT,
        Document.Kind.INDUSTRY_COMMITMENT,
    ),
    Authority.Act.SUPPLEMENT: (Document.Kind.SUPPLEMENT_NOTICE,),
}
"""What an agent who may not receive papers reads all the same: the paper of their own act."""
EVERY_ACT = frozenset(str(act) for act in Authority.Act)


def representatives(case: Case) -> frozenset[int]:
    """The accounts that speak for the enterprise itself; a held case has brought them along (`permits.statements`)."""
    if "representatives" in case.__dict__:
        return frozenset(int(key) for key in (case.__dict__["representatives"] or "").split(",") if key)
    open_ones = Representation.objects.filter(enterprise_id=case.enterprise_id, until=None)
    return frozenset(open_ones.values_list("user_id", flat=True))


def acting(case: Case, actor: Actor, act: str, at: datetime) -> Actor:
    """The agent as the log names them, now the agent of the case. Raises RuleViolation where no authority carries the act.

    The authorities are locked: one that is taken back meanwhile ends after this act or before it.
    """
    authority = _carrying(case.enterprise_id, case.key, actor, act, timezone.localtime(at).date())
    if case.authority_id != authority.pk:
        case.authority = authority
        update_rows([case], ["authority"])
        remember(case, authority)
    return named(actor, authority.agent_name, case.holder()[0])


def starting(enterprise: Enterprise, actor: Actor, at: datetime) -> Authority | None:
    """The authority by which an agent begins a case for the enterprise; None where the representative does it."""
    if is_represented_by(enterprise, actor):
        return None
    return _carrying(enterprise.pk, "", actor, Authority.Act.FILE, timezone.localtime(at).date())


def at_the_counter(case: Case, actor: Actor, act: str, at: datetime) -> Actor:
    """The clerk as the log names them; an agent who was recorded as coming in person needs an authority that carries it."""
    if case.authority_id is None or case.authority is None or case.authority.agent_id is not None:
        return actor
    authority = Authority.objects.select_for_update().select_related("enterprise").get(pk=case.authority_id)
    lack = authority.lacks(act, case.key, timezone.localtime(at).date())
    if lack is not None:
        raise RuleViolation(lack, words(lack, authority, act), rule="R2.16")
    return named(actor, authority.agent_name, case.holder()[0])


def require_receiver(case: Case, receiver: str, on: date) -> None:
    """Where the agent signs for the papers, their authority includes that on the day of the delivery."""
    authority = case.authority
    if authority is None or receiver.strip() != authority.agent_name:
        return
    lack = authority.lacks(Authority.Act.RECEIVE, case.key, on)
    if lack is not None:
        raise RuleViolation(lack, words(lack, authority, Authority.Act.RECEIVE), field="receiver", rule="R2.16")


def remember(case: Case, authority: Authority | None) -> None:
    """Bring the facts that a held case carries of its agent up to date."""
    case.__dict__["agent_name"] = authority.agent_name if authority else None
    case.__dict__["agent_until"] = authority.until if authority else None
    case.__dict__["agent_revoked_at"] = authority.revoked_at if authority else None


def named(actor: Actor, agent: str, enterprise: str) -> Actor:
    """The actor with whom and for whom in the label: `agent 陈代办（代理人陈代办，代上海…公司）`."""
    label = f"{actor.label}{MARK}{agent}，代{enterprise}）"
    return replace(actor, label=label if len(label) <= LABEL else f"{label[: LABEL - 2]}…）")


def agent_in(label: str) -> str:
    """The agent whom an actor's label names; empty where it names none."""
    return label.partition(MARK)[2].partition("，")[0]


def papers_open_to(user: User, case: Case, on: date) -> Q:
    """Which papers of a case that they see an applicant's account may fetch: an agent those that their acts call for."""
    acts = acts_open_to(user, case, on)
    if user.role != User.Role.APPLICANT or Authority.Act.RECEIVE in acts:
        return Q()
    kinds = [kind for act in acts for kind in PAPERS_OF.get(Authority.Act(act), ())]
    return Q(kind__in=kinds)


def _carrying(enterprise_id: int, case_key: str, actor: Actor, act: str, on: date) -> Authority:
    """The actor's authority that carries the act, the longest-lived first; else the refusal nearest to being mended."""
    held = Authority.objects.select_for_update().filter(enterprise_id=enterprise_id, agent_id=actor.user_id)
    lacking: list[tuple[Lack, Authority]] = []
    for one in held.order_by("-until", "-pk") if actor.user_id else ():
        lack = one.lacks(act, case_key, on)
        if lack is None:
            return one
        lacking.append((lack, one))
    for lack in Lack:
        for found, authority in lacking:
            if found is lack:
                raise RuleViolation(lack, words(lack, authority, act), rule="R2.16")
    message = _("您没有代表这家企业办理的权限；请由法定代表人(负责人)办理，或请其在“谁可以替我办”中授权给您")
    raise RuleViolation("not_authorised", message, rule="R2.16")


def words(lack: Lack, authority: Authority, act: str) -> str:
    """What is wrong with an authority, and what to do about it."""
    ask = _("请法定代表人(负责人)在“谁可以替我办”中重新授权，或者到窗口提交授权委托书")
    match lack:
        case Lack.OUT_OF_SCOPE:
            about = {"act": words_of([act]), "acts": authority.act_words}
            said = _("您的委托权限不包括“%(act)s”，只包括：%(acts)s") % about
        case Lack.NOT_YET:
            said = _("您的委托从%(since)s起才有效") % {"since": authority.since}
        case Lack.EXPIRED:
            said = _("您的委托已于%(until)s到期") % {"until": authority.until}
        case Lack.REVOKED:
            on = timezone.localtime(authority.revoked_at).date() if authority.revoked_at else ""
            said = _("您的委托已于%(on)s撤销") % {"on": on}
        case Lack.OTHER_CASE:
            said = _("您的委托只限于另一个办件")
    return _("%(said)s。%(ask)s") % {"said": said, "ask": ask}


def acts_open_to(user: User, case: Case, on: date) -> frozenset[str]:
    """Which of the applicant's acts this person may do in the case on a day: pages offer nothing else."""
    if user.role == User.Role.WINDOW:
        return EVERY_ACT
    if user.role != User.Role.APPLICANT:
        return frozenset()
    if user.pk in representatives(case):
        return EVERY_ACT
    running = Authority.objects.held_by(user).running(on).filter(enterprise_id=case.enterprise_id)
    return frozenset(act for one in running if one.case_key in ("", case.key) for act in one.acts)


def ended_words(user: User, cases: Iterable[Case]) -> str:
    """What a former agent is told who comes back to a case; empty for everybody who never was its agent."""
    if user.role != User.Role.APPLICANT:
        return ""
    for case in cases:
        held = Authority.objects.held_by(user).filter(enterprise_id=case.enterprise_id)
        last = held.filter(Q(case_key="") | Q(case_key=case.key)).order_by("-until", "-pk").first()
        if last is not None:
            return words(Lack.REVOKED if last.revoked_at else Lack.EXPIRED, last, "")
    return ""
