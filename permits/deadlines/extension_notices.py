"""The notices of extensions (延长审批期限告知书): of one matter's limit, and those that name no days yet because a clock stands (R6.3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts.actors import Actor
from calendars.services import current as current_calendar
from calendars.working_days import Deadline
from permits import clock, documents
from permits.bodies import body, service_office
from permits.deadlines import limits
from permits.models import Case, CaseMatter, Document, LimitExtension
from permits.rules import body_code

LEVEL_NAMES = {LimitExtension.Level.ORGAN: "本行政机关负责人", LimitExtension.Level.GOVERNMENT: "区人民政府负责人"}
"""The approvers as official papers name them."""


def notice_of(
    row: CaseMatter, extension: LimitExtension, before: date | None, after: date | None, approver: Actor
) -> documents.Draft:
    """The notice of one matter's extension; without days while its clock stands."""
    facts = {
        "old_by": str(before or ""),
        "new_by": str(after or ""),
        "days": extension.days,
        "day_type": extension.day_type,
        "reason": extension.reason,
        "approver_level": LEVEL_NAMES[LimitExtension.Level(extension.level)],
        "approver": approver.label.partition(" ")[2] or approver.label,
        "provisional": _is_tentative(row.case, after),
    }
    return documents.Draft(Document.Kind.EXTENSION_NOTICE, body(body_code(row)), [row], facts)


def _is_tentative(case: Case, by: date | None) -> bool:
    """Whether a limit of the case rests on a year without an official notice (R2.6)."""
    return by is not None and case.accepted_on is not None and current_calendar().is_tentative(case.accepted_on, by)


def joint_notice(case: Case, extension: LimitExtension, before: Deadline | None, approver: str) -> documents.Draft:
    """The notice about the whole case (art. 42 para 2): the reasons are told to the applicant."""
    after = limits.joint_limit(case, current_calendar(), extended=True)
    facts = {
        "joint": True,
        "old_by": str(before.date) if before else "",
        "new_by": str(after.date) if after else "",
        "days": extension.days,
        "day_type": extension.day_type,
        "reason": extension.reason,
        "approver_level": LEVEL_NAMES[LimitExtension.Level(extension.level)],
        "approver": approver,
        "provisional": any(limit.provisional for limit in (before, after) if limit),
    }
    handled = [row for row in case.matters.select_related("section") if row.is_undecided]
    return documents.Draft(Document.Kind.EXTENSION_NOTICE, service_office(), handled, facts)


def write_postponed(
    case: Case, rows: Sequence[CaseMatter], *, at: datetime
) -> tuple[dict[str, Any], list[documents.Parcel]]:
    """Write the second notices of extensions that were approved while the clock of these matters stood, and which therefore
    named no days: of the matters, and of the joint limit, whose days are known once no clock stands (R6.3). What the log
    keeps of them, and their parcels; call it once the clocks run again."""
    drafts = [*_postponed(case, rows), *_postponed_jointly(case)]
    if not drafts:
        return {}, []
    papers, parcels = documents.write(case, drafts, at=at)
    return {"notices": [paper.number for paper in papers]}, parcels


def _postponed(case: Case, rows: Sequence[CaseMatter]) -> list[documents.Draft]:
    """Extensions of these matters that were approved while the clock stood: the notice named no days, which are known now (R6.3)."""
    extended = LimitExtension.objects.filter(case_matter__in=rows, state=LimitExtension.State.APPROVED)
    told = {
        matter: paper.facts
        for paper in case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE).order_by("pk")
        for matter in paper.matters
        if not paper.facts.get("joint")
    }
    fresh = {row.pk: row for row in case.matters.select_related("section") if row.statutory_by}
    drafts = []
    for extension in extended.order_by("pk"):
        row = fresh.get(extension.case_matter_id or 0)
        old = told.get(row.matter) if row else None
        if row is None or old is None or old["new_by"]:
            continue
        facts = {name: old[name] for name in ("days", "day_type", "reason", "approver_level", "approver")}
        before, after = _days_of(case, row, None), _days_of(case, row, extension)
        facts |= {"old_by": str(before.statutory_by or ""), "new_by": str(row.statutory_by)}
        facts |= {"provisional": before.provisional or after.provisional}
        drafts.append(documents.Draft(Document.Kind.EXTENSION_NOTICE, body(row.section.body_id), [row], facts))
    return drafts


def _days_of(case: Case, row: CaseMatter, extension: LimitExtension | None) -> clock.Dates:
    """The last days that the matter has with its extension, or would have without one."""
    assert case.accepted_on is not None  # a clock ran
    own = limits.limits_of(row, limits.facts_of(case).stops.get(row.pk, ()), extension)
    return clock.dates(current_calendar(), case.accepted_on, own)


def _postponed_jointly(case: Case) -> list[documents.Draft]:
    """The notice of the joint extension with its days, where the one that is out named none and no clock stands any more."""
    known = case.documents.filter(kind=Document.Kind.EXTENSION_NOTICE, facts__joint=True).order_by("pk")
    told = [paper.facts for paper in known]
    before = limits.joint_limit(case, current_calendar(), extended=False) if told and not told[-1]["new_by"] else None
    if before is None:
        return []
    extension = case.extensions.get(case_matter=None, state=LimitExtension.State.APPROVED)
    return [joint_notice(case, extension, before, str(told[-1]["approver"]))]
