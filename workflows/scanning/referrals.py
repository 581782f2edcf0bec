"""A problem found on site goes to the body that decided on the permit, as a proposal (R5.8): that body looks into it and
answers; nobody else touches its permit (R1.2)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates.models import LicenceItem
from outbox import post
from permits import messages
from permits.intake import HEAD
from permits.locking import holding
from permits.rules import require_reason
from workflows.models import Referral, Scan

SCANNERS = (User.Role.OFFICER, User.Role.SUBDISTRICT)
LOOK_DAYS = 5
"""Working days in which a body says what it made of a problem found by another: the house's own measure, no statute's."""
ANSWER = ["state", "answered_by", "answered_at", "answer"]


def refer(
    scan: Scan, *, client_id: UUID, position: int, what: str, made_at: datetime, actor: Actor, at: datetime
) -> Referral:
    """Hand over what was found about one permit of the scanned licence; sent again it is there once."""
    what = require_reason(what, "what")
    if scan.officer_id != actor.user_id:
        raise RuleViolation("not_your_scan", _("只能就自己的扫码记录移送问题"))
    item = _item(scan, position)
    case = item.case_matter.case
    with holding(case):
        if known := Referral.objects.filter(client_id=client_id).first():
            if known.scan_id != scan.pk:
                raise RuleViolation("id_taken", _("这个编号已由另一条记录使用"))
            return known
        referral = Referral(
            client_id=client_id,
            scan=scan,
            case=case,
            item=item,
            body_id=item.body_id,
            what=what,
            made_at=made_at,
            received_at=at,
        )
        insert_rows([referral])
        facts = {"matters": [item.matter], "body": item.body_id, "by": actor.body, "what": what}
        chain.append(case, act="problem_referred", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        post.put_many([messages.told(case, "problem_referred", at=at, matters=[item.matter])], at=at)
        return referral


def take_up(referral: Referral, *, answer: str, actor: Actor, at: datetime) -> Referral:
    """It is so: the deciding body says how it deals with it. Suspension, revocation and penalty are acts of their own."""
    return _answer(referral, Referral.take_up, "referral_taken_up", answer, actor, at)


def dismiss(referral: Referral, *, answer: str, actor: Actor, at: datetime) -> Referral:
    """It is not so, and why."""
    return _answer(referral, Referral.dismiss, "referral_dismissed", answer, actor, at)


def _answer(
    referral: Referral, move: Callable[[Referral], None], act: str, answer: str, actor: Actor, at: datetime
) -> Referral:
    answer = require_reason(answer, "answer")
    case = referral.case
    with holding(case):
        row = Referral.objects.select_related("item").get(pk=referral.pk)
        if actor.role not in SCANNERS or row.body_id != actor.body:
            raise RuleViolation("not_your_permit", _("只有作出许可决定的部门可以处理"), rule="R1.2")
        if row.state != Referral.State.PROPOSED:
            raise RuleViolation(
                "answered_already", _("这一问题已经处理过：%(state)s") % {"state": row.get_state_display()}
            )
        move(row)
        row.answered_by_id, row.answered_at, row.answer = actor.user_id, at, answer
        update_rows([row], ANSWER)
        facts = {"matters": [row.item.matter], "body": row.body_id, "answer": answer}
        chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        told = messages.told(case, "referral_answered", at=at, matters=[row.item.matter], referral=row.pk)
        post.put_many([told], at=at)
        return row


def _item(scan: Scan, position: int) -> LicenceItem:
    items = LicenceItem.objects.filter(licence=scan.licence_id, licence__isnull=False, position=position)
    if (item := items.select_related("case_matter__case").first()) is None:
        raise RuleViolation("no_such_permit", _("扫码记录中没有这一项许可"), field="position")
    return item
