"""Pages for permits that were held before (R1.10): the business names them, each department says whether they hold."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates.acts import candidates, merging
from permits.access import case_for
from permits.files import uploads
from permits.models import Case, HeldPermit
from permits.views.files import locked
from workflows.forms.held import AnswerForm, DeclareForm
from workflows.pages import staff
from workflows.shown import held as holding_page


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: SignedInRequest, key: str) -> HttpResponse:
    """What the business holds, what it has named, and what became of it."""
    case = case_for(request.user, key)
    if request.method != "POST":
        return _show(request, case)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, case) if act else HttpResponseBadRequest(_("不认识的操作"))


def _show(
    request: SignedInRequest, case: Case, *, form: DeclareForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    today = timezone.localdate()
    may_declare, here = candidates.applies(case, today), candidates.at_premises(case, today)
    context = {
        "case": case,
        "may_declare": may_declare,
        "joinable": here.joinable,
        "on_others": here.on_others,
        "named": [(one, *holding_page.LOOKS[one.state]) for one in case.held_permits.select_related("body")],
        "form": form or (DeclareForm(matters=holding_page.matters_to_declare(case)) if may_declare else None),
        **more,
    }
    return render(request, "workflows/applicant/held.html", context, status=status)


def _name(request: SignedInRequest, case: Case) -> HttpResponse:
    item, actor, at = _number(request, "item"), Actor.of(request.user), timezone.now()
    words = _("已提出并入，等待发证部门确认")
    return _done(request, case, lambda: merging.name(case, item=item, actor=actor, at=at), words)


def _take_back(request: SignedInRequest, case: Case) -> HttpResponse:
    one, actor, at = _number(request, "held"), Actor.of(request.user), timezone.now()
    words = _("已撤回，原许可不受影响")
    return _done(request, case, lambda: merging.take_back(case, held=one, actor=actor, at=at), words)


def _number(request: SignedInRequest, name: str) -> int:
    """A key as the page wrote it; 0, which is nobody's, for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() else 0


def _declare(request: SignedInRequest, case: Case) -> HttpResponse:
    form = DeclareForm(request.POST, request.FILES, matters=holding_page.matters_to_declare(case))
    if not form.is_valid():
        return _show(request, case, form=form, status=422)
    actor, at, file = Actor.of(request.user), timezone.now(), form.file
    try:
        merging.declare(case, permit=form.permit, proof=file, proof_name=file.name or "", actor=actor, at=at)
    except RuleViolation as violation:
        field = "proof" if violation.field == "file" else violation.field
        form.add_error(field if field in form.fields else None, str(violation))
        return _show(request, case, form=form, status=422)
    messages.success(request, _("已提出并入，等待发证部门确认"))
    return redirect("workflows:held", case.key)


def _done(request: SignedInRequest, case: Case, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except RuleViolation as violation:
        return _show(request, case, violation=violation, status=409)
    messages.success(request, words)
    return redirect("workflows:held", case.key)


ACTS = {"name": _name, "declare": _declare, "take_back": _take_back}


@never_cache
@login_required
@require_safe
def held_proof(request: SignedInRequest, pk: int) -> FileResponse:
    """The proof of what was declared, for those who may read it."""
    one = get_object_or_404(holding_page.readable(request.user).exclude(file=""), pk=pk)
    try:
        content = uploads.location(one.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"permit-{one.pk}{uploads.SUFFIXES.get(one.content_type, '.bin')}"
    return locked(FileResponse(content, filename=name, content_type=one.content_type))


@staff.for_roles(User.Role.OFFICER)
@require_safe
def held_list(request: SignedInRequest) -> HttpResponse:
    """What waits for the department's word."""
    waiting = holding_page.waiting_for(request.user)
    page = staff.page_of(request, waiting, waiting.count())
    rows = holding_page.rows_of(page, current_calendar(), timezone.localdate())
    return render(request, "workflows/department/held_list.html", {"page": page, "rows": rows})


@staff.for_roles(User.Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def held_permit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One permit, what is known of it, and the department's word."""
    one = get_object_or_404(holding_page.readable(request.user), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status, violation = (422 if form.is_bound else 200), None
    if form.is_bound and form.is_valid():
        try:
            _answer(request, one, form.cleaned_data)
        except RuleViolation as error:
            violation, status = error, 409
        else:
            messages.success(request, _("已记下，申请人会收到消息"))
            return redirect("workflows:held_list")
    context = {
        "one": one,
        "form": form,
        "violation": violation,
        "premises": candidates.premises_of(one.case),
        "may_answer": one.state == HeldPermit.State.NAMED,
    }
    return render(request, "workflows/department/held_permit.html", context, status=status)


def _answer(request: SignedInRequest, one: HeldPermit, said: dict[str, Any]) -> None:
    actor, at = Actor.of(request.user), timezone.now()
    if said["outcome"] == "confirm":
        merging.confirm(one.case, held=one.pk, actor=actor, at=at)
    else:
        merging.refuse(one.case, held=one.pk, reason=said["reason"], actor=actor, at=at)


urlpatterns = [
    path("cases/held/<str:key>/", held, name="held"),
    path("cases/held-proof/<int:pk>/", held_proof, name="held_proof"),
    path("work/held/", held_list, name="held_list"),
    path("work/held/<int:pk>/", held_permit, name="held_permit"),
]
"""Stand before those whose next part is a case's number."""
