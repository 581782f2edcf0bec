"""A missed promise is explained publicly (R1.37): no illegality, but the responsible department states openly why.

Whoever of the department sees it may say so, also the head, also while a colleague holds the section.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import messages, statements, typed
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, DelayReason
from permits.rules import require_own_matters, require_role, words_in

LONGEST = 500
COLUMNS = ("promised_by", "reason", "stated_by", "stated_at")


def is_missed(case: Case, row: CaseMatter, today: date) -> bool:
    """Whether the promise for a matter of this case has passed without a decision, or was passed by it.

    A clock that stands promises no day, and with the end of the case nothing is promised any more (R2.10, R6.11).
    """
    if row.promised_by is None or row.state == CaseMatter.State.WITHDRAWN:
        return False
    return (row.over_on or closed_on(case) or today) > row.promised_by


def closed_on(case: Case) -> date | None:
    """The day the case was closed, in local time."""
    return timezone.localtime(case.closed_at).date() if case.closed_at else None


def missed(today: date) -> Q:
    """The same as a condition."""
    waiting = Q(case__closed_at=None, promised_by__lt=today) | Q(case__closed_at__date__gt=F("promised_by"))
    late = Q(ended_at=None) & waiting | Q(decided_on__gt=F("promised_by"))
    return late & ~Q(state=CaseMatter.State.WITHDRAWN)


def reason_of(row: CaseMatter) -> DelayReason | None:
    """What was said of it; the row comes with its `delay`."""
    found: DelayReason | None = getattr(row, "delay", None)
    return found


def explain_delay(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[DelayReason]:
    """State publicly why the promise for these matters was missed (R1.37); saying it anew corrects it."""
    require_role(actor, User.Role.OFFICER)
    with holding(case):
        rows = _own(case, matters, actor)
        words = _checked(case, rows, reason, timezone.localtime(at).date())
        known = {one.case_matter_id: one for one in DelayReason.objects.filter(case_matter__in=rows)}
        reasons = [known.get(row.pk) or DelayReason(case_matter=row) for row in rows]
        for row, one in zip(rows, reasons, strict=True):
            assert row.promised_by is not None  # only a day can be missed
            one.promised_by, one.reason, one.stated_by_id, one.stated_at = row.promised_by, words, actor.user_id, at
        update_rows([one for one in reasons if one.pk is not None], COLUMNS)
        insert_rows([one for one in reasons if one.pk is None])
        facts = {"matters": [row.matter for row in rows], "reason": words}
        days = {"promised_by": {row.matter: str(row.promised_by) for row in rows}}
        chain.append(case, act="delay_explained", actor=actor.label, at=at, facts=facts | days)
        update_rows([case], HEAD)
        post.put_many([messages.told(case, "delay_explained", at=at, matters=facts["matters"])], at=at)
        return reasons


def _own(case: Case, matters: Sequence[str], actor: Actor) -> list[CaseMatter]:
    """These matters of a held case, all of the actor's department."""
    everything = statements.all_matters(case)
    rows = [row for row in everything if row.matter in matters]
    unknown = set(matters) - {row.matter for row in rows}
    if unknown or not rows:
        raise RuleViolation(
            "unknown_matter",
            _("本办件没有事项:%(names)s") % {"names": "、".join(sorted(unknown)) or "—"},
            field="matters",
        )
    require_own_matters(actor, rows)
    return rows


def _checked(case: Case, rows: Sequence[CaseMatter], reason: str, today: date) -> str:
    for row in rows:
        if not is_missed(case, row, today):
            raise RuleViolation(
                "promise_not_missed",
                _("“%(name)s”没有超过承诺时限，不需要说明原因") % {"name": row.name},
                field="matters",
                rule="R1.37",
            )
    words = typed.require_nothing_personal(typed.require_printable(typed.cleaned(reason), "reason"), "reason")
    if not words_in(words):
        raise RuleViolation("reason_missing", _("请写明超过承诺时限的原因，它会公开"), field="reason", rule="R1.37")
    if len(words) > LONGEST:
        raise RuleViolation("reason_too_long", _("原因最多 %(most)d 个字") % {"most": LONGEST}, field="reason")
    return words
