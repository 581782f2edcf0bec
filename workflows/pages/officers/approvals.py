"""Answering what a colleague proposed, on the section's page: approve, send back; the handler takes it back."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits import proposals
from workflows import steps
from workflows.forms.approval import APPROVE, RECALL, SEND_BACK, ApprovalForm
from workflows.pages import staff
from workflows.pages.officers import department
from workflows.shown import section as section_page
from workflows.shown.section import SectionPage


@staff.for_roles(*department.DEPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: SignedInRequest, number: str) -> HttpResponse:
    """The answer to what waits; to read it, the section's page."""
    page = section_page.load(request.user, number, timezone.localdate())
    if request.method != "POST":
        return redirect("workflows:section", number)
    do = request.POST.get("do", "")
    if do == RECALL:
        return _recall(request, page)
    if do not in (APPROVE, SEND_BACK):
        return HttpResponseBadRequest(_("不认识的操作"))
    form = ApprovalForm(request.POST, matters=page.approvals.answerable)
    if page.is_stale(request.POST.get("stamp", "")):
        return department.stale(request, page, approval=form)
    if not form.is_valid():
        return department.show(request, page, approval=form, status=422)
    ids, answer = form.cleaned_data["matters"], form.cleaned_data["answer"]
    actor, at = Actor.of(request.user), timezone.now()
    try:
        if do == APPROVE:
            steps.approve(page.case, matters=ids, opinion=answer, actor=actor, at=at)
        else:
            proposals.send_back(page.case, matters=ids, reason=answer, actor=actor, at=at)
    except RuleViolation as error:
        return department.refused(request, page, error, approval=form)
    done = _("已批准，决定即时生效并告知申请人") if do == APPROVE else _("已退回经办人，理由已告知")
    messages.success(request, done)
    return redirect("workflows:section", number)


def _recall(request: SignedInRequest, page: SectionPage) -> HttpResponse:
    ids = [row.matter for row in page.approvals.own]
    if not ids:
        told = _("没有可以收回的审批意见：可能刚刚已经批准、退回或者收回。请看下面的最新情况。")
        return department.refused(request, page, RuleViolation("nothing_proposed", told))
    try:
        proposals.recall(page.case, matters=ids, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return department.refused(request, page, error)
    messages.success(request, _("已收回，可以修改后重新提交"))
    return redirect("workflows:section", page.case.number)


urlpatterns = [path("work/<slug:number>/approval/", approval, name="approval")]
