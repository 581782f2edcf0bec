"""The departments' checks after commitments (事中事后核查): the list with days left, and one check with its outcome."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates.acts import closing
from certificates.acts.proposing import Act
from permits.models import Commitment, PostCheck, ProofCheck, ProofCommitment
from permits.promises import post_checks, proofs
from workflows import life_steps
from workflows.forms.after_checks import CheckForm, RecheckForm, RevokeForm
from workflows.lists import after_checks
from workflows.lists.filters import AFTER_TABS, SearchForm, tab_of
from workflows.lists.worklists import Limit, limit
from workflows.pages import staff
from workflows.pages.officers.department import DEPARTMENT


@staff.for_roles(*DEPARTMENT)
@require_safe
def checks(request: SignedInRequest) -> HttpResponse:
    """What the department has to check, what is being put right, what is over."""
    search, tab = SearchForm(request.GET), tab_of(request.GET.get("tab"), after_checks.TABS)
    counts = after_checks.tab_counts(request.user, search.text)
    page = staff.page_of(request, after_checks.checks(request.user, tab, search.text), counts[tab])
    context = {
        "page": page,
        "rows": after_checks.rows_of(page, current_calendar(), timezone.localdate()),
        "tabs": staff.tabs(request, "workflows:after_checks", AFTER_TABS, tab, counts),
        "tab": tab,
        "form": search,
        "is_narrowed": bool(search.text),
    }
    return render(request, "workflows/department/after_checks.html", context)


@dataclass(frozen=True)
class CheckPage:
    """One check as an officer of its department sees it today."""

    check: PostCheck
    user: User
    today: date

    @property
    def may_act(self) -> bool:
        return self.user.role == User.Role.OFFICER and self.check.is_open

    @property
    def is_over(self) -> bool:
        """Whether the period of the order has run out."""
        return self.check.rectify_by is not None and self.today > self.check.rectify_by

    @property
    def limit(self) -> Limit:
        """The last day that counts now, with its days left."""
        return limit(current_calendar(), self.today, self.check.rectify_by or self.check.due_on)

    def form(self, data: object = None) -> forms.Form:
        """The form of the stage."""
        if self.check.state == PostCheck.State.DUE:
            names = self.check.case_matter.case.own_catalogue.materials
            return CheckForm(data, proofs=[(one.material, names[one.material].name) for one in self.proofs])
        return RecheckForm(data, is_over=self.is_over)

    @cached_property
    def proofs(self) -> list[ProofCommitment]:
        """The proofs that a promise stands in for, as signed."""
        return proofs.relied_on(self.check)

    @property
    def findings_of_proofs(self) -> list[tuple[ProofCommitment, ProofCheck | None]]:
        """Each promised proof with what this check found of it."""
        found = {one.promise_id: one for one in self.check.proofs.all()} if self.proofs else {}
        return [(promise, found.get(promise.pk)) for promise in self.proofs]

    @property
    def letter(self) -> Commitment | None:
        """What was promised, as signed."""
        matter = self.check.case_matter
        return Commitment.objects.filter(case=matter.case_id, matter=matter.matter).first()


def _page(user: User, pk: int) -> CheckPage:
    """The check of this key, for its department alone; 404 for everybody else."""
    found = after_checks.of_department(user).filter(pk=pk)
    related = ("case_matter__case__enterprise", "case_matter__section__body", "order", "by", "rechecked_by")
    check = found.select_related(*related).first()
    if check is None:
        raise Http404
    return CheckPage(check, user, timezone.localdate())


@staff.for_roles(*DEPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """One check: what was promised, what was found, what comes next."""
    page = _page(request.user, pk)
    if request.method != "POST":
        return _show(request, page)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, page) if act else HttpResponseBadRequest(_("不认识的操作"))


def _show(request: SignedInRequest, page: CheckPage, *, status: int = 200, **more: object) -> HttpResponse:
    matter = page.check.case_matter
    context = {
        "page": page,
        "check": page.check,
        "matter": matter,
        "case": matter.case,
        "form": page.form(),
        "revoking": RevokeForm(),
        **more,
    }
    return render(request, "workflows/department/after_check.html", context, status=status)


def _record(request: SignedInRequest, page: CheckPage) -> HttpResponse:
    """Record the check of this stage."""
    form = page.form(request.POST)
    if not form.is_valid():
        return _show(request, page, form=form, status=422)
    matter = page.check.case_matter
    details = form.details if isinstance(form, CheckForm | RecheckForm) else {}
    try:
        post_checks.post_check(
            matter.case, matters=[matter.matter], actor=Actor.of(request.user), at=timezone.now(), **details
        )
    except RuleViolation as error:
        return _refused(request, page, form, error)
    fresh = _page(request.user, page.check.pk).check
    messages.success(request, _("核查结果已记录：%(state)s") % {"state": fresh.get_state_display()})
    return redirect("workflows:after_check", page.check.pk)


def _refused(request: SignedInRequest, page: CheckPage, form: forms.Form, error: RuleViolation) -> HttpResponse:
    """What a rule said, on the page as it is now; what was typed stays where its field still is."""
    fresh = _page(request.user, page.check.pk)
    kept = form if fresh.check.state == page.check.state else fresh.form()
    return _show(request, fresh, form=kept, violation=error, status=409)


def _revoke(request: SignedInRequest, page: CheckPage) -> HttpResponse:
    """Revoke the permit: asked back first, since nothing takes it back."""
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _show(request, page, revoking=form, status=422)
    if "confirmed" not in request.POST:
        hidden = staff.hidden(request)
        context = {
            "page": page,
            "matter": page.check.case_matter,
            "case": page.check.case_matter.case,
            "hidden": hidden,
        }
        return render(request, "workflows/department/revoke.html", context)
    matter = page.check.case_matter
    said = {
        "matters": [matter.matter],
        "ground": closing.COMMITMENT_BROKEN,
        "reason": form.cleaned_data["reason"],
        "actor": Actor.of(request.user),
        "at": timezone.now(),
    }
    try:
        if matter.two_persons:
            life_steps.propose(matter.case, act=Act.REVOKE, **said)
            messages.success(request, _("已提交审批：%(act)s") % {"act": _("撤销")})
            return redirect("workflows:permits", matter.case.number)
        life_steps.revoke(matter.case, **said)
    except RuleViolation as error:
        fresh = _page(request.user, page.check.pk)
        return _show(request, fresh, revoking=form, violation=error, status=409)
    messages.success(request, _("已撤销“%(name)s”并办理注销") % {"name": matter.name})
    return redirect("workflows:after_check", page.check.pk)


ACTS = {"record": _record, "revoke": _revoke}

urlpatterns = [
    path("work/after-checks/", checks, name="after_checks"),
    path("work/after-checks/<int:pk>/", check, name="after_check"),
]
