"""The task list of a draft, the sections of its form, and the way back to the questions."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from industries.answers import AnswerError
from industries.drafts import Draft
from industries.publishing import catalogue_of, current_version
from industries.results import NoticeResult
from permits import materials
from permits.access import case_for, correctable
from permits.at_counter import channels
from permits.barring import leaving_out
from permits.delivery import wish_of
from permits.merged_form.entries import Saved, save_section
from permits.merged_form.form import BREACH, CHOSEN, Group, Line, merged_form
from permits.merged_form.forms import MOST_SHOWN, SPARE_ROWS, SectionForm
from permits.merged_form.prefill import not_connected
from permits.models import BreachRecord, Case
from permits.promises import breaches, commitments
from permits.views import conflicts, unsaved
from permits.views.common import SignedIn, refused

MORE_ROWS = 5
STATUS = {"todo": ("grey", "circle"), "doing": ("blue", "circle-dot"), "done": ("", ""), "optional": ("", "")}


def status_words(status: str) -> str:
    """The state of a part of the work, in words."""
    return {"todo": _("未开始"), "doing": _("进行中"), "done": _("已完成"), "optional": _("选填")}[status]


@login_required
@never_cache
@require_GET
def hub(request: SignedIn, key: str) -> HttpResponse:
    """The parts of the work in any order: sections of the form, materials, letter, check. What is left stands on top."""
    case = case_for(request.user, key)
    if case.state not in (Case.State.DRAFT, Case.State.SUPPLEMENT_REQUESTED):
        return redirect(case)
    form = merged_form(case)
    lines = materials.material_list(case, form.notice)
    letters = commitments.letters(case, form.notice)
    newest = current_version(timezone.localdate())
    allowed = _allowed(case)
    context = {
        "case": case,
        "form": form,
        "tasks": [_task(case, group) for group in form.groups if _open_part(case, group, allowed)],
        "materials": lines,
        "to_submit": [line for line in lines if line.to_submit],
        "lacking": [line for line in lines if not line.is_done],
        "letters": letters,
        "chosen": [entry for entry in form.notice.matters if entry.kept_ordinary == CHOSEN],
        "may_choose": any(
            entry.route == "commitment" or entry.kept_ordinary == CHOSEN for entry in form.notice.matters
        ),
        "breaches": _breaches(case, form.notice),
        "barred": leaving_out.barred_of(case, form.notice, timezone.localdate()),
        "unsigned": commitments.unsigned_of(case, letters),
        "names": industry_names(case),
        "wish": wish_of(case),
        "outdated": newest is not None and newest.pk != case.catalogue_id,
    }
    return render(request, "permits/hub.html", context)


def _breaches(case: Case, required: NoticeResult) -> list[BreachRecord]:
    """What on the record turned this draft's commitments away; looked up only where something was (R6.4)."""
    if not any(entry.kept_ordinary == BREACH for entry in required.matters):
        return []
    return breaches.unrepaired(case.enterprise_id)


def industry_names(case: Case) -> list[str]:
    """The names of the case's industries, as its catalogue has them."""
    industries = case.own_catalogue.industries
    return [industries[id].name for id in case.industries if id in industries]


def _task(case: Case, group: Group) -> dict[str, Any]:
    kind, icon = STATUS[group.status]
    hint = _("共%(total)d项，已填%(filled)d项") % {"total": group.total, "filled": group.filled}
    if group.prefilled:
        hint += _("，其中自动预填%(count)d项") % {"count": group.prefilled}
    return {
        "group": group,
        "href": reverse("permits:form_section", args=[case.key, group.id]),
        "hint": hint,
        "status": status_words(group.status),
        "kind": kind,
        "icon": icon,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def section(request: SignedIn, key: str, group: str) -> HttpResponse:
    """One section: shown with what is known, saved with whatever was typed, judged at once."""
    if not request.user.is_authenticated:
        return unsaved.sign_in_again(request)
    case = case_for(request.user, key)
    whole = merged_form(case).group(group)
    if whole is None:
        raise Http404
    data = request.POST if request.method == "POST" else unsaved.typed_before(request)
    if data is not None:
        return _save(request, case, whole, data)
    found = _open_part(case, whole, _allowed(case))
    if found is None:
        return redirect(case)
    return _section_page(request, case, found, SectionForm(found, faults="mend" in request.GET))


def _allowed(case: Case) -> frozenset[str]:
    """The fields that the open supplement notice names; of a draft, where everything is open, not asked for."""
    return correctable(case) if case.state == Case.State.SUPPLEMENT_REQUESTED else frozenset()


def _open_part(case: Case, group: Group, allowed: frozenset[str]) -> Group | None:
    """What of a section may be written now: all of a draft's, then what the supplement notice names; None if nothing."""
    if case.state == Case.State.DRAFT:
        return group
    kept = tuple(line for line in group.lines if line.id in allowed)
    return Group(group.id, kept) if kept else None


def _save(request: SignedIn, case: Case, whole: Group, data: QueryDict) -> HttpResponse:
    group, typed = whole.id, SectionForm(whole, data)
    values, shown = conflicts.settled(data, typed.typed(), typed.shown())
    contested = {name: reason for name, reason in typed.contested().items() if name in values}
    try:
        saved = save_section(
            case, group, values, actor=Actor.of(request.user), at=timezone.now(), contested=contested, shown=shown
        )
    except RuleViolation as violation:
        return refused(request, violation, reverse("permits:draft", args=[case.key]))
    return _after_saving(request, case, group, saved, data)


def _after_saving(request: SignedIn, case: Case, group: str, saved: Saved, data: QueryDict) -> HttpResponse:
    """Where to next: more rows, back later, mend what is wrong, or on."""
    here = reverse("permits:form_section", args=[case.key, group])
    came_from = _from(data)
    if saved.conflicts:
        return _conflict_page(request, case, group, saved, data)
    if table := data.get("add", ""):
        back = f"&from={came_from}" if came_from else ""
        return HttpResponseRedirect(f"{here}?more={table}{back}#id_{table}")
    whole = saved.form.group(group)
    now = _open_part(case, whole, _allowed(case)) if whole else None
    wrong = [line for line in now.lines if line.fault] if now else []
    if now and wrong and "later" not in data:
        return _section_page(request, case, now, SectionForm(now, faults=True), came_from=came_from, status=422)
    if wrong:
        messages.info(request, _saved_words(len(wrong)))
    if case.state == Case.State.SUPPLEMENT_REQUESTED:
        return _back_to_supplement(request, case, wrong)
    if came_from == "check":
        return redirect("permits:check", key=case.key)
    following = _following(saved, group) if "later" not in data else None
    return (
        redirect("permits:form_section", case.key, following.id)
        if following
        else redirect("permits:draft", key=case.key)
    )


def _conflict_page(request: SignedIn, case: Case, group: str, saved: Saved, data: QueryDict) -> HttpResponse:
    """The section again, with both values where two people changed one field; everything else is saved."""
    whole = saved.form.group(group)
    now = _open_part(case, whole, _allowed(case)) if whole else None
    if now is None:
        return redirect(case)
    form = SectionForm(now)
    form.tell(saved.conflicts, _("另一个人刚修改了这一项，请选择保留哪一个"))
    shown = SectionForm(now, data).shown()
    told = {one.line.id: conflicts.part_of(one, shown) for one in saved.conflicts}
    return _section_page(request, case, now, form, came_from=_from(data), status=409, told=told)


def _back_to_supplement(request: SignedIn, case: Case, wrong: list[Line]) -> HttpResponse:
    """Where the mended points are handed in: the applicant's page of truth, the window's intake."""
    if not wrong:
        messages.success(request, _("已保存。全部补好后，请提交全部补正"))
    if request.user.role == User.Role.APPLICANT:
        return redirect("workflows:answer_supplement", case.number)
    return redirect("permits:draft", key=case.key)


def _saved_words(wrong: int) -> str:
    return ngettext("已保存；还有%(count)d项需要填写或修改", "已保存；还有%(count)d项需要填写或修改", wrong) % {
        "count": wrong
    }


def _following(saved: Saved, group: str) -> Group | None:
    """The next section that is not done, after this one."""
    ids = [one.id for one in saved.form.groups]
    later = saved.form.groups[ids.index(group) + 1 :]
    return next((one for one in later if not one.is_done), None)


def _from(data: QueryDict) -> str:
    given = data.get("from", "")
    return given if given == "check" else ""


def _section_page(
    request: SignedIn,
    case: Case,
    group: Group,
    form: SectionForm,
    *,
    came_from: str = "",
    status: int = 200,
    told: Mapping[str, dict[str, Any]] | None = None,
) -> HttpResponse:
    more = {request.GET["more"]: SPARE_ROWS + MORE_ROWS} if "more" in request.GET else {}
    unconnected = dict.fromkeys(
        name for line in group.lines if not line.is_filled and (name := not_connected(line.asked))
    )
    context = {
        "case": case,
        "group": group,
        "form": form,
        "parts": [part | (told or {}).get(part["line"].id, {}) for part in form.parts(more)],
        "has_tables": any(line.field.type == "table" for line in group.lines),
        "told": bool(told),
        "unconnected": list(unconnected),
        "came_from": came_from or _from(request.GET),
        "most_rows": MOST_SHOWN,
    }
    return render(request, "permits/section.html", context, status=status)


@login_required
@require_http_methods(["POST"])
def take_back(request: SignedIn, key: str) -> HttpResponse:
    """The applicant goes on themselves with what the counter had taken over."""
    case = case_for(request.user, key)
    try:
        channels.hand_back(case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as violation:
        return refused(request, violation, case.get_absolute_url())
    messages.success(request, _("已收回，由您自己继续办理；窗口不再填写"))
    return redirect(case)


@login_required
@require_http_methods(["GET", "POST"])
def answers(request: SignedIn, key: str) -> HttpResponse:
    """Back to the questions with the case's own answers; a new notice then moves the draft, and nothing typed is lost.

    Who comes by its address - after signing in again, say - is led to the draft.
    """
    if request.method == "GET":
        return redirect("permits:draft", key=key)
    case = case_for(request.user, key)
    newest = current_version(timezone.localdate())
    catalogue = catalogue_of(newest or case.catalogue)
    draft = Draft()
    try:
        draft.choose(catalogue, [id for id in case.industries if id in catalogue.industries])
        known = {id: value for id, value in case.answers.items() if id in catalogue.questions}
        draft.answer(catalogue, known)
    except AnswerError as error:
        messages.warning(request, str(error))
    draft.save(request.session)
    request.session["draft"] = case.key
    return redirect("industries:apply")
