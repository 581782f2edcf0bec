"""The pages of substitutions (替班): one's own, a whole body's for its head and the administrator, and ending one early."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Body, Substitution, User
from accounts.requests import SignedInRequest
from accounts.substitutions import may_arrange
from audit.violations import RuleViolation
from workflows import substituting
from workflows.forms.substitutions import BodyFilter, EndForm, SubstitutionForm
from workflows.pages import staff
from workflows.shown import substitutions as substitution_page

STAFF = tuple(role for role in User.Role if role != User.Role.APPLICANT)


@staff.for_roles(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest) -> HttpResponse:
    """One's own: who stands in for me, for whom I stand in, and a form for my next absence."""
    user, today = request.user, timezone.localdate()
    colleagues = substitution_page.staff_of(user.body_id).filter(role=user.role).exclude(pk=user.pk)
    data = request.POST if request.method == "POST" else None
    form = SubstitutionForm(data, colleagues=colleagues, may_name_for_head=user.is_head, initial={"since": today})
    status = 200
    if form.is_bound:
        if form.is_valid() and _appoint(request, form, user):
            return redirect("workflows:substitutions")
        status = 422
    context = {
        "form": form,
        "lines": substitution_page.own(user, today),
        "absent_today": substitution_page.absent_today(user, today),
        "tabs": _tabs(user, whole_body=False),
        "has_colleagues": colleagues.exists(),
    }
    return render(request, "workflows/substitutions/own.html", context, status=status)


@staff.for_roles(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: SignedInRequest) -> HttpResponse:
    """A whole body's: for its head, and for the administrator, who chooses the body."""
    user, today = request.user, timezone.localdate()
    if not substitution_page.may_arrange_for_others(user):
        raise PermissionDenied(_("这个页面给部门负责人和政务服务办公室管理员。"))
    about = _body(request)
    people = substitution_page.staff_of(about.code)
    data = request.POST if request.method == "POST" else None
    names_for_head = user.is_head and user.body_id == about.code
    form = SubstitutionForm(
        data, colleagues=people, absent=people, may_name_for_head=names_for_head, initial={"since": today}
    )
    status = 200
    if form.is_bound:
        if form.is_valid() and _appoint(request, form, form.cleaned_data["absent"]):
            return redirect(f"{reverse('workflows:substitutions_of_body')}?body={about.code}")
        status = 422
    context = {
        "form": form,
        "body": about,
        "bodies": BodyFilter({"body": about.code}) if user.role == User.Role.ADMINISTRATOR else None,
        "lines": substitution_page.of_body(about, user, today),
        "stranded": substitution_page.stranded(about, today),
        "tabs": _tabs(user, whole_body=True),
    }
    return render(request, "workflows/substitutions/body.html", context, status=status)


@staff.for_roles(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one before its day, with the reason; 404 for whoever may not arrange it."""
    rows = Substitution.objects.select_related("absent__body", "substitute", "made_by")
    row = get_object_or_404(rows, pk=pk)
    actor, today = Actor.of(request.user), timezone.localdate()
    if not may_arrange(actor, row.absent):
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                substituting.end(row, reason=form.cleaned_data["reason"], actor=actor, at=timezone.now())
            except RuleViolation as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, _("替班已提前结束，双方已收到消息"))
                return redirect(_back(request.user, row))
    context = {"form": form, "row": row, "is_over": row.is_over(today), "back": _back(request.user, row)}
    return render(request, "workflows/substitutions/end.html", context, status=status)


def _back(user: User, row: Substitution) -> str:
    if row.absent_id == user.pk:
        return reverse("workflows:substitutions")
    return f"{reverse('workflows:substitutions_of_body')}?body={row.absent.body_id}"


def _body(request: SignedInRequest) -> Body:
    """The body that the address names, for the administrator; one's own for a head."""
    user = request.user
    code = request.GET.get("body") if user.role == User.Role.ADMINISTRATOR else user.body_id
    found = Body.objects.filter(code=code or user.body_id or "").first() or Body.objects.first()
    if found is None:
        raise Http404
    return found


def _appoint(request: SignedInRequest, form: SubstitutionForm, absent: User) -> bool:
    """Whether it went through; else the form says why not."""
    said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("substitute", "since", "until", "reason")}
    said["head_power"] = form.cleaned_data.get("head_power", False)
    try:
        made = substituting.appoint(absent=absent, actor=Actor.of(request.user), at=timezone.now(), **said)
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(
        request,
        _("已安排 %(substitute)s 替班 %(absent)s，双方已收到消息")
        % {"substitute": made.substitute, "absent": made.absent},
    )
    return True


def _tabs(user: User, *, whole_body: bool) -> list[staff.Tab]:
    """The two pages, where there are two."""
    if not substitution_page.may_arrange_for_others(user):
        return []
    others = _("各部门的替班") if user.role == User.Role.ADMINISTRATOR else _("本部门的替班")
    return [
        (reverse("workflows:substitutions"), _("我的替班"), not whole_body, None),
        (reverse("workflows:substitutions_of_body"), others, whole_body, None),
    ]


urlpatterns = [
    path("substitutions/", own, name="substitutions"),
    path("substitutions/body/", body, name="substitutions_of_body"),
    path("substitutions/<int:pk>/end/", end, name="substitution_end"),
]
