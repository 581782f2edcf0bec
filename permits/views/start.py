"""From a one-time notice to a draft: for which enterprise, and whether a draft begun before goes on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Enterprise, User
from audit.violations import RuleViolation
from industries.models import Notice
from industries.results import Remark
from permits.access import FILING_ROLES, case_for
from permits.acting_for import applicants
from permits.barring import notice_bars
from permits.merged_form import drafts
from permits.merged_form.forms import DescribeForm
from permits.views.common import SignedIn, refused

BEGIN_FOR = "begin_for"
"""The key in the session under which the counter keeps whom it found before the questions were answered."""
BEGIN_NAME = "begin_for_name"
"""Likewise the name, which the pages of the questions show."""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: SignedIn, code: str) -> HttpResponse:
    """Choose an enterprise, claim one from the register, or describe one; then the draft begins or goes on."""
    notice = get_object_or_404(Notice.objects.select_related("catalogue").defer("catalogue__document"), code=code)
    if request.user.role not in FILING_ROLES:
        raise PermissionDenied(_("申请由企业的人员或政务服务窗口提交"))
    form = DescribeForm(request.POST if request.POST.get("act") == "describe" else None)
    if request.method == "POST":
        try:
            return _acted(request, notice, form)
        except RuleViolation as violation:
            if violation.field not in form.fields:
                return refused(request, violation, reverse("permits:start", args=[code]))
            form.add_error(violation.field, str(violation))
    return _page(request, notice, form)


def _page(request: SignedIn, notice: Notice, form: DescribeForm) -> HttpResponse:
    wanted = request.GET.get("q", request.session.get(BEGIN_FOR, ""))[:60]
    offered = applicants.offered(request.user, wanted, on=timezone.localdate())
    context = {
        "notice": notice,
        "offered": offered,
        "bars": _bars(notice, offered),
        "is_window": request.user.role == User.Role.WINDOW,
        "q": wanted,
        "form": form,
        "unchosen": request.method == "POST" and not form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "permits/start.html", context, status=status)


def _bars(notice: Notice, offered: list[tuple[str, str]]) -> list[Remark]:
    """What of this notice the enterprises on the page may not apply for (R2.27)."""
    known = list(Enterprise.objects.filter(uscc__in=[uscc for uscc, _name in offered]))
    return notice_bars.remarks(notice, known, timezone.localdate())


def _acted(request: SignedIn, notice: Notice, form: DescribeForm) -> HttpResponse:
    """What the POST asks for: move a draft, begin for a chosen or for a described enterprise; else the page again."""
    act, at = request.POST.get("act", ""), timezone.now()
    if act == "move":
        return _move(request, notice)
    if act in ("choose", "anew") and request.POST.get("enterprise"):
        enterprise = applicants.chosen(request.user, request.POST["enterprise"], at=at)
        return _begin(request, notice, enterprise, anew=act == "anew")
    if act == "describe" and form.is_valid():
        enterprise = applicants.described(form.cleaned_data, user=request.user, actor=Actor.of(request.user), at=at)
        return _begin(request, notice, enterprise, anew=False)
    return _page(request, notice, form)


def _begin(request: SignedIn, notice: Notice, enterprise: Enterprise, *, anew: bool) -> HttpResponse:
    """Begin a draft; where others of this enterprise are open, ask first whether one of them goes on."""
    actor = Actor.of(request.user)
    others = list(drafts.open_drafts(enterprise, actor))
    if not anew and others and all(case.notice_id != notice.pk for case in others):
        came_from = request.session.get("draft")
        return render(
            request,
            "permits/start_draft.html",
            {"notice": notice, "enterprise": enterprise, "drafts": others, "came_from": came_from},
        )
    for key in (BEGIN_FOR, BEGIN_NAME):
        request.session.pop(key, None)
    case = drafts.begin(notice, enterprise, actor=actor, at=timezone.now())
    return redirect("permits:draft", key=case.key)


def _move(request: SignedIn, notice: Notice) -> HttpResponse:
    case = case_for(request.user, request.POST.get("case", ""))
    drafts.take_notice(case, notice, actor=Actor.of(request.user), at=timezone.now())
    request.session.pop("draft", None)
    messages.success(request, _("已按新的告知单更新；之前填写和上传的内容都保留着"))
    return redirect("permits:draft", key=case.key)
