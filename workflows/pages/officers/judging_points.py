"""Judging the points of an answered notice: what the pages of the window and of the departments share."""

from collections.abc import Sequence

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.completeness import settling
from permits.models import Case, SupplementItem
from workflows.forms.intake import JudgeForm

ACTS = ("settle", "wrong")
Judging = list[tuple[int, JudgeForm]]
"""The points that the reader may judge, by their keys, each with its form."""


def forms_of(items: Sequence[SupplementItem]) -> Judging:
    """An empty form for each point."""
    return [(item.pk, JudgeForm(item=item)) for item in items]


def judge(request: SignedInRequest, case: Case, items: Sequence[SupplementItem]) -> Judging | None:
    """Judge the point that the request names; the page's forms where it says nothing about what is wrong.

    The point is named by its key: on an old page it is one of an older notice, and none of these.
    """
    item = next((one for one in items if str(one.pk) == request.POST.get("point")), None)
    if item is None:
        raise RuleViolation("stale_page", _("您打开页面之后，情况有了变化，刚才的操作没有提交。请核对后再办理。"))
    remark = ""
    if request.POST["do"] == "wrong":
        form = JudgeForm(request.POST, item=item)
        if not form.is_valid():
            return [(pk, form if pk == item.pk else other) for pk, other in forms_of(items)]
        remark = form.cleaned_data["remark"]
    settling.settle(case, items={item.subject: remark}, actor=Actor.of(request.user), at=timezone.now())
    told = {"place": item.position}
    done = _("第 %(place)d 项已记为仍有问题") if remark else _("第 %(place)d 项核对通过")
    messages.success(request, done % told)
    return None
