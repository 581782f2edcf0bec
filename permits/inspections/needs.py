"""Which matters wait for a site check, and when one may be granted without a joint visit (Licensing Law art. 34).

The law asks for a check where what was handed in has to be verified. Where the notice asks for one, a grant rests on a visit
that the matter passed, or on the department's recorded reason why none took place (docs/decisions/0023).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from industries.entities import Matter
from permits.models import Case, CaseMatter, Inspection

CHECKED_BY_ITSELF = "核查由本部门依法另行完成（《行政许可法》第三十四条第三款）"
"""The reason on record where a department grants and says nothing else: it answers for a check of its own."""
LONGEST_REASON = 500


def needing(rows: Iterable[CaseMatter]) -> list[CaseMatter]:
    """The matters that still have to be looked at on the site, and with which nothing is under way."""
    return [row for row in rows if row.needs_site_check and row.state == CaseMatter.State.PENDING]


def require_grantable(rows: Sequence[CaseMatter], unvisited: str | Mapping[str, str]) -> None:
    """Only what was looked at is granted; `unvisited` is the department's reason where there was no joint visit, the
    same for all or by matter.

    The reason is put on the rows, which the caller saves with the decision.
    """
    for row in rows:
        require_no_visit(row)
        if row.site_check == CaseMatter.SiteCheck.FAILED:
            raise RuleViolation(
                "site_check_failed",
                _("“%(name)s”现场核查不通过，不能准予：%(reason)s")
                % {"name": row.name, "reason": row.site_check_reason},
                rule="R2.18",
            )
        if row.needs_site_check:
            waive(row, unvisited if isinstance(unvisited, str) else unvisited.get(row.matter, ""))


def require_no_visit(row: CaseMatter) -> None:
    """While a visit or its rectification is under way, its outcome comes first."""
    if row.is_under_inspection:
        raise RuleViolation(
            "site_check_open",
            _("“%(name)s”%(state)s：核查通过后才能准予") % {"name": row.name, "state": row.state_words()},
            rule="R2.18",
        )


def waive(row: CaseMatter, reason: str) -> None:
    """Note on the row why no joint visit takes place; it is not saved here."""
    said = reason.strip()
    if not said:
        raise RuleViolation(
            "site_check_missing",
            _("“%(name)s”需要现场核查。请先安排联合核查，或者写明不进行联合核查的理由") % {"name": row.name},
            field=f"unvisited_{row.matter}",
            rule="R2.18",
        )
    row.site_check, row.site_check_reason = CaseMatter.SiteCheck.ELSEWHERE, said[:LONGEST_REASON]


def require_refusable(case: Case, rows: Sequence[CaseMatter], today: date) -> None:
    """Nobody is refused while the period to put things right still runs: what they were given, they may use."""
    if not any(row.state == CaseMatter.State.RECTIFYING for row in rows):
        return
    last = last_notice(case)
    if last is not None and last.rectify_by is not None and today <= last.rectify_by:
        raise RuleViolation(
            "still_in_time",
            _("整改期限到 %(day)s 为止，期满之前不能以未整改为由不予许可") % {"day": last.rectify_by},
            rule="R2.22",
        )


def last_notice(case: Case) -> Inspection | None:
    """The visit whose rectification notice counts now: the last one that was closed with a notice."""
    found = case.inspections.filter(state=Inspection.State.CLOSED, notice__isnull=False)
    return found.order_by("-pk").first()


def waived_by(matter: Matter, row: CaseMatter) -> str:
    """By which rule no check comes before the decision; empty where one does, or where the matter never has one."""
    if not matter.inspection:
        return ""
    if not row.inspection:
        return f"免于现场核查：{matter.inspection_waived_text}"
    return "以告知承诺方式办理，决定后核查" if row.route == CaseMatter.Route.COMMITMENT else ""


def leads(case: Case) -> list[str]:
    """The lead departments of the case's industries, in order: they arrange the visit."""
    industries = case.own_catalogue.industries
    return list(dict.fromkeys(industries[id].lead_department for id in case.industries if id in industries))
