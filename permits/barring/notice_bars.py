"""Bars (R2.27) as the reader of a one-time notice is told of them: those on its matters, against whom the reader acts for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.authorities import enterprises_open_to
from accounts.enterprises import enterprises_of
from accounts.models import Authority, Enterprise, User
from calendars.services import current as current_calendar
from calendars.working_days import WorkingCalendar
from industries.models import Notice
from industries.results import Remark
from industries.signals import notice_read
from permits import service
from permits.barring import bars
from permits.models import Case, ReapplyBar


@receiver(notice_read)
def tell(notice: Notice, user: User, on: date, **_more: Any) -> list[Remark]:
    """The bars on the notice's matters against the enterprises that the reader acts for, or began a case for from it."""
    return remarks(notice, _known(notice, user, on), on)


def _known(notice: Notice, user: User, on: date) -> list[Enterprise]:
    """Whom the reader asks for: applicants those they speak for, the counter those whose drafts it made from the notice."""
    if user.role == User.Role.APPLICANT:
        return [*enterprises_of(user), *enterprises_open_to(user, Authority.Act.FILE, on)]
    if user.role != User.Role.WINDOW:
        return []
    begun = Case.objects.visible_to(user).filter(notice=notice)
    return list(Enterprise.objects.filter(pk__in=begun.values("enterprise")))


def remarks(notice: Notice, enterprises: Iterable[Enterprise], on: date) -> list[Remark]:
    """One remark for each bar, with its last day, why, and what can be done against the decision."""
    matters = [entry["id"] for entry in notice.result["matters"]]
    known = list({one.pk: one for one in enterprises}.values())
    found = bars.against_any(known, matters, on)
    calendar = current_calendar() if found else None
    return [_remark(bar, calendar) for bar in found if calendar is not None]


def _remark(bar: ReapplyBar, calendar: WorkingCalendar) -> Remark:
    told = {
        "name": bar.name,
        "who": bar.subject_name,
        "until": bar.until,
        "why": bar.get_ground_display(),
        "basis": bar.basis,
        "paper": bar.document.title,
        "number": bar.document.number,
    }
    lines = [
        _("%(why)s（%(basis)s，《%(paper)s》%(number)s）。") % told,
        _("可以本次不办这一事项：其他事项照常申请，开始办理后在任务清单里选择“本次不办”。期满后可以另行申请。"),
        _remedy(bar, calendar),
    ]
    title = _("%(name)s：%(who)s至 %(until)s（含当日）不得再次申请") % told
    return Remark(title, tuple(line for line in lines if line))


def _remedy(bar: ReapplyBar, calendar: WorkingCalendar) -> str:
    """To whom one can turn against the decision, and until when where its days run."""
    told = service.last_days(bar.document, calendar)
    if not told:
        return ""
    if "review_by" not in told:
        words = _("不服原决定的，可以向%(review_body)s申请行政复议，或者向%(court)s起诉；原决定撤销后限制随之解除。")
    else:
        words = _(
            "不服原决定的，可以在 %(review_by)s 前向%(review_body)s申请行政复议，或者在 %(suit_by)s 前向%(court)s起诉；"
            "原决定撤销后限制随之解除。"
        )
    return words % {name: told.get(name, "") for name in ("review_body", "court", "review_by", "suit_by")}
