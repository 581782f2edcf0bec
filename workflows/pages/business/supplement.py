"""The page on which a supplement notice is answered point by point: by the applicant, and at the window for them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import Authority, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits import materials
from permits.acting_for import agents
from permits.completeness import supplements
from permits.merged_form.entries import save_section
from permits.merged_form.form import MergedForm, merged_form
from permits.models import Case
from permits.views import conflicts, unsaved
from permits.wording import grouped
from workflows import steps
from workflows.forms.supplement import SupplementForm
from workflows.pages.common import case_to_act, refused
from workflows.shown.asked import Asked, asked_of

NOTHING_ASKED = RuleViolation("nothing_asked", gettext_lazy("目前没有需要您补正的内容"))


@dataclass(frozen=True)
class Page:
    """The open notice of a case as it stands now, with the form that its fields are part of."""

    case: Case
    asked: Asked
    whole: MergedForm

    def form(self, *given: Any, **how: Any) -> SupplementForm:
        """The page's form."""
        listed = [one.id for one in self.whole.notice.materials]
        return SupplementForm(*given, asked=self.asked, whole=self.whole, listed=listed, **how)


def _load(request: SignedInRequest, number: str) -> tuple[Case, Page | None]:
    """The case and its open notice, if it has one; 404 for whoever may not act in the case."""
    case = case_to_act(request, number)
    notice = next((one for one in case.supplements.all() if one.answered_at is None), None)
    if notice is None or case.state != Case.State.SUPPLEMENT_REQUESTED:
        return case, None
    asked = asked_of(case, notice, case.matters.all(), current_calendar(), timezone.localdate())
    return case, Page(case, asked, merged_form(case))


@never_cache
@require_http_methods(["GET", "POST"])
def answer_supplement(request: SignedInRequest, number: str) -> HttpResponse:
    """The points of the notice. Every button keeps what stands on the page; only one of them hands it in.

    What was typed when the session ended stands there again after signing in, to be sent by whoever wrote it.
    """
    if not request.user.is_authenticated:
        return unsaved.sign_in_again(request, _("登录已过期，没有提交。请重新登录，刚才写的内容还在"))
    case, page = _load(request, number)
    may = Authority.Act.SUPPLEMENT in agents.acts_open_to(request.user, case, timezone.localdate())
    if request.method == "GET" and (page is None or not may):
        return redirect(f"{case.get_absolute_url()}#supplement")
    if page is None:
        return refused(request, case, NOTHING_ASKED)
    if request.method == "POST":
        return _save(request, page)
    before = unsaved.typed_before(request)
    return _show(request, page, page.form(before, more=request.GET.get("more", "")))


def _save(request: SignedInRequest, page: Page) -> HttpResponse:
    form = page.form(request.POST, request.FILES)
    refusals = _keep(request, page.case, form)
    case, page_now = _load(request, str(page.case.number))
    if page_now is None:
        return refused(request, case, refusals[0] if refusals else NOTHING_ASKED)
    now = page_now.form(request.POST, request.FILES, faults=True)
    for error in refusals:
        now.add_error(error.field if error.field in now.fields else None, str(error))
    if request.POST.get("do") == "send":
        now.require_answers()
    if now.all_errors.total_error_count():
        return _show(request, page_now, now, status=422)
    return _send(request, page_now) if request.POST.get("do") == "send" else _saved(request, number=str(case.number))


def _keep(request: SignedInRequest, case: Case, form: SupplementForm) -> list[RuleViolation]:
    """Save texts, fields and files, each by itself: what is refused is told at its place, the rest stays."""
    who, refusals = {"actor": Actor.of(request.user), "at": timezone.now()}, []

    def attempt(act: Any, *given: Any, at_field: str = "", **more: Any) -> Any:
        try:
            return act(case, *given, **who, **more)
        except RuleViolation as error:
            refusals.append(RuleViolation(error.code, str(error), field=at_field, rule=error.rule))
            return None

    if texts := form.texts():
        attempt(supplements.save_answers, items=texts, shown=form.texts_shown())
    for one in form.sections:
        if typed := one.typed():
            saved = attempt(save_section, one.group.id, typed, contested=one.contested(), shown=one.shown())
            told = conflicts.words_of(saved.conflicts) if saved else {}
            refusals += [RuleViolation("changed_meanwhile", words, field=id) for id, words in told.items()]
    for pk in request.POST.getlist("remove"):
        if pk.isdecimal():
            attempt(materials.remove, int(pk))
    for subject, name, files in form.chosen():
        for file in files[: materials.MOST_FILES]:
            attempt(materials.attach, subject, file, file.name or "", at_field=name)
    return refusals


def _saved(request: HttpRequest, *, number: str) -> HttpResponse:
    """Back to the point whose button was pressed, or to a table that wants more rows."""
    here, table = reverse("workflows:answer_supplement", args=[number]), request.POST.get("add", "")
    if table:
        wanted = QueryDict(mutable=True)
        wanted["more"] = table
        return HttpResponseRedirect(f"{here}?{wanted.urlencode()}#id_{table}")
    messages.success(request, _("已保存，还没有提交。全部补好后，请在页面最后提交"))
    place = request.POST.get("save", "")
    return HttpResponseRedirect(f"{here}#point-{place}" if place.isdecimal() else here)


def _send(request: SignedInRequest, page: Page) -> HttpResponse:
    """Hand in what was saved."""
    try:
        steps.answer_supplement(page.case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return refused(request, page.case, error)
    if request.user.role == User.Role.WINDOW:
        messages.success(request, _("已登记补正，收件审查期限从今天重新计算"))
        return redirect("workflows:intake", page.case.number)
    count = len(page.asked.needed)
    text = ngettext("已提交 %(count)d 项补正，由综合窗口核对", "已提交 %(count)d 项补正，由综合窗口核对", count)
    messages.success(request, text % {"count": count})
    return redirect("workflows:case", page.case.number)


def _show(request: SignedInRequest, page: Page, form: SupplementForm, *, status: int = 200) -> HttpResponse:
    at_window = request.user.role == User.Role.WINDOW
    up = reverse("workflows:intake" if at_window else "workflows:case", args=[page.case.number])
    context = {
        "case": page.case,
        "number": grouped(page.case.number or ""),
        "asked": page.asked,
        "form": form,
        "rows": form.rows(),
        "at_window": at_window,
        "up": up,
        "megabytes": materials.limit_megabytes(),
    }
    return render(request, "workflows/applicant/supplement.html", context, status=status)


urlpatterns = [path("cases/<str:number>/supplement/", answer_supplement, name="answer_supplement")]
