"""One case, two channels (R2.13, R6.18): the counter takes a case over with the applicant's consent and hands it back.

The same case, state and clock on either side. Taking over shuts nobody out: the applicant may always write, the counter
only while `Case.with_counter`; what both write at once is told as a conflict (`permits.merged_form.entries`).
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import messages
from permits.acting_for import agents
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Assistance, Case, Handover
from permits.rules import require_reason, require_role, require_state

LIVING = (Case.State.DRAFT, *Case.OPEN_STATES)
"""States in which something may still be written for the applicant."""
AT_THE_COUNTER = (Handover.How.PRESENT, Handover.How.SIGNED, Handover.How.PHONE)
"""How the applicant may tell the counter that they agree."""


def take_over(case: Case, *, consent_by: str, how: str, actor: Actor, at: datetime, note: str = "") -> Handover:
    """The counter goes on with a case, as the applicant agreed; they are told, so that nobody does it behind their back."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, *LIVING)
        if case.with_counter:
            raise RuleViolation("at_the_counter", _("窗口已经在办理这个办件，不需要再登记"), rule="R6.18")
        _require_how(how)
        return _pass_on(case, Case.Channel.WINDOW, (require_reason(consent_by, "consent_by"), how, note), actor, at)


def hand_back(
    case: Case, *, actor: Actor, at: datetime, consent_by: str = "", how: str = Handover.How.ONLINE, note: str = ""
) -> Handover:
    """The applicant goes on at home. They may take the case back themselves at any time; the counter says who agreed."""
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    with holding(case):
        require_state(case, *LIVING)
        if not case.with_counter:
            raise RuleViolation("not_at_the_counter", _("这个办件现在由申请人自己办理"), rule="R6.18")
        if actor.is_role(User.Role.APPLICANT):
            consent_by, how = actor.label.partition(" ")[2] or actor.label, Handover.How.ONLINE
            if actor.user_id not in agents.representatives(case):
                actor = agents.acting(case, actor, "file", at)
        else:
            _require_how(how)
        return _pass_on(case, Case.Channel.ONLINE, (require_reason(consent_by, "consent_by"), how, note), actor, at)


def _require_how(how: str) -> None:
    if how not in AT_THE_COUNTER:
        raise RuleViolation("how_missing", _("请选择申请人怎样表示同意"), field="how", rule="R6.18")


def _pass_on(case: Case, to: Case.Channel, consent: tuple[str, str, str], actor: Actor, at: datetime) -> Handover:
    by, how, note = consent
    made = Handover(case=case, to=to, consent_by=by, how=how, note=note.strip(), by_id=actor.user_id, at=at)
    insert_rows([made])
    case.with_counter = to == Case.Channel.WINDOW
    act = "taken_over" if case.with_counter else "handed_back"
    facts = {"consent_by": by, "how": str(how), "note": made.note}
    chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
    update_rows([case], ["with_counter", *HEAD])
    if case.with_counter:
        post.put_many([messages.told(case, act, at=at, consent_by=by)], at=at)
    return made


def assist(
    case: Case, *, helper: str, parts: Collection[str], asked_by: str, how: str, actor: Actor, at: datetime
) -> Assistance:
    """Record that somebody was helped: by whom, with what, on whose authority; the agent's letter where one acts (R2.16)."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, *LIVING)
        _require_how(how)
        chosen = [part for part in Assistance.Part.values if part in parts]
        if not chosen:
            raise RuleViolation("parts_missing", _("请选择帮办了哪些内容"), field="parts")
        made = Assistance(
            case=case,
            helper=require_reason(helper, "helper"),
            parts=chosen,
            asked_by=require_reason(asked_by, "asked_by"),
            how=how,
            authority_id=case.authority_id,
            by_id=actor.user_id,
            at=at,
        )
        insert_rows([made])
        chain.append(case, act="assisted", actor=actor.label, at=at, facts=_facts(made))
        update_rows([case], HEAD)
    return made


def _facts(made: Assistance) -> Mapping[str, object]:
    return {"helper": made.helper, "parts": made.parts, "asked_by": made.asked_by, "how": str(made.how)}
