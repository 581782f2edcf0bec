"""Whose turn it is while a paper may come after acceptance (R6.9, R6.10): words for `workflows.words.turns`.

Reads the case's papers as they were fetched with it.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from calendars.working_days import Deadline
from permits.late import lacking
from permits.models import Case, Tolerance


def is_offered(case: Case) -> bool:
    """Whether an offer waits for the applicant's signature."""
    return any(one.state == Tolerance.State.OFFERED for one in case.tolerances.all())


def offered_words(case: Case) -> tuple[str, str]:
    """Title and text of the turn while an offer is out."""
    names = _names(case, (one for one in case.tolerances.all() if one.state == Tolerance.State.OFFERED))
    text = _(
        "除次要材料（%(names)s）外，申请材料齐全。您签署补交承诺的，立即受理，材料在受理后按期补交；"
        "不愿意承诺的，不用做什么：窗口会一次性告知补正；到下面的日期没有告知的，自收到材料之日起即为受理。"
    )
    return _("轮到您：窗口同意容缺受理，请签署承诺"), text % {"names": names}


def awaited(case: Case) -> list[Tolerance]:
    """The papers that the applicant still has to bring."""
    return [one for one in case.tolerances.all() if one.is_awaited]


def to_bring(case: Case, today: date) -> list[Tolerance]:
    """The papers that the applicant can still bring; none while others that came decide when acceptance ends (R6.11)."""
    return [] if overdue_words(case, today) else awaited(case)


def overdue_words(case: Case, today: date) -> str:
    """That acceptance ends once what came was looked at, for another paper did not come; empty where it does not."""
    papers = case.tolerances.all()
    failed = [one for one in papers if one.is_over(today)]
    if not failed or not any(one.is_unchecked for one in papers):
        return ""
    text = _("另有材料逾期没有补齐：%(names)s。窗口看过补交的材料之后，终止受理；终止受理不是不予许可。")
    return text % {"names": _names(case, failed)}


def ending_words(case: Case, today: date) -> str:
    """That acceptance ends next, because a last day has passed and nothing waits to be looked at (R6.11); empty before."""
    papers = case.tolerances.all()
    failed = [one for one in papers if one.is_over(today)]
    if not failed or any(one.is_unchecked for one in papers):
        return ""
    text = _("补交期限已过，没有补齐的材料（%(names)s）不能再补交。系统随后出具终止受理告知书。")
    return text % {"names": _names(case, failed)} + _("终止受理不是不予许可，材料备齐后可以重新申请。")


def awaited_words(case: Case, papers: list[Tolerance], rest: str) -> tuple[str, str]:
    """Title and text while a paper is awaited; `rest` says what the departments do meanwhile."""
    text = _(
        "请在下面的日期前补交：%(names)s。补齐并经确认之前，需要这些材料的决定不生效，其余决定在承诺办结日期过后可以先行发证；"
        "逾期未补齐的，终止受理，终止受理不是不予许可。"
    )
    return _("轮到您：补交容缺的材料"), text % {"names": _names(case, papers)} + rest


def meanwhile(case: Case, done: int, total: int) -> str:
    """What the departments do while a paper is awaited."""
    told = {"done": done, "total": total, "day": case.promised_by}
    return _("各部门同时审批（%(done)d/%(total)d 项已作出决定），承诺办结日期 %(day)s。") % told


def first_day(papers: Iterable[Tolerance]) -> Deadline | None:
    """The earliest last day of these papers."""
    found = [Deadline(one.due_on, one.provisional) for one in papers if one.due_on]
    return min(found, key=lambda limit: limit.date, default=None)


def unchecked_words(case: Case) -> str:
    """That papers came and wait to be looked at; empty without any."""
    papers = [one for one in case.tolerances.all() if one.is_unchecked]
    return _("补交的材料（%(names)s）等待窗口确认。") % {"names": _names(case, papers)} if papers else ""


def _names(case: Case, papers: Iterable[Tolerance]) -> str:
    return "、".join(lacking.name_of(case, one.material) for one in papers)
