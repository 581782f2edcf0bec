"""Judging what came for a supplement notice, point by point (逐项核对补正): settled, or still wrong and what."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from permits.completeness import gaps
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Gap, Supplement, SupplementItem
from permits.papers.page import subject_name
from permits.rules import require_reason, require_role, require_state

COLUMNS = ("state", "remark", "judged_at", "judged_by", "judged_body")


def settle(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> list[SupplementItem]:
    """Each named point of the answered notice is settled; or still wrong, where a text says what.

    The window judges any point, a department those that it raised. What a department has judged it alone judges again:
    the point is its own. Where it finds one still wrong, that is also what it proposes for a later notice (R2.9).
    """
    require_role(actor, User.Role.WINDOW, User.Role.OFFICER)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        notice = case.supplements.order_by("-pk").first()
        rows = _points(notice, items) if notice else []
        if not rows or notice is None:
            raise RuleViolation("no_such_point", _("补正告知书没有这一项，请刷新页面查看最新情况"), field="items")
        body = _judging_body(case, notice, rows, actor)
        for row in rows:
            _judge(case, row, items[row.subject], actor, at)
            row.judged_at, row.judged_by_id, row.judged_body_id = at, actor.user_id, body
        update_rows(rows, COLUMNS)
        facts = {
            "body": body,
            "settled": [row.subject for row in rows if row.state == SupplementItem.State.SETTLED],
            "wrong": {row.subject: row.remark for row in rows if row.remark},
        }
        chain.append(case, act="points_judged", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return rows


def raised_by_body(case: Case, notice: Supplement, body: str) -> frozenset[str]:
    """The subjects of a notice's points that this body raised."""
    taken = case.gaps.filter(state=Gap.State.TAKEN, supplement=notice, body__code=body)
    return frozenset(taken.values_list("subject", flat=True))


def _points(notice: Supplement, items: Mapping[str, str]) -> list[SupplementItem]:
    """The points of these subjects; none at all where one is not in the notice."""
    rows = [row for row in notice.items.all() if row.subject in items]
    return rows if len(rows) == len(items) else []


def _judging_body(case: Case, notice: Supplement, rows: list[SupplementItem], actor: Actor) -> str:
    """For which body the actor judges these points; refused where one is not theirs to judge."""
    if actor.is_role(User.Role.WINDOW):
        body = settings.SERVICE_OFFICE
        if any(row.judged_body_id not in (None, body) for row in rows):
            raise RuleViolation("judged_by_department", _("提出部门已核对这一项，由该部门修改核对结果"), field="items")
        return body
    own = raised_by_body(case, notice, str(actor.body))
    if any(row.subject not in own for row in rows):
        raise RuleViolation("not_your_point", _("只能核对本部门提出的补正内容"), field="items", rule="R6.22")
    return str(actor.body)


def _judge(case: Case, row: SupplementItem, text: str, actor: Actor, at: datetime) -> None:
    if text:
        row.find_wrong(require_reason(text, "items", subject_name(case.own_catalogue, row.subject)))
    else:
        row.settle()
    if actor.is_role(User.Role.OFFICER):
        gaps.replace_one(case, row.subject, row.remark, actor=actor, at=at)
