"""Who leaves the counter without an answer leaves a record (R6.17): answered in five working days, and told to them."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.identity import check_phone
from accounts.models import User
from audit import chain
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import letters
from outbox.letters import Letter
from outbox.models import Channel
from permits.models import Case, DropIn
from permits.rules import require_reason, require_role

ANSWER_DAYS = 5
"""Working days in which an answer is due (R6.17)."""
SMS_TEXT = "【长宁一业一证】您在窗口留下的问题已有答复，请打开 {link} 查看。"


@transaction.atomic
def leave_record(*, who: str, phone: str, what: str, actor: Actor, at: datetime, case: Case | None = None) -> DropIn:
    """Record who came for what and got no answer; the last day of the answer is told at once."""
    require_role(actor, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
    today = timezone.localtime(at).date()
    made = DropIn(
        code=secrets.token_urlsafe(12),
        who=require_reason(who, "who"),
        phone=check_phone(phone),
        what=require_reason(what, "what"),
        case=case,
        by_id=actor.user_id,
        at=at,
        due_on=current_calendar().add(today, ANSWER_DAYS).date,
    )
    made.save()
    facts = {"who": made.who, "what": made.what, "due_on": str(made.due_on), "case": case.number if case else ""}
    chain.append(made, act="drop_in_recorded", actor=actor.label, at=at, facts=facts)
    made.save(update_fields=["audit_length", "audit_head"])
    return made


@transaction.atomic
def answer(pk: int, *, text: str, told: str, actor: Actor, at: datetime) -> DropIn:
    """Answer, once, in words, and say how it was told; an SMS goes out with the answer's address and nothing else of it."""
    require_role(actor, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
    record = DropIn.objects.select_for_update().get(pk=pk)
    if record.state != DropIn.State.WAITING:
        raise RuleViolation("already_answered", _("这条记录已经答复"), rule="R6.17")
    if told not in DropIn.Told.values:
        raise RuleViolation("told_missing", _("请选择怎样把答复告诉来人"), field="told", rule="R6.17")
    if told == DropIn.Told.SMS and Channel.SMS not in letters.channels():
        raise RuleViolation("no_sms", _("本系统没有接入短信，请电话或者当面告知"), field="told")
    record.answer, record.told = require_reason(text, "text"), told
    record.answered_by_id, record.answered_at = actor.user_id, at
    record.reply()
    facts = {"answer": record.answer, "told": told}
    chain.append(record, act="drop_in_answered", actor=actor.label, at=at, facts=facts)
    record.save()
    if told == DropIn.Told.SMS:
        letters.write(f"drop_in:{record.pk}", [_sms(record)], at=at)
    return record


def _sms(record: DropIn) -> Letter:
    link = reverse("workflows:drop_in_answer", args=[record.code])
    return Letter(
        channel=Channel.SMS,
        kind="drop_in_answered",
        language=settings.LANGUAGE_CODE,
        body=SMS_TEXT.format(link=f"{settings.SITE_URL}{link}"),
        address=record.phone,
        link=link,
    )
