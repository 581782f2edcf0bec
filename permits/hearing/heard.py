"""What a right to a hearing means for decisions: none before it is over, and each rests on the record (R2.23)."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.law.hearing_rules import Standing, standing
from permits.models import CaseMatter, Hearing, HeldPermit


def require_heard(rows: Iterable[CaseMatter], today: date, *, favours_applicant: bool = False) -> dict[str, str]:
    """By matter, the record on which its decision rests. Refused while a right to a hearing may be used or its hearing is to be
    held; a decision in the applicant's favour ends the hearing on an adverse one. No statement where no right was told.

    `rows` come from `statements.all_matters`, or from anywhere else: then they are looked up.
    """
    found = _of(rows)
    over: list[Hearing] = []
    for one in found:
        if one.state not in Hearing.GOING_ON:
            continue
        if favours_applicant and one.cause == Hearing.Cause.REFUSAL:
            one.end()
        else:
            _require_over(one, today)
            one.lapse()
        over.append(one)
    update_rows(over, ["state"])
    return {one.case_matter.matter: f"听证笔录（{one.record.number}）" for one in found if one.record is not None}


def penalty_heard(rows: Sequence[CaseMatter], today: date) -> dict[int, dict[str, str]]:
    """By matter, when the right to a hearing on the penalty was told and what came of it, as the decision says it (行政处罚法
    arts. 63, 64). Refused where it was not told, while it may be used, and while its hearing is to be held."""
    require_heard(rows, today)
    about = counting(rows)
    newest = {about[one.case_matter_id]: one for one in _of(rows) if one.cause == Hearing.Cause.PENALTY}
    for row in rows:
        if row.pk not in newest:
            raise RuleViolation(
                "hearing_not_told",
                _("吊销“%(name)s”之前，请先在“听证”页告知当事人有权要求听证") % {"name": row.name},
                field="matters",
                rule="R2.33",
            )
    return {pk: {"hearing_told_on": str(one.told_on), "statement": _came_of(one)} for pk, one in newest.items()}


def _came_of(one: Hearing) -> str:
    match one.state:
        case Hearing.State.HELD if one.held_on is not None and one.record is not None:
            on = f"{one.held_on.year}年{one.held_on.month}月{one.held_on.day}日"
            return f"{on}举行了听证，听证笔录（{one.record.number}）。"
        case Hearing.State.WAIVED:
            return "当事人放弃听证。"
    return "当事人没有在期限内要求听证。"


def end(rows: Iterable[CaseMatter]) -> None:
    """The hearings of matters that are withdrawn, or whose permit has ended: there is nothing left to be heard on."""
    going_on = [one for one in _of(rows) if one.state in Hearing.GOING_ON]
    for one in going_on:
        one.end()
    update_rows(going_on, ["state"])


def counting(rows: Iterable[CaseMatter]) -> dict[int, int]:
    """By the key of each row whose hearings count, the row for which they do: the row itself, and of a permit that joined from
    another case also the one there (R1.10)."""
    every = list(rows)
    about = {row.pk: row.pk for row in every if row.__dict__.get("has_hearing", True)}
    joined = {(row.case_id, row.matter): row.pk for row in every if row.merged_from == CaseMatter.MergedFrom.REGISTER}
    if joined:
        named = HeldPermit.objects.filter(state=HeldPermit.State.MERGED, case__in={case for case, _matter in joined})
        for case, matter, source in named.values_list("case", "matter", "source"):
            if source is not None and (case, matter) in joined:
                about[source] = joined[case, matter]
    return about


def _of(rows: Iterable[CaseMatter]) -> Sequence[Hearing]:
    about = counting(rows)
    if not about:
        return []
    return list(Hearing.objects.filter(case_matter__in=about).select_related("record", "case_matter"))


def _require_over(one: Hearing, today: date) -> None:
    told = {"name": one.case_matter.name, "party": one.party_name, "day": one.ask_by}
    match standing(current_calendar(), one.as_fact, today):
        case Standing.OPEN:
            message = _("“%(name)s”已告知%(party)s有权要求听证，%(day)s（含当日）以前不能作出决定") % told
        case Standing.DUE:
            message = _("“%(name)s”的%(party)s已要求听证，应当根据听证笔录作出决定：请先举行听证") % told
        case _:
            return
    raise RuleViolation("hearing_pending", message, field="matters", rule="R2.23")
