"""Who of a department works on a section (领取、退回、转交): by name, on record, never stuck with an absent colleague.

What an absent person holds stays theirs while their substitute works on it, and the substitute may give it away in their
place. The head of the body gives it to whom they think right.
"""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Section
from permits.rules import require_reason, require_role, require_state


def claim(case: Case, *, actor: Actor, at: datetime) -> Section:
    """Take a free section. Claiming what is one's own already, or an absent colleague's in whose place one acts, changes
    nothing; another colleague's is refused by name."""
    with holding(case):
        section = _own_open_section(case, actor)
        if section.claimed_by_id is not None:
            _in_whose_name(section, actor, at)
            return section
        return _record(case, section, "claimed", actor.user_id, actor, at, {})


def release(case: Case, *, actor: Actor, at: datetime) -> Section:
    """Give the section back to the department's common list."""
    with holding(case):
        section = _own_open_section(case, actor)
        if section.claimed_by_id is None:
            raise _unclaimed()
        return _record(case, section, "released", None, _in_whose_name(section, actor, at), at, {})


def hand_over(case: Case, *, to: User, reason: str, actor: Actor, at: datetime) -> Section:
    """Hand the section to a colleague of the same body, or take a colleague's over oneself, with a reason. The head of the
    body hands over anybody's, also that of somebody who has left."""
    reason = require_reason(reason)
    with holding(case):
        section = _own_open_section(case, actor)
        if to.body_id != actor.body or to.role != User.Role.OFFICER or not to.is_active:
            raise RuleViolation("not_a_colleague", _("只能转交给本部门的在岗审批人员"), field="to")
        if section.claimed_by_id == to.pk:
            raise RuleViolation("already_there", _("这一环节已经在 %(name)s 名下") % {"name": to}, field="to")
        if section.claimed_by_id is None:
            raise _unclaimed()
        if to.pk != actor.user_id and not substitutions.is_head(actor):
            actor = _in_whose_name(section, actor, at)
        facts = {"from": str(section.claimed_by or ""), "to": str(to), "reason": reason}
        return _record(case, section, "handed_over", to.pk, actor, at, facts)


def _own_open_section(case: Case, actor: Actor) -> Section:
    """The section of the actor's body, while it still has something to decide."""
    require_role(actor, User.Role.OFFICER)
    section = case.sections.select_related("claimed_by", "body").filter(body_id=actor.body).first()
    if section is None:
        raise RuleViolation("not_your_part", _("本办件没有您部门的审批环节"), rule="R1.2")
    require_state(case, *Case.UNDECIDED_STATES)
    if section.ended_at is not None:
        raise RuleViolation("section_done", _("您部门的环节已经办结，不能再领取或转交"))
    return section


def _in_whose_name(section: Section, actor: Actor, at: datetime) -> Actor:
    """The actor as the log names them where they hold the section, or act in the place of the absent person who does."""
    named = substitutions.acting(actor, section.claimed_by_id, at)
    if named is None:
        raise _claimed_by_other(section)
    return named


def _unclaimed() -> RuleViolation:
    return RuleViolation("unclaimed", _("这一环节目前无人领取，可以直接领取"))


def _claimed_by_other(section: Section) -> RuleViolation:
    since = localtime(section.claimed_at).strftime("%m-%d %H:%M") if section.claimed_at else ""
    return RuleViolation(
        "claimed_by_other",
        _("%(name)s 已于 %(since)s 领取这一环节；需要由您办理时，请由其转交或写明理由接手")
        % {"name": section.claimed_by, "since": since},
    )


def _record(
    case: Case, section: Section, act: str, user_id: int | None, actor: Actor, at: datetime, facts: dict[str, str]
) -> Section:
    section.claimed_by_id, section.claimed_at = user_id, at if user_id else None
    update_rows([section], ["claimed_by", "claimed_at"])
    chain.append(case, act=act, actor=actor.label, at=at, facts={"body": section.body_id} | facts)
    update_rows([case], [*HEAD])
    return section
