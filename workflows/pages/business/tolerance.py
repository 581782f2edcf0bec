"""The pages of a tolerant acceptance: the letter and its signature, and the look at the papers that came (R6.9-R6.11)."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Authority, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.acting_for import agents
from permits.late import late_papers, tolerating
from permits.merged_form.forms import SigningForm
from permits.models import Case
from workflows import steps
from workflows.forms.late import SendBackForm
from workflows.pages import staff
from workflows.pages.common import case_to_act, case_to_read, refused
from workflows.shown import late as late_page
from workflows.shown.late import LatePaper


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def promise(request: SignedInRequest, number: str) -> HttpResponse:
    """The one list of what may come later, and the signature with which the case is accepted. At the counter the clerk
    records the signature of whoever is there."""
    case = case_to_act(request, number)
    if case.accepted_on:
        return _accepted_already(request, case)
    papers = list(case.tolerances.offered())
    today = timezone.localdate()
    if case.state != Case.State.SUBMITTED or not papers:
        words = _("窗口没有提供容缺受理，或者已经收回")
        return refused(request, case, RuleViolation("nothing_offered", words, rule="R6.9"))
    letter = tolerating.letter(case, papers, today)
    form = SigningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _sign(request, case, form)
        except RuleViolation as violation:
            fresh = case_to_act(request, number)
            if fresh.accepted_on:
                return _accepted_already(request, fresh)
            if violation.field not in form.fields:
                return refused(request, case, violation)
            form.add_error(violation.field, str(violation))
        else:
            messages.success(request, _("已签署承诺，申请已受理。请按期补交"))
            return redirect("workflows:intake" if request.user.role == User.Role.WINDOW else "workflows:case", number)
    context = {
        "case": case,
        "letter": letter,
        "form": form,
        "may_sign": Authority.Act.SIGN in agents.acts_open_to(request.user, case, today),
        "promise_by": current_calendar().add(today, case.promised_days).date,
    }
    return render(request, "workflows/applicant/promise.html", context, status=422 if form.errors else 200)


def _accepted_already(request: SignedInRequest, case: Case) -> HttpResponse:
    """Nothing is left to sign: it was signed before (a second click), or the case was accepted without a promise."""
    if any(one.signed_at for one in case.tolerances.all()):
        words = _("承诺书已经签署，申请已受理，不用再签")
    else:
        words = _("申请已经受理，不需要再承诺补交材料")
    messages.info(request, words)
    return redirect("workflows:intake" if request.user.role == User.Role.WINDOW else "workflows:case", case.number)


def _sign(request: SignedInRequest, case: Case, form: SigningForm) -> None:
    read = request.POST.get("read", "")
    steps.sign_tolerance(case, **form.cleaned_data, read=read, actor=Actor.of(request.user), at=timezone.now())


@staff.for_roles(User.Role.WINDOW, User.Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def look_at(request: SignedInRequest, number: str) -> HttpResponse:
    """The papers that were promised: each with its files, to be confirmed as fit or sent back with words."""
    case, papers = _papers_of(request, number)
    form, violation = SendBackForm(), None
    if request.method == "POST":
        if request.POST.get("do") not in ("confirm", "send_back"):
            return HttpResponseBadRequest(_("不认识的操作"))
        form = SendBackForm(request.POST)
        try:
            _require_fresh(request, papers)
            if request.POST["do"] == "confirm" or form.is_valid():
                return _answer(request, case, form)
        except RuleViolation as error:
            violation = error
            case, papers = _papers_of(request, number)
    is_officer = request.user.role == User.Role.OFFICER
    context = {
        "case": case,
        "rows": [
            (row, form if request.POST.get("material") == row.paper.material else SendBackForm()) for row in papers
        ],
        "violation": violation,
        "form": form,
        "may_act": case.state in Case.UNDECIDED_STATES,
        "up": reverse("workflows:section" if is_officer else "workflows:intake", args=[number]),
    }
    status = 409 if violation else 422 if form.errors else 200
    return render(request, "workflows/staff/late_papers.html", context, status=status)


def _papers_of(request: SignedInRequest, number: str) -> tuple[Case, Sequence[LatePaper]]:
    """The case with its papers that this reader judges; 404 where there are none."""
    case = case_to_read(request, number)
    body = request.user.body_id if request.user.role == User.Role.OFFICER else None
    wanted = [one for one in case.tolerances.all() if body is None or late_papers.is_read_by(case, one.material, body)]
    if not wanted:
        raise Http404
    today = timezone.localdate()
    return case, late_page.late_papers(case, wanted, case.materials.all(), current_calendar(), today)


def _require_fresh(request: SignedInRequest, papers: Sequence[LatePaper]) -> None:
    """Nobody judges a paper that they have not seen: it may have been exchanged since the page was opened."""
    row = next((one for one in papers if one.paper.material == request.POST.get("material")), None)
    if row is not None and row.is_stale(request.POST.get("stamp", "")):
        raise RuleViolation("stale_page", _("您打开页面之后，情况有了变化，刚才的操作没有提交。请核对后再办理。"))


def _answer(request: SignedInRequest, case: Case, form: SendBackForm) -> HttpResponse:
    actor, at, material = Actor.of(request.user), timezone.now(), request.POST.get("material", "")
    if request.POST["do"] == "confirm":
        steps.confirm_late(case, material=material, actor=actor, at=at)
        messages.success(request, _("已确认补交的材料符合要求"))
        return redirect("workflows:late_papers", case.number)
    reason = form.cleaned_data["reason"]
    paper = late_papers.send_back(case, material=material, reason=reason, actor=actor, at=at)
    if paper.is_over(timezone.localdate()):
        messages.success(request, _("已告知申请人：补交期限已过，不能再补交，受理将会终止"))
    else:
        messages.success(request, _("已告知申请人重新补交，期限不变"))
    return redirect("workflows:late_papers", case.number)


urlpatterns = [
    path("cases/<str:number>/promise/", promise, name="promise"),
    path("cases/<str:number>/late-papers/", look_at, name="late_papers"),
]
