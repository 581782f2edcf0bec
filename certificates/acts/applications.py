"""Applications of holders after the grant, renewal, change and cancellation: filed once, decided permit by permit, each by its department.

An application takes the life of permits further, not the case: the case's flow has ended, and no other may wait for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import YearNotLoaded
from certificates.models import ApplicationPart, HolderApplication, LicenceItem
from permits import documents
from permits.bodies import service_office
from permits.models import Case, Document, HeldPermit
from permits.rules import require_applicant, require_role

DECIDE_WITHIN = 20
"""Working days (art. 42)."""
NAMES = {"name": "f_name", "representative": "f_rep_name"}
"""What a licence says of its holder, by the field of the form that tells it."""


def require_holder(case: Case, actor: Actor, at: datetime) -> Actor:
    """The holder, their agent, or the counter for them."""
    return require_applicant(case, actor, Authority.Act.FILE, at)


def items_of(case: Case) -> list[LicenceItem]:
    """All permits of a case, on its licence or on their own, in their order."""
    found = LicenceItem.objects.filter(case_matter__case=case)
    return list(found.select_related("body", "case_matter").order_by("case_matter__position"))


def require_none_pending(items: Sequence[LicenceItem]) -> None:
    """One application at a time for each permit."""
    busy = set(ApplicationPart.objects.filter(item__in=list(items), state="pending").values_list("item", flat=True))
    for item in items:
        if item.pk in busy:
            raise RuleViolation(
                "applied_already",
                _("“%(name)s”已有一件申请在办，决定之后才能再申请") % {"name": item.name},
                field="matters",
                rule="R2.29",
            )
    _require_not_joining(items)


def _require_not_joining(items: Sequence[LicenceItem]) -> None:
    """What was confirmed for another case's licence moves there, and what waits for a decision cannot (R1.10)."""
    rows = [item.case_matter_id for item in items]
    confirmed = HeldPermit.objects.filter(source__in=rows, state=HeldPermit.State.CONFIRMED)
    if one := confirmed.first():
        raise RuleViolation(
            "joins_another",
            _("“%(name)s”正在并入另一件申请的综合许可证：请先撤回并入，或者等那张证颁发以后再申请")
            % {"name": one.name},
            field="matters",
            rule="R1.10",
        )


def file(
    case: Case,
    kind: HolderApplication.Kind,
    due: Mapping[LicenceItem, date],
    *,
    actor: Actor,
    at: datetime,
    fields: Mapping[str, list[str]] | None = None,
    changes: str = "",
    reason: str = "",
) -> tuple[HolderApplication, list[ApplicationPart], list[documents.Parcel]]:
    """Take an application in: its receipt, its parts with the day by which each is decided. `changes`: what is to change, as
    papers say it; `reason`: why it is applied for, in the holder's words."""
    today = timezone.localtime(at).date()
    told = {
        "wanted": kind,
        "filed_on": str(today),
        "answer_by": str(max(due.values())),
        "change_words": changes or reason,
        "provisional": current_calendar().is_tentative(today, max(due.values())),
    }
    rows = [item.case_matter for item in due]
    draft = documents.Draft(Document.Kind.APPLICATION_RECEIPT, service_office(), rows, told)
    (receipt,), parcels = documents.write(case, [draft], at=at)
    made = HolderApplication(
        case=case,
        kind=kind,
        fields=dict(fields or {}),
        reason=reason,
        filed_at=at,
        filed_on=today,
        by_id=actor.user_id,
        receipt=receipt,
    )
    insert_rows([made])
    parts = [ApplicationPart(application=made, item=item, due_on=day) for item, day in due.items()]
    insert_rows(parts)
    return made, parts, parcels


def pending(case: Case, kind: HolderApplication.Kind, matters: Sequence[str], actor: Actor) -> list[ApplicationPart]:
    """The parts of these permits that wait for this department's decision (R1.2)."""
    require_role(actor, User.Role.OFFICER)
    wanted = set(matters)
    found = ApplicationPart.objects.filter(
        application__case=case, application__kind=kind, item__matter__in=wanted, state=ApplicationPart.State.PENDING
    )
    parts = list(found.select_related("application", "item__body", "item__case_matter").order_by("item__position"))
    if not wanted or {part.item.matter for part in parts} != wanted:
        raise RuleViolation("nothing_applied_for", _("没有待决定的申请"), field="matters", rule="R2.29")
    for part in parts:
        if part.item.body_id != actor.body:
            raise RuleViolation(
                "not_your_matter",
                _("“%(name)s”由%(body)s决定,不属于您的部门") % {"name": part.item.name, "body": part.item.body.name},
                field="matters",
                rule="R1.2",
            )
    return parts


def close(parts: Sequence[ApplicationPart], decisions: Sequence[Document], *, actor: Actor, at: datetime) -> None:
    """Note the decisions of parts that have just changed their state."""
    for part, decision in zip(parts, decisions, strict=True):
        part.decision, part.ended_at, part.decided_by_id = decision, at, actor.user_id
    update_rows(parts, ["state", "reason", "decision", "ended_at", "decided_by"])


def due(today: date) -> date:
    """The last day for a decision on what was applied for today (art. 42). Raises RuleViolation."""
    try:
        return current_calendar().add(today, DECIDE_WITHIN).date
    except YearNotLoaded as missing:
        raise RuleViolation("no_calendar", str(missing), rule="R2.6") from missing


def void(items: Sequence[LicenceItem], at: datetime) -> None:
    """End what was applied for of permits that have ended."""
    parts = list(ApplicationPart.objects.filter(item__in=list(items), state=ApplicationPart.State.PENDING))
    for part in parts:
        part.void()
        part.ended_at = at
    update_rows(parts, ["state", "ended_at"])


def holder_now(case: Case, holder: Mapping[str, Any]) -> dict[str, Any]:
    """What a licence said of its holder, with every change of which no decision is open and some department granted."""
    told = dict(holder)
    changes = HolderApplication.objects.filter(case=case, kind=HolderApplication.Kind.CHANGE).prefetch_related("parts")
    for one in changes.order_by("pk"):
        states = {part.state for part in one.parts.all()}
        if ApplicationPart.State.PENDING not in states and ApplicationPart.State.GRANTED in states:
            told |= {name: one.fields[field][1] for name, field in NAMES.items() if field in one.fields}
    return told
