"""The limit of handling all matters of a case together, and recording its one extension (art. 42 para 2; R1.39, R2.19)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.deadlines import joint_extensions, limits
from permits.models import Case
from workflows.forms.clock import JointExtensionForm
from workflows.lists.worklists import limit
from workflows.pages import staff
from workflows.pages.office.service_office import OFFICE


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def joint_limit(request: SignedInRequest, number: str) -> HttpResponse:
    """The joint limit of a case that is being decided; the service office records what the government approved."""
    case = _case(request, number)
    form = JointExtensionForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _show(request, case, form)
    if not form.is_valid():
        return _show(request, case, form, status=422)
    try:
        joint_extensions.extend_jointly(case, **form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error))
        return _show(request, _case(request, number), form, violation=error, status=409)
    messages.success(request, _("已登记延长，告知书已生成并告知申请人"))
    return redirect("workflows:joint_limit", number)


def _case(request: SignedInRequest, number: str) -> Case:
    """An accepted case that this person may see; 404 for others."""
    visible = Case.objects.visible_to(request.user).select_related("enterprise", "catalogue")
    case = visible.defer("catalogue__document").filter(number=number, accepted_on__isnull=False).first()
    if case is None:
        raise Http404
    return case


def _show(
    request: SignedInRequest, case: Case, form: JointExtensionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    today, is_extended = timezone.localdate(), limits.facts_of(case).is_jointly_extended
    last = limits.joint_limit(case, current_calendar(), extended=is_extended)
    longer = limits.joint_limit(case, current_calendar(), extended=True)
    context = {
        "case": case,
        "form": form,
        "is_extended": is_extended,
        "limit": limit(current_calendar(), today, last.date if last else None),
        "provisional": bool(last and last.provisional),
        "longer": longer,
        "may_extend": case.state in Case.UNDECIDED_STATES and not is_extended and not (last and last.date < today),
        "extension": case.extensions.filter(case_matter=None).select_related("decided_by").first(),
        **more,
    }
    return render(request, "workflows/service_office/joint_limit.html", context, status=status)


urlpatterns = [path("office/<slug:number>/joint-limit/", joint_limit, name="joint_limit")]
