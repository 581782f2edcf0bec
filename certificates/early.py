"""Early issue (R6.21): once the promised day has passed, or the ten days of delivery are nearly over (R2.24), what is granted does
not wait for what is not decided.

The licence begins with the granted items; every later grant makes its next version (R1.17), under the same number. The
case stays in decision until its last matter is decided; then `conclude` closes it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import facts, issuing
from certificates.models import Licence, LicenceVersion
from industries import combining
from outbox import post
from permits import messages
from permits.delivery import is_near
from permits.documents import Parcel
from permits.intake import HEAD
from permits.late import conditional
from permits.locking import holding
from permits.models import Case, CaseMatter
from permits.rules import require_applicant, require_role, require_state

ASKERS = (User.Role.APPLICANT, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
"""Who may ask for it: the licence is the applicant's, and nobody has to weigh anything (docs/decisions/0016)."""


def is_late(case: Case, today: date) -> bool:
    """Whether the day by which all should have been decided has passed."""
    return case.promised_by is not None and today > case.promised_by


def need_not_wait(case: Case, matters: Sequence[CaseMatter], today: date) -> bool:
    """Whether what is granted waits no longer for the rest: the promised day has passed, or, where that lies more than ten working
    days off, the law's own days for delivering it are nearly over (art. 44, R2.24)."""
    return is_late(case, today) or is_near(matters, current_calendar(), today)


def is_offered(case: Case, matters: Sequence[CaseMatter], today: date) -> bool:
    """Whether the granted matters can be issued now: they need not wait, two are in force, another is still open or waits
    for a paper that nobody has looked at (R6.10)."""
    return (
        case.state == Case.State.DECIDING
        and case.issued_early_at is None
        and need_not_wait(case, matters, today)
        and combining.suffice(len(issuing.in_force_of(matters)))
        and any(_is_left_behind(matter) for matter in matters)
    )


def issue_early(case: Case, *, actor: Actor, at: datetime) -> Licence:
    """Issue the combined licence with what is granted by now. A second call gives the same licence back.

    Raises RuleViolation while it has to wait, with fewer than two granted (R1.9), and where nothing is
    left to decide: then the licence is being made anyhow.
    """
    require_role(actor, *ASKERS)
    with holding(case):
        if not actor.is_role(User.Role.SERVICE_OFFICE):
            actor = require_applicant(case, actor, Authority.Act.RECEIVE, at)
        if case.issued_early_at is not None:
            return case.licence
        require_state(case, *Case.UNDECIDED_STATES)
        matters = facts.matters_of(case)
        waiting = _require_late(case, matters, timezone.localtime(at).date())
        licence, version = issuing.first_version(case, matters, at=at, reason="issued_early")
        case.issued_early_at = at
        issuing.note(case, version, act="licence_issued", actor=actor, at=at, waiting=waiting)
        update_rows([case], ["issued_early_at", *HEAD])
        message = messages.told(case, "licence_issued", at=at, licence=licence.number)
        post.put_many([*issuing.version_parcels(version), message, issuing.issued_parcel(version)], at=at)
        return licence


def _is_left_behind(matter: CaseMatter) -> bool:
    """Undecided, or granted on the condition of a paper (R6.10): what needs none of the papers does not wait for them."""
    return matter.is_undecided or conditional.is_waiting(matter)


def _require_late(case: Case, matters: Sequence[CaseMatter], today: date) -> list[str]:
    """The matters still open or not in force, where the rule allows to leave them behind."""
    waiting = [matter.matter for matter in matters if _is_left_behind(matter)]
    if not waiting:
        raise RuleViolation("all_decided", _("所有事项均已作出决定,证书正在制作,不需要先行发证"), rule="R6.21")
    if not need_not_wait(case, matters, today):
        raise RuleViolation(
            "promise_not_over",
            _(
                "承诺办结日期 %(day)s 过后仍有事项未决定的，或者已准予的许可临近十个工作日的送达期限的，才可以先行发证；"
                "在此之前各部门仍在期限内"
            )
            % {"day": case.promised_by},
            rule="R6.21",
        )
    return waiting


def add_granted(case: Case, *, actor: Actor, at: datetime) -> LicenceVersion | None:
    """The licence's next version, with what was granted since the last one; None where nothing was (R1.17)."""
    with holding(case):
        if case.state != Case.State.DECIDING or case.issued_early_at is None:
            return None
        version = _next_version(case, facts.matters_of(case), at)
        if version is None:
            return None
        issuing.note(case, version, act="licence_extended", actor=actor, at=at)
        update_rows([case], HEAD)
        post.put_many(_parcels(case, version, at), at=at)
        return version


def conclude(case: Case, *, actor: Actor, at: datetime) -> Licence:
    """Close a case whose licence went out early, once all is decided: with a last version where something was granted."""
    with holding(case):
        if case.state == Case.State.ISSUED:
            return case.licence
        matters = facts.matters_of(case)
        issuing.require_all_decided(matters)
        added = _next_version(case, matters, at)
        version = added or issuing.newest_version(case.licence)
        case.issue()
        case.closed_at = at
        issuing.note(case, version, act="licence_completed", actor=actor, at=at)
        update_rows([case], ["state", "closed_at", *HEAD])
        if added:
            post.put_many(_parcels(case, added, at), at=at)
        return case.licence


def _next_version(case: Case, matters: Sequence[CaseMatter], at: datetime) -> LicenceVersion | None:
    """Items that the licence lacks join it behind the others: a position is never given twice, codes refer to it.

    The version bears the moment of the decision that it brings, or, where that waited for a paper, the present one.
    """
    licence = case.licence
    items = issuing.items_of(licence)
    known = {item.case_matter_id for item in items}
    new = [matter for matter in issuing.in_force_of(matters) if matter.pk not in known]
    if not new:
        return None
    first = items[-1].position + 1
    added = [issuing.item_of(licence, matter, place) for place, matter in enumerate(new, first)]
    insert_rows(added)
    waited = any(matter.valid_from != matter.decided_on for matter in new)
    moment = at if waited else max(matter.ended_at for matter in new if matter.ended_at)
    return issuing.next_version(case, [*items, *added], at=moment, reason="granted_later")


def _parcels(case: Case, version: LicenceVersion, at: datetime) -> list[Parcel]:
    """The version's paper, and the message that there is one."""
    number = version.facts["number"]
    message = messages.told(case, "licence_extended", at=at, licence=number, version=version.version)
    return [*issuing.version_parcels(version), message, issuing.issued_parcel(version)]
