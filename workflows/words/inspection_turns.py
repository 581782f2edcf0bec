"""Whose turn it is while a joint visit is under way: words for `workflows.words.turns`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from permits.models import Case, CaseMatter, Inspection


@dataclass(frozen=True, slots=True)
class VisitTurn:
    """What is said of the visit; with a last day `by` it is the applicant's turn, under this title."""

    text: str
    title: str = ""
    by: date | None = None


def words(case: Case, waiting: Sequence[CaseMatter]) -> VisitTurn | None:
    """What a visit means for whose turn it is; None, and no statement, where none is under way."""
    if not any(row.is_under_inspection for row in waiting):
        return None
    visits = sorted(case.inspections.all(), key=lambda visit: visit.pk)
    visit = next((one for one in reversed(visits) if one.state != Inspection.State.CANCELLED), None)
    if visit is None:
        return None
    names = "、".join(row.name for row in waiting if row.is_under_inspection)
    if any(row.state == CaseMatter.State.RECTIFYING for row in waiting):
        text = _("现场核查后需要整改：%(names)s。请按整改通知书整改，并在联合核查页面申请复查；各部门一次共同复查。")
        return VisitTurn(text % {"names": names}, _("轮到您：整改后申请复查"), visit.rectify_by)
    if visit.state == Inspection.State.SCHEDULED and visit.starts_at is not None:
        told = {"moment": localtime(visit.starts_at).strftime("%Y-%m-%d %H:%M"), "names": names}
        return VisitTurn(_("约定 %(moment)s 一同上门核查：%(names)s。") % told)
    if visit.state == Inspection.State.CLOSED:
        return VisitTurn(_("您已申请复查，各部门正在约定时间：%(names)s。") % {"names": names})
    return VisitTurn(_("各部门正在约定一同上门核查的时间：%(names)s。") % {"names": names})
