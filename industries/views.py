"""The public column: choosing industries, answering questions, the one-time notice. No sign-in, no rule in here."""

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from industries import search
from industries.answers import AnswerError, answer_words
from industries.commitments import lists_of
from industries.drafts import Draft
from industries.entities import GENERAL_POST_CHECK_DAYS, Catalogue
from industries.forms import AnswersForm, LookupForm
from industries.models import Notice
from industries.notice import NoticeResult, compile_notice
from industries.presentation import about_facts, notice_context
from industries.promise_kinds import PROMISE_KINDS
from industries.publishing import current_catalogue, issue_notice
from industries.results import Remark
from industries.signals import notice_read
from paper import pdf

QUESTIONS_A_PAGE = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the column of industries with its search."""
    catalogue = current_catalogue(timezone.localdate())
    wanted = request.GET.get("q", "")[:60]
    draft = Draft.of(request.session, catalogue)
    picked = request.GET.getlist("industry") or draft.industries
    found = search.matching(catalogue, wanted)
    kept = [industry for id, industry in catalogue.industries.items() if id in picked and industry not in found]
    context = {
        "q": wanted,
        "rows": [(industry, search.keys(catalogue)[industry.id], industry.id in picked) for industry in found],
        "kept": kept,
        "begun": [catalogue.industries[id].name for id in draft.industries],
        "done": len(draft.answers),
        "total": len(catalogue.industries),
        "confirmed": sum(industry.is_confirmed for industry in catalogue.industries.values()),
    }
    return render(request, "industries/home.html", context)


@require_safe
def apply(request: HttpRequest) -> HttpResponse:
    """The questions with the notice growing beside them; chosen industries or a shared code come in by the address."""
    catalogue = current_catalogue(timezone.localdate())
    draft = Draft.of(request.session, catalogue)
    if "s" in request.GET or "industry" in request.GET:
        return _take_over(request, catalogue, draft)
    if not draft.industries:
        if "pick" in request.GET:
            messages.error(request, _("请至少选择一个行业"))
        return redirect("home")
    return _questions_page(request, catalogue, draft)


@require_POST
def restart(request: HttpRequest) -> HttpResponse:
    """Forget what was chosen and answered; issued notices stay."""
    Draft.forget(request.session)
    request.session.pop("issued", None)
    messages.success(request, _("已清空选择和回答，可以重新开始"))
    return redirect("home")


def _take_over(request: HttpRequest, catalogue: Catalogue, draft: Draft) -> HttpResponseRedirect:
    try:
        if "s" in request.GET:
            draft = Draft.from_code(catalogue, request.GET["s"])
        else:
            draft.choose(catalogue, request.GET.getlist("industry"))
    except AnswerError as error:
        messages.error(request, str(error))
        return redirect("home")
    draft.save(request.session)
    return redirect("industries:apply")


@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """One question again (GET ?change=), or the answers of a page (POST)."""
    catalogue = current_catalogue(timezone.localdate())
    draft = Draft.of(request.session, catalogue)
    if not draft.industries:
        return redirect("home")
    if request.method == "GET":
        id = request.GET.get("change", "")
        if id not in catalogue.questions:
            return redirect("industries:apply")
        return _questions_page(request, catalogue, draft, change=id)
    asked = [catalogue.questions[id] for id in dict.fromkeys(request.POST.getlist("ask")) if id in catalogue.questions]
    form = AnswersForm(asked, data=request.POST)
    if not form.is_valid():
        return _questions_page(request, catalogue, draft, form=form)
    draft.answer(catalogue, form.answers())
    draft.save(request.session)
    return redirect("industries:apply")


def _questions_page(
    request: HttpRequest, catalogue: Catalogue, draft: Draft, *, form: AnswersForm | None = None, change: str = ""
) -> HttpResponse:
    result = compile_notice(catalogue, draft.industries, draft.answers, timezone.localdate())
    if form is None:
        ids = [change] if change else list(result.unanswered[:QUESTIONS_A_PAGE])
        form = AnswersForm((catalogue.questions[id] for id in ids), initial=result.answers)
    given = list(draft.answers)
    context = {
        "form": form,
        "result": result,
        "names": [catalogue.industries[id].name for id in result.industries],
        "answered": _answered(catalogue, draft, result),
        "change": change,
        "back": given[-1] if given and not change else "",
        "share": request.build_absolute_uri(f"{reverse('industries:apply')}?s={draft.code}"),
        "left": len(result.unanswered),
        "done": len(given),
    }
    return render(request, "industries/apply.html", context, status=422 if form.errors else 200)


def _answered(catalogue: Catalogue, draft: Draft, result: NoticeResult) -> list[tuple[str, str, str, bool]]:
    """Each known answer: question id, question, answer, and whether the industry implied it."""
    return [
        (id, one.text, answer_words(one, result.answers[id]), id not in draft.answers)
        for id, one in catalogue.questions.items()
        if id in result.answers
    ]


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the one-time notice for the draft; asked twice for the same answers, it shows the same notice."""
    now = timezone.localtime()
    catalogue = current_catalogue(now.date())
    draft = Draft.of(request.session, catalogue)
    if not draft.industries:
        return redirect("home")
    key = hashlib.sha256(f"{now.date()} {catalogue.id} {draft.code}".encode()).hexdigest()
    issued = request.session.get("issued") or {}
    if issued.get("key") == key:
        return redirect("industries:notice", code=issued["code"])
    try:
        notice = issue_notice(
            industries=draft.industries, answers=draft.answers, on=now.date(), actor=_actor(request), at=now
        )
    except RuleViolation as violation:
        messages.error(request, str(violation))
        return redirect("industries:apply")
    request.session["issued"] = {"key": key, "code": notice.code}
    return redirect("industries:notice", code=notice.code)


def _actor(request: HttpRequest) -> Actor:
    if isinstance(request.user, User):
        return Actor.of(request.user)
    return Actor(role=User.Role.APPLICANT, label="visitor")


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """An issued notice, on the screen and, printed, on A4."""
    found, today = _find(code), timezone.localdate()
    context = notice_context(found, _address(code), today) | {"remarks": _remarks(request, found, today)}
    return render(request, "industries/notice.html", context)


def _remarks(request: HttpRequest, found: Notice, today: date) -> list[Remark]:
    """What the rooms above have to say to this reader; nothing to whom nobody knows."""
    if not request.user.is_authenticated:
        return []
    answers: list[tuple[Any, Any]] = notice_read.send(sender=Notice, notice=found, user=request.user, on=today)
    return [remark for _receiver, remarks in answers for remark in remarks]


@require_safe
def notice_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same notice as a PDF file."""
    found = _find(code)
    made = pdf.render_pdf("paper/notice.html", notice_context(found, _address(code), timezone.localdate()))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="notice-{found.code}.pdf"'
    return answer


def _find(code: str) -> Notice:
    found = Notice.objects.select_related("catalogue").defer("catalogue__document").filter(code=code).first()
    if found is None:
        raise Http404(_("没有这张告知单"))
    return found


def _address(code: str) -> str:
    return f"{settings.SITE_URL}{reverse('industries:notice', kwargs={'code': code})}"


@require_safe
def notice_lookup(request: HttpRequest) -> HttpResponse:
    """Find a notice by number or code."""
    form = LookupForm(request.GET if "q" in request.GET else None)
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["q"]
        by_code = Notice.objects.filter(code=text.lower().replace("-", ""))
        found = (by_code | Notice.objects.filter(number=text)).values_list("code", flat=True).first()
        if found:
            return redirect("industries:notice", code=found)
        form.add_error("q", _("没有找到这张告知单；请核对编号或查询码"))
    return render(request, "industries/notice_lookup.html", {"form": form}, status=404 if form.errors else 200)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How sure the catalogue is of what it says: confirmed and candidate industries, evidence, what is to be verified."""
    on: date = timezone.localdate()
    context: dict[str, Any] = about_facts(current_catalogue(on))
    return render(request, "industries/about.html", context)


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """The public lists of commitment: matters that may go by it, proofs that it replaces (R6.8); and what is not one (R6.7)."""
    on: date = timezone.localdate()
    catalogue = current_catalogue(on)
    context = {
        "catalogue": catalogue,
        "lists": lists_of(catalogue, on),
        "general": GENERAL_POST_CHECK_DAYS,
        "kinds": PROMISE_KINDS,
    }
    return render(request, "industries/commitments.html", context)
