"""The receipt slip: printing notes a printing; the page is the slip itself, for A5 or for a roll of 80 mm."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from paper import qr
from permits import materials
from permits.access import case_for
from permits.at_counter import slips
from permits.models import Case, SlipPrint
from permits.views.common import refused
from permits.wording import grouped
from workflows.desk import finding
from workflows.lists.worklists import last_day_of_notice
from workflows.pages import staff


@staff.for_roles(User.Role.WINDOW)
@require_POST
def print_slip(request: SignedInRequest, key: str) -> HttpResponse:
    """Note the printing and show what is printed."""
    case = case_for(request.user, key)
    try:
        made = slips.print_slip(
            case, paper=request.POST.get("paper", ""), actor=Actor.of(request.user), at=timezone.now()
        )
    except RuleViolation as violation:
        return refused(request, violation, finding.desk_of(case))
    return redirect("workflows:slip", made.pk)


@staff.for_roles(User.Role.WINDOW)
@require_safe
def slip(request: SignedInRequest, pk: int) -> HttpResponse:
    """One printing: what was handed in, by whom it was taken in, the code under which it is followed."""
    visible = Case.objects.visible_to(request.user)
    made = get_object_or_404(SlipPrint.objects.filter(case__in=visible).select_related("by"), pk=pk)
    case = case_for(request.user, made.case.key)
    lines = [line for line in materials.material_list(case) if line.files]
    context = {
        "slip": made,
        "case": case,
        "number": grouped(case.number or ""),
        "lines": lines,
        "pages": sum(line.pages for line in lines),
        "matters": [matter.name for matter in case.matters.all()],
        "assistances": case.assistances.all(),
        "answer_by": last_day_of_notice(current_calendar(), case.complete_on),
        "code": qr.png_data_uri(f"{settings.SITE_URL}{reverse('workflows:progress', args=[case.code])}"),
        "desk": finding.desk_of(case),
    }
    return render(request, "workflows/window/slip.html", context)


urlpatterns = [
    path("window/desk/<str:key>/slip/", print_slip, name="print_slip"),
    path("window/slips/<int:pk>/", slip, name="slip"),
]
