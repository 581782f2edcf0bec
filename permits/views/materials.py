"""The list of materials, and the page on which one of them is handed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits import materials
from permits.access import case_for, may_write
from permits.barring import leaving_out
from permits.merged_form.form import notice_of
from permits.merged_form.forms import UploadForm
from permits.models import Case
from permits.views.common import SignedIn, refused


@login_required
@never_cache
@require_GET
def overview(request: SignedIn, key: str) -> HttpResponse:
    """Every material with its standing: to submit, spared, generated, promised instead."""
    case = case_for(request.user, key)
    lines = materials.material_list(case)
    context = {
        "case": case,
        "to_submit": [line for line in lines if line.to_submit],
        "spared": [line for line in lines if not line.to_submit],
        "lacking": [line for line in lines if not line.is_done],
        "barred": leaving_out.barred_of(case, notice_of(case), timezone.localdate()),
    }
    return render(request, "permits/materials.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: SignedIn, key: str, material: str) -> HttpResponse:
    """One material: its files, and a place for more. Several files may come at once; each is judged by itself."""
    case = case_for(request.user, key)
    lines = materials.material_list(case)
    place = next((at for at, line in enumerate(lines) if line.id == material), None)
    if place is None:
        raise Http404
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        errors = _take_in(request, case, material, request.FILES.getlist("file"))
        if not errors:
            messages.success(request, _("已上传“%(name)s”") % {"name": lines[place].name})
            return redirect("permits:material", key=case.key, material=material)
        for error in errors:
            form.add_error("file", error)
        lines = materials.material_list(case)
    context = {
        "case": case,
        "line": lines[place],
        "next": _next_lacking(lines, place),
        "form": form,
        "megabytes": materials.limit_megabytes(),
        "open": may_write(case, material, timezone.localdate()),
        "came_from": "check" if request.GET.get("from") == "check" else "",
    }
    return render(request, "permits/material.html", context, status=422 if form.errors else 200)


def _next_lacking(lines: list[materials.MaterialLine], place: int) -> materials.MaterialLine | None:
    """The next material that is still missing, from this place on and round again; None when all are there."""
    return next((line for line in lines[place + 1 :] + lines[:place] if not line.is_done), None)


def _take_in(request: SignedIn, case: Case, material: str, files: list[UploadedFile]) -> list[str]:
    """Attach each file; what is refused is told with its name, the others stay."""
    errors = []
    for file in files[: materials.MOST_FILES]:
        try:
            materials.attach(case, material, file, file.name or "", actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            errors.append(f"{file.name}：{violation}" if len(files) > 1 else str(violation))
    return errors


@login_required
@require_http_methods(["POST"])
def change(request: SignedIn, key: str, material: str, pk: int) -> HttpResponse:
    """Move a file up or down, or take it out."""
    case = case_for(request.user, key)
    actor = Actor.of(request.user)
    back = reverse("permits:material", args=[case.key, material])
    try:
        if "remove" in request.POST:
            file = materials.remove(case, pk, actor=actor, at=timezone.now())
            messages.success(request, _("已移除“%(name)s”") % {"name": file.name})
        elif request.POST.get("move") in ("up", "down"):
            materials.move(case, pk, -1 if request.POST["move"] == "up" else 1, actor=actor, at=timezone.now())
    except RuleViolation as violation:
        return refused(request, violation, back)
    return redirect(back)
