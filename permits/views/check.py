"""Check answers: everything that will be or was handed in, section by section or as one department reads it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from permits import materials
from permits.access import case_for
from permits.barring import leaving_out
from permits.delivery import wish_of
from permits.merged_form.form import merged_form
from permits.models import Case
from permits.promises import commitments
from permits.views.common import SignedIn
from permits.views.filing import industry_names


@login_required
@never_cache
@require_GET
def check(request: SignedIn, key: str) -> HttpResponse:
    """The summary with links that change a section and come straight back, the files, the letters, and the button.

    After handing in it stays as a record, without links and button.
    """
    case = case_for(request.user, key)
    is_draft = case.state == Case.State.DRAFT
    form = merged_form(case)
    departments = case.own_catalogue.departments
    readers = {entry.matter.department: departments[entry.matter.department].name for entry in form.notice.matters}
    reader = request.GET.get("department", "")
    lines = materials.material_list(case, form.notice)
    if reader in readers:
        lines = [line for line in lines if any(matter.department == reader for matter in line.asked.required_by)]
    missing = form.missing
    letters = commitments.letters(case, form.notice)
    unsigned = commitments.unsigned_of(case, letters)
    barred = leaving_out.barred_of(case, form.notice, timezone.localdate())
    context = {
        "case": case,
        "barred": barred,
        "is_draft": is_draft,
        "form": form,
        "groups": form.read_by(reader) if reader in readers else form.groups,
        "readers": readers.items(),
        "reader": reader if reader in readers else "",
        "materials": lines,
        "lacking": [line for line in lines if not line.is_done],
        "missing": missing,
        "unfinished": [group for group in form.groups if not group.is_done],
        "unsigned": unsigned,
        "letters": letters,
        "ready": is_draft and not missing and not unsigned and all(one.is_left_out for one in barred),
        "names": industry_names(case),
        "wish": wish_of(case),
        "today": timezone.localdate(),
    }
    return render(request, "permits/check.html", context)
