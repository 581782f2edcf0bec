"""The service office's pages for the official wording of papers: the list, one form's text, its history, a preview."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits import rendering
from permits.models import Wording, WordingDraft
from permits.papers import publishing, wordings
from permits.papers.forms import FORMS, PaperForm
from permits.papers.publishing import KEEPERS
from workflows.forms import wording as wording_form
from workflows.forms.wording import WordingForm
from workflows.pages import staff


@staff.for_roles(*KEEPERS)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """All forms with their versions in use."""
    return render(request, "workflows/wordings/list.html", {"lines": wording_form.lines()})


@staff.for_roles(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: SignedInRequest, form: str) -> HttpResponse:
    """One form's text: the draft where there is one, else the version in use."""
    known = _known(form)
    if request.method != "POST":
        return _show(request, known)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, known) if act else HttpResponseBadRequest(_("不认识的操作"))


def _known(key: str) -> PaperForm:
    if key not in FORMS:
        raise Http404
    return FORMS[key]


def _show(
    request: SignedInRequest,
    form: PaperForm,
    *,
    typed: WordingForm | None = None,
    status: int = 200,
    violation: RuleViolation | None = None,
) -> HttpResponse:
    in_use = wordings.in_use(form.key)
    draft = WordingDraft.objects.select_related("saved_by").filter(form=form.key).first()
    shown = draft or in_use
    if typed is None and draft:
        typed = WordingForm({**draft.texts, "base": in_use.version})
        typed.is_valid()
        typed.blame(form)
    context = {
        "paper": form,
        "in_use": in_use,
        "draft": draft,
        "form": typed or WordingForm(initial={**in_use.texts, "base": in_use.version}),
        "placeholders": wording_form.placeholder_lines(form),
        "preview": wording_form.preview(form, shown, timezone.localdate()),
        "violation": violation,
    }
    return render(request, "workflows/wordings/wording.html", context, status=status)


def _save(request: SignedInRequest, form: PaperForm) -> HttpResponse:
    """Keep what was written; the page then shows how it looks and what is wrong with it."""
    typed = WordingForm(request.POST)
    if not typed.is_valid():
        return _show(request, form, typed=typed, status=422)
    try:
        _keep(request, form, typed)
    except RuleViolation as error:
        return _show(request, form, typed=typed, status=409, violation=error)
    messages.success(request, _("已保存草稿；发布之前，文书仍用现行文本"))
    return redirect("workflows:wording", form.key)


def _keep(request: SignedInRequest, form: PaperForm, typed: WordingForm) -> None:
    said = typed.cleaned_data
    actor, at = Actor.of(request.user), timezone.now()
    publishing.save_draft(form, texts=typed.texts, base=said["base"], seen=said["seen"], actor=actor, at=at)


def _publish(request: SignedInRequest, form: PaperForm) -> HttpResponse:
    """Save, show once more what changes, and publish when that is confirmed."""
    typed = WordingForm(request.POST)
    if not typed.is_valid():
        return _show(request, form, typed=typed, status=422)
    try:
        if "confirmed" not in request.POST:
            _keep(request, form, typed)
            return _confirm(request, form, typed)
        reason = typed.cleaned_data["reason"]
        made = publishing.publish(form, reason=reason, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        return _show(request, form, typed=typed, status=409, violation=error)
    messages.success(request, _("已发布第 %(version)d 版，今后的文书用新文本") % {"version": made.version})
    return redirect("workflows:wording", form.key)


def _confirm(request: SignedInRequest, form: PaperForm, typed: WordingForm) -> HttpResponse:
    """What will change, or what has to be mended before."""
    typed.blame(form)
    reason = typed.cleaned_data["reason"].strip()
    if not reason:
        typed.add_error("reason", _("请写明修改的理由"))
    in_use, draft = wordings.in_use(form.key), WordingDraft.objects.get(form=form.key)
    changes = publishing.differences(in_use.texts, draft.texts)
    if not changes:
        typed.add_error("body", _("与现行文本相同，没有需要发布的修改"))
    if typed.errors:
        return _show(request, form, typed=typed, status=422)
    context = {"paper": form, "in_use": in_use, "draft": draft, "changes": changes, "reason": reason}
    return render(request, "workflows/wordings/confirm.html", context)


def _take(request: SignedInRequest, form: PaperForm) -> HttpResponse:
    """Take an older version as the draft of the next one."""
    try:
        version = int(request.POST.get("version", ""))
        publishing.take_up(form, version=version, actor=Actor.of(request.user), at=timezone.now())
    except (ValueError, Wording.DoesNotExist):
        return HttpResponseBadRequest(_("没有这一版"))
    messages.success(request, _("已将第 %(version)d 版的文本放入草稿，核对后发布即恢复使用") % {"version": version})
    return redirect("workflows:wording", form.key)


def _drop(request: SignedInRequest, form: PaperForm) -> HttpResponse:
    publishing.drop_draft(form, actor=Actor.of(request.user))
    messages.success(request, _("已放弃草稿，现行文本没有变化"))
    return redirect("workflows:wording", form.key)


ACTS = {"save": _save, "publish": _publish, "take": _take, "drop": _drop}


@staff.for_roles(*KEEPERS)
@require_safe
def history(request: SignedInRequest, form: str) -> HttpResponse:
    """The versions of a form, newest first, each with what it changed."""
    known = _known(form)
    return render(request, "workflows/wordings/history.html", {"paper": known, "rows": wording_form.history(known)})


@staff.for_roles(*KEEPERS)
@require_safe
def preview(request: SignedInRequest, form: str) -> HttpResponse:
    """A made-up paper as PDF: in the draft, or in the version that the address names."""
    known = _known(form)
    version = request.GET.get("version", "")
    draft = None if version else WordingDraft.objects.filter(form=known.key).first()
    older = Wording.objects.filter(form=known.key, version=version).first() if version.isdecimal() else None
    if version and older is None:
        raise Http404
    page = wording_form.sample(known, timezone.localdate())
    if page is None:
        raise Http404
    made = rendering.set_page(page, draft or older or wordings.in_use(known.key))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{known.key}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns = [
    path("wordings/", overview, name="wordings"),
    path("wordings/<slug:form>/", wording, name="wording"),
    path("wordings/<slug:form>/history/", history, name="wording_history"),
    path("wordings/<slug:form>/preview.pdf", preview, name="wording_preview"),
]
