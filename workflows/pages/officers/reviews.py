"""The departments' pages of the completeness check (材料会审): what waits for an answer, and the answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.completeness import gaps
from permits.models import CompletenessReview
from workflows.desk.counter import industry_names
from workflows.forms.intake import NoteForm, SupplementForm
from workflows.lists.filters import WORK_TABS
from workflows.pages import staff
from workflows.pages.officers import judging_points
from workflows.shown import review as review_page
from workflows.shown.review import ReviewPage


def tab(request: SignedInRequest, *, current: bool = False) -> list[staff.Tab]:
    """The tab of the reviews beside those of the worklist, for those who answer them."""
    if request.user.role != User.Role.OFFICER:
        return []
    count = CompletenessReview.objects.waiting().of_body(request.user.body_id).count()
    return [(reverse("workflows:reviews"), _("材料会审"), current, count)]


@staff.for_roles(User.Role.OFFICER)
@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """What the window asks this department to look at."""
    today = timezone.localdate()
    own = tab(request, current=True)
    page = staff.page_of(request, review_page.waiting_for(request.user), own[0][3] or 0)
    others = [(f"{reverse('workflows:work')}?tab={name}", str(text), False, None) for name, text in WORK_TABS.items()]
    context = {
        "page": page,
        "rows": review_page.rows_of(page, request.user, current_calendar(), today),
        "tabs": [*others, *own],
    }
    return render(request, "workflows/department/reviews.html", context)


@staff.for_roles(User.Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, number: str) -> HttpResponse:
    """The department's part of one application: what is missing or wrong in it, or that nothing is."""
    page = review_page.load(request.user, number, timezone.localdate())
    if request.method != "POST":
        return _show(request, page)
    if request.POST.get("do") in judging_points.ACTS:
        return _judge(request, page)
    wanted = FORMS.get(request.POST.get("do", ""))
    if wanted is None:
        return HttpResponseBadRequest(_("不认识的操作"))
    form = wanted(request.POST, subjects=page.subjects)
    if page.is_stale(request.POST.get("stamp", "")):
        error = RuleViolation("stale_page", _("您打开页面之后，情况有了变化，刚才的意见没有提交。请核对后再提交。"))
        return _show(request, page, form=form, violation=error)
    if not form.is_valid():
        return _show(request, page, form=form)
    try:
        gaps.review(page.case, items=form.items, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return _show(request, page, form=form, violation=error)
    if form.items:
        messages.success(request, _("已向窗口提出 %(count)d 项补正意见") % {"count": len(form.items)})
    else:
        messages.success(request, _("已答复窗口：本部门没有补正意见"))
    return redirect("workflows:reviews")


def _judge(request: SignedInRequest, page: ReviewPage) -> HttpResponse:
    """Settle one of the department's points, or say what is still wrong with it; the review goes on."""
    try:
        wrong = judging_points.judge(request, page.case, page.judgeable)
    except RuleViolation as error:
        return _show(request, page, violation=error)
    if wrong:
        return _show(request, page, judging=wrong)
    return redirect(f"{reverse('workflows:review', args=[page.case.number])}#points")


def _show(
    request: SignedInRequest,
    page: ReviewPage,
    *,
    form: SupplementForm | None = None,
    judging: judging_points.Judging | None = None,
    violation: RuleViolation | None = None,
) -> HttpResponse:
    form = form or SupplementForm(subjects=page.subjects)
    ticks = {id: (form[f"need_{id}"], form[f"text_{id}"]) for id in form.subjects}
    context: dict[str, Any] = {
        "page": page,
        "case": page.case,
        "form": form,
        "judging": judging or judging_points.forms_of(page.judgeable),
        "violation": violation,
        "groups": staff.lines_of(page.section.groups, ticks),
        **staff.materials_of(page.section.materials, ticks),
        "industries": industry_names(page.case, page.case.own_catalogue),
    }
    status = 409 if violation else 422 if form.errors or any(one.errors for pk, one in context["judging"]) else 200
    return render(request, "workflows/department/review.html", context, status=status)


class CompleteForm(NoteForm):
    """Nothing is missing: whoever says so has ticked nothing."""

    def clean(self) -> dict[str, Any]:
        """A tick that stands would be lost."""
        said = super().clean()
        for id in self.items if not self.errors else ():
            self.add_error(
                f"need_{id}", _("已勾选“%(name)s”：请取消勾选，或者提交补正意见") % {"name": self.subjects[id].name}
            )
        return said


FORMS: dict[str, type[SupplementForm]] = {"report": SupplementForm, "complete": CompleteForm}

urlpatterns = [
    path("work/reviews/", reviews, name="reviews"),
    path("work/<slug:number>/review/", review, name="review"),
]
