"""The one extension of the joint limit of a case (art. 42 para 2): the head of the district government approves it, the service
office records it (R1.39, R2.19). Whatever each matter has of its own, its statute and its promise, stays.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from outbox import post
from permits import clock, documents, messages
from permits.deadlines import limits
from permits.deadlines.extension_notices import joint_notice
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, LimitExtension
from permits.rules import require_reason, require_role, require_state


def extend_jointly(case: Case, *, reason: str, approver: str, actor: Actor, at: datetime) -> LimitExtension:
    """Record that the head of the district government extended the joint limit by 15 working days, once (R2.19).

    The applicant is told with the reasons, by a notice of the service office about all matters that are still handled.
    """
    require_role(actor, User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)
    with holding(case):
        require_state(case, *Case.UNDECIDED_STATES)
        if not approver.strip():
            raise RuleViolation("approver_missing", _("请写明批准人姓名和职务"), field="approver", rule="R2.19")
        if case.extensions.filter(case_matter=None).exclude(state=LimitExtension.State.REJECTED).exists():
            raise RuleViolation("extended_once", _("本办件的联合办理期限已经延长过一次"), rule="R2.19")
        before = _running_joint_limit(case, at)
        extension = LimitExtension(
            case=case,
            days=clock.JOINT_EXTENSION_DAYS,
            day_type=clock.DayType.WORKING,
            reason=require_reason(reason),
            level=LimitExtension.Level.GOVERNMENT,
            requested_by_id=actor.user_id,
            requested_at=at,
            decided_by_id=actor.user_id,
            decided_at=at,
        )
        extension.approve()
        insert_rows([extension])
        notice = joint_notice(case, extension, before, approver.strip())
        papers, parcels = documents.write(case, [notice], at=at)
        facts = {
            "days": extension.days,
            "old_by": notice.facts["old_by"],
            "new_by": notice.facts["new_by"],
            "reason": extension.reason,
            "approver": approver.strip(),
            "notice": papers[0].number,
        }
        chain.append(case, act="joint_limit_extended", actor=actor.label, at=at, facts=facts)
        update_rows([case], [*HEAD])
        about = {"reason": extension.reason, "new_by": notice.facts["new_by"]}
        post.put_many([*parcels, messages.told(case, "joint_limit_extended", at=at, **about)], at=at)
        return extension


def _running_joint_limit(case: Case, at: datetime) -> Deadline | None:
    """The joint limit as it stands; refused once it is over (R2.20)."""
    limit = limits.joint_limit(case, current_calendar(), extended=False)
    if limit and timezone.localtime(at).date() > limit.date:
        raise RuleViolation(
            "limit_over", _("联合办理期限已于 %(day)s 届满,不能再延长") % {"day": limit.date}, rule="R2.20"
        )
    return limit
