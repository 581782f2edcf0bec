"""The life of a permit after it was granted: revocation (撤销) where a commitment was not kept, and its cancellation (注销).

One permit at a time: the others on the licence stay valid, the licence keeps its number and gets a next version (R1.17).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import facts, issuing
from certificates.models import LicenceItem
from certificates.status import ItemState
from outbox import post
from permits import breaches, documents, lacking, messages, post_checks, remedies
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, CaseMatter, Document
from permits.rules import require_reason

COMMITMENT_BROKEN = "commitment_broken"
STATEMENT = "本机关在责令限期整改时已告知你（单位）拟撤销该项许可的事实、理由和依据，以及依法享有的陈述、申辩权利。"
REGISTRATION = "许可被撤销的，应当自撤销之日起30日内办理经营范围的变更登记或者注销登记。"


def revoke(
    case: Case, *, matters: Sequence[str], ground: str, actor: Actor, at: datetime, reason: str
) -> list[LicenceItem]:
    """Revoke these permits because what was promised is still not so after the period of the order (R6.6), then cancel
    them (R2.33), bring out the licence's next version (R1.17) and put the breach on the record (R6.4)."""
    if ground != COMMITMENT_BROKEN:
        raise RuleViolation("no_such_ground", _("目前只能因违背告知承诺撤销许可"), field="ground", rule="R2.33")
    reason = require_reason(reason)
    with holding(case):
        today = timezone.localtime(at).date()
        checks = post_checks.revocable(case, matters, actor=actor, today=today)
        items = _items(case, matters)
        effect = _effect(case, items)
        decisions, parcels = documents.write(case, _decisions(items, checks, reason, effect, at), at=at)
        numbers = [decision.number for decision in decisions]
        records, more = documents.write(case, _records(items, numbers, effect, at), at=at)
        for item in items:
            item.revoke()
            item.case_matter.revoked_at = at
        update_rows(items, ["state"])
        update_rows([item.case_matter for item in items], ["revoked_at"])
        post_checks.close_revoked(checks, findings=reason, actor=actor, today=today)
        for check, decision in zip(checks, decisions, strict=True):
            breaches.of_revocation(case, check.case_matter, decision, at=at)
        version = None
        if any(item.licence_id for item in items):  # a permit of its own changes no licence
            version = issuing.next_version(case, issuing.items_of(case.licence), at=at, reason="revoked")
        told = {"matters": [item.matter for item in items], "ground": ground, "reason": reason}
        chain.append(case, act="revoked", actor=actor.label, at=at, facts=told | {"decisions": numbers})
        told = {
            "matters": told["matters"],
            "ground": "after_other_act",
            "number": "、".join(one.number for one in records),
        }
        chain.append(case, act="cancellation_recorded", actor=actor.label, at=at, facts=told)
        update_rows([case], HEAD)
        papers = [issuing.paper_parcel(version)] if version else []
        message = messages.told(case, "revoked", at=at, matters=told["matters"], effect=effect)
        post.put_many([*parcels, *more, *papers, message], at=at)
        return items


def _items(case: Case, matters: Sequence[str]) -> list[LicenceItem]:
    """The permits of these matters, in the order of the checks; they hold and can end.

    A grant is in force before any licence joins it: what is revoked by then becomes a permit of its own, and joins none.
    """
    found = LicenceItem.objects.filter(case_matter__case=case, matter__in=list(matters))
    items = list(found.select_related("body", "case_matter"))
    known = {item.case_matter_id for item in items}
    left = [row for row in facts.matters_of(case) if row.matter in set(matters) and row.pk not in known]
    if left:
        _require_no_licence_coming(case, left)
        items += issuing.record_items(left, 1)
    for item in items:
        if item.state not in (LicenceItem.State.VALID, LicenceItem.State.SUSPENDED):
            raise RuleViolation(
                "permit_ended",
                _("“%(name)s”%(state)s，不能再撤销") % {"name": item.name, "state": item.get_state_display()},
            )
    return sorted(items, key=lambda item: item.case_matter.position)


def _require_no_licence_coming(case: Case, rows: Sequence[CaseMatter]) -> None:
    """Between the last decision and the licence, a moment later, nothing is taken out of what is being made."""
    is_made_now = case.state == Case.State.DECIDING and not lacking.count(case)
    undecided = CaseMatter.objects.filter(case=case, state__in=CaseMatter.UNDECIDED_STATES)
    if any(row.valid_from is None for row in rows) or (is_made_now and not undecided.exists()):
        raise RuleViolation("no_permit_yet", _("许可尚未核发，核发之后才能撤销"), rule="R6.6")


def _effect(case: Case, ending: Sequence[LicenceItem]) -> str:
    """What becomes of the combined licence, as papers say it (R1.11, R1.17)."""
    if ending[0].licence_id is None:
        return "该项许可未并入行业综合许可证，对其他许可没有影响。"
    ended = {item.pk for item in ending}
    left = [item for item in case.licence.items.all() if item.pk not in ended and item.state == ItemState.VALID]
    said = "行业综合许可证中的该事项失效；综合许可证换发新版本，证号不变。"
    if len(left) >= issuing.LEAST_ITEMS:
        return f"{said}其余事项继续有效。"
    return f"{said}综合许可证上有效的许可不足两项，其余各项单项许可的效力不受影响，继续有效。"


def _decisions(
    items: Sequence[LicenceItem], checks: Sequence[post_checks.PostCheck], reason: str, effect: str, at: datetime
) -> list[documents.Draft]:
    drafts = []
    for item, check in zip(items, checks, strict=True):
        said = {
            "ground": COMMITMENT_BROKEN,
            "reason": reason,
            "permit_number": item.number,
            "granted_on": item.granted_on.isoformat(),
            "effect": f"{effect}{REGISTRATION}",
            "order": check.order.number if check.order else "",
            "statement": STATEMENT,
            "remedies": _remedies(item, at),
        }
        drafts.append(documents.Draft(Document.Kind.REVOCATION_DECISION, item.body, [item.case_matter], said))
    return drafts


def _records(items: Sequence[LicenceItem], numbers: Sequence[str], effect: str, at: datetime) -> list[documents.Draft]:
    drafts = []
    for item, number in zip(items, numbers, strict=True):
        said = {
            "ground": "after_other_act",
            "reason": "该项许可已被撤销。",
            "permit_number": item.number,
            "cancelled_on": timezone.localtime(at).date().isoformat(),
            "effect": effect,
            "after": number,
            "remedies": _remedies(item, at),
        }
        drafts.append(documents.Draft(Document.Kind.CANCELLATION_RECORD, item.body, [item.case_matter], said))
    return drafts


def _remedies(item: LicenceItem, at: datetime) -> dict[str, object]:
    return remedies.with_last_days(item.body.remedies, timezone.localtime(at).date(), current_calendar())
