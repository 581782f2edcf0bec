"""Refusals that several acts share, each worded once."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit.violations import RuleViolation
from permits import typed
from permits.acting_for import agents
from permits.models import Case, CaseMatter

WRITTEN_IN = {Case.State.DRAFT: Authority.Act.FILE, Case.State.SUPPLEMENT_REQUESTED: Authority.Act.SUPPLEMENT}
"""What is written for an applicant, by state. A paper that was to come later is brought in person: that is consent enough."""


def require_role(actor: Actor, *roles: str) -> None:
    """Only these roles perform the act."""
    if not actor.is_role(*roles):
        raise RuleViolation("not_your_part", _("这一步不由您的岗位办理"), rule="R1.2")


def require_applicant(case: Case, actor: Actor, act: str, at: datetime) -> Actor:
    """The actor as the log names them, where this act of the applicant's is theirs (R2.16).

    Theirs it is as the representative, as an agent whose authority carries it today (`accounts.models.Authority.Act`),
    or at the counter. Call it while the case is held.
    """
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    if actor.is_role(User.Role.WINDOW):
        _require_taken_over(case, act)
        return agents.at_the_counter(case, actor, act, at)
    return actor if actor.user_id in agents.representatives(case) else agents.acting(case, actor, act, at)


def _require_taken_over(case: Case, act: str) -> None:
    """The counter writes into a case of its own, or one that it took over with the applicant's consent (R6.18)."""
    written = case.state == Case.State.DRAFT or act == WRITTEN_IN.get(case.state)
    if written and not case.with_counter:
        message = _("这个办件由申请人在网上办理；申请人同意由窗口接着办的，请先登记同意，再由窗口填写和提交")
        raise RuleViolation("not_taken_over", message, rule="R6.18")


def channel_of(actor: Actor) -> Case.Channel:
    """The channel through which an actor's entry comes."""
    return Case.Channel.WINDOW if actor.is_role(User.Role.WINDOW) else Case.Channel.ONLINE


def writing(case: Case) -> Authority.Act:
    """Which act it is to write into a case now: filing it, or answering the supplement notice."""
    return Authority.Act.FILE if case.state == Case.State.DRAFT else Authority.Act.SUPPLEMENT


def require_state(case: Case, *states: str) -> None:
    """The act fits these states only; a second click and a stale page end here."""
    if case.state not in states:
        raise RuleViolation(
            "wrong_state",
            _("办件 %(number)s 目前为“%(state)s”,不能进行这项操作;请刷新页面查看最新情况")
            % {"number": case.number or case.key, "state": Case.State(case.state).label},
        )


def served(case: Case) -> int:
    """How many supplement notices a held case has had."""
    return int(case.__dict__["notices"])


def words_in(text: str) -> int:
    """How many letters, Chinese signs and digits a text has: full stops and dashes say nothing."""
    return sum(sign.isalnum() for sign in text)


def require_reason(text: str, field: str = "reason", about: str = "") -> str:
    """A reason in words that can be printed; an adverse act without one is void (R2.25), and so is one of signs alone.

    `about` names what it speaks of, where an act takes several.
    """
    words = typed.cleaned(text)
    if not words_in(words):
        raise RuleViolation("reason_missing", _("请写明理由"), field=field, rule="R2.25")
    return typed.require_printable(words, field, about)


def body_code(matter: CaseMatter) -> str:
    """The department of a matter as `statements.all_matters` read it."""
    return str(matter.__dict__["body_code"])


def require_own_matters(actor: Actor, matters: list[CaseMatter]) -> None:
    """A department decides its own matters only (R1.2: who approves answers for it)."""
    for matter in matters:
        if body_code(matter) != actor.body:
            raise RuleViolation(
                "not_your_matter",
                _("“%(name)s”由%(body)s决定,不属于您的部门") % {"name": matter.name, "body": matter.section.body.name},
                rule="R1.2",
            )
