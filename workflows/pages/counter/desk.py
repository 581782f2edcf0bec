"""The counter's desk: finding anybody and any case, and one case on the desk: consent, originals, photographs, assistance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from paper import qr
from permits import materials
from permits.access import case_for
from permits.at_counter import channels, originals, phones
from permits.models import Assistance, Case, Handover
from permits.views.start import BEGIN_FOR, BEGIN_NAME
from workflows.desk import finding
from workflows.pages import staff
from workflows.words.counter import with_whom

HOW = [(how.value, how.label) for how in channels.AT_THE_COUNTER]
CODE = "phone_code"
"""The key in the clerk's session under which a code is kept until a phone opens it; the pass itself has its hash alone."""


class ConsentForm(forms.Form):
    """Who of the applicant's agreed that the case passes on, and how."""

    consent_by = forms.CharField(
        label=gettext_lazy("同意人姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写同意人的姓名，例如：王小店")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("怎样同意的"),
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择申请人怎样表示同意")},
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)


class AssistForm(forms.Form):
    """Who helped, with what, and who asked for it."""

    helper = forms.CharField(
        label=gettext_lazy("帮办人员"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "10"}),
        error_messages={"required": gettext_lazy("请写帮办人员的姓名")},
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("帮办了哪些内容"),
        choices=Assistance.Part.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请选择帮办了哪些内容")},
    )
    asked_by = forms.CharField(
        label=gettext_lazy("委托人"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写委托人的姓名，例如：王小店")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("怎样委托的"),
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择怎样委托的")},
    )


@dataclass
class Forms:
    """The forms of the page; each is bound where it was just sent and found wanting."""

    consent: ConsentForm
    assist: AssistForm

    @classmethod
    def of(cls, request: SignedInRequest, case: Case) -> "Forms":
        """Filled with what is usually so: the one who stands at the counter agrees in person."""
        who = case.authority.agent_name if case.authority else case.enterprise.legal_representative
        consent = {"consent_by": who, "how": Handover.How.PRESENT}
        assist = {"helper": request.user.display_name, "asked_by": who, "how": Handover.How.PRESENT}
        return cls(ConsentForm(initial=consent), AssistForm(initial=assist))

    @property
    def errors(self) -> bool:
        return bool(self.consent.errors or self.assist.errors)


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """One box for whatever is typed or scanned; what can only be one place is opened at once.

    Who is to begin is kept until the questions are answered, and stands in the box for the enterprise then; `new` begins for
    somebody else, of whom nothing is known yet.
    """
    if request.method == "POST":
        uscc = request.POST.get("uscc", "")[:18]
        request.session[BEGIN_FOR], request.session[BEGIN_NAME] = uscc, finding.name_of(uscc)
        return redirect(f"{reverse('home')}#industries")
    if "new" in request.GET:
        for kept in (BEGIN_FOR, BEGIN_NAME):
            request.session.pop(kept, None)
        return redirect("industries:apply")
    text = request.GET.get("q", "")
    finds = finding.find(request.user, text)
    if finds.only:
        return redirect(finds.only)
    return render(
        request, "workflows/window/find.html", {"q": text.strip()[:200], "finds": finds, "most": finding.MOST}
    )


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def case_desk(request: SignedInRequest, key: str) -> HttpResponse:
    """One case on the desk, whatever its state."""
    case = case_for(request.user, key)
    if request.method != "POST":
        return _show(request, case, Forms.of(request, case))
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest(_("不认识的操作"))
    shown = Forms.of(request, case)
    try:
        said = act(request, case, shown)
    except RuleViolation as violation:
        return _show(request, case_for(request.user, key), shown, violation=violation, status=409)
    if shown.errors:
        return _show(request, case, shown, status=422)
    if said:
        messages.success(request, said)
    anchor = request.POST.get("at", "")
    return redirect(f"{finding.desk_of(case)}{f'#{anchor}' if anchor.isidentifier() else ''}")


def _show(
    request: SignedInRequest, case: Case, shown: Forms, *, violation: RuleViolation | None = None, status: int = 200
) -> HttpResponse:
    lines = [line for line in materials.material_list(case) if line.files or line.to_submit]
    living = case.state in channels.LIVING
    context = {
        "case": case,
        "consent": shown.consent,
        "assist": shown.assist,
        "violation": violation,
        "is_living": living,
        "turn": with_whom(case),
        "printed": case.slips.count(),
        "handover": finding.last_handover(case),
        "assistances": case.assistances.all(),
        "lines": lines,
        "files": [file for line in lines for file in line.files],
        "industries": "、".join(
            case.own_catalogue.industries[id].name for id in case.industries if id in case.own_catalogue.industries
        ),
        **_phone(request, case),
    }
    return render(request, "workflows/window/desk.html", context, status=status)


def _phone(request: SignedInRequest, case: Case) -> dict[str, Any]:
    """The living code with its picture, as long as nobody has opened it."""
    row = phones.living_pass(case, timezone.now())
    kept = request.session.get(CODE, {})
    code = kept.get("code", "") if row and kept.get("pass") == row.pk and row.opened_at is None else ""
    if not code:
        request.session.pop(CODE, None)
        return {"phone": row}
    address = f"{settings.SITE_URL}{reverse('permits:phone', args=[code])}"
    return {"phone": row, "phone_code": f"{code[:5]}-{code[5:]}", "phone_qr": qr.png_data_uri(address)}


@staff.for_roles(User.Role.WINDOW)
@require_safe
def arrivals(request: SignedInRequest, key: str) -> HttpResponse:
    """What has come in by now: the part of the page that asks again by itself while a phone is at work."""
    case = case_for(request.user, key)
    lines = [line for line in materials.material_list(case) if line.files or line.to_submit]
    context = {"case": case, "lines": lines, "phone": phones.living_pass(case, timezone.now())}
    return render(request, "workflows/window/_arrivals.html", context)


def _take_over(request: SignedInRequest, case: Case, shown: Forms) -> str:
    shown.consent = ConsentForm(request.POST)
    if shown.consent.is_valid():
        channels.take_over(case, **shown.consent.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    return _("已登记同意，窗口可以接着办了；申请人会收到通知")


def _hand_back(request: SignedInRequest, case: Case, shown: Forms) -> str:
    shown.consent = ConsentForm(request.POST)
    if shown.consent.is_valid():
        channels.hand_back(case, **shown.consent.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    return _("已交还申请人，申请人登录后可以接着办")


def _assist(request: SignedInRequest, case: Case, shown: Forms) -> str:
    shown.assist = AssistForm(request.POST)
    if shown.assist.is_valid():
        channels.assist(case, **shown.assist.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
    return _("已登记帮办")


def _tick(request: SignedInRequest, case: Case, _shown: Forms) -> str:
    seen, among = (
        {int(pk) for pk in request.POST.getlist(name) if pk.isascii() and pk.isdecimal() and len(pk) < 18}
        for name in ("seen", "among")
    )
    changed = originals.tick(case, seen=seen, among=among, actor=Actor.of(request.user), at=timezone.now())
    return _("已登记核对原件") if changed else _("没有变化")


def _issue_code(request: SignedInRequest, case: Case, _shown: Forms) -> str:
    made, code = phones.issue(case, actor=Actor.of(request.user), at=timezone.now())
    request.session[CODE] = {"pass": made.pk, "code": code}
    return ""


def _end_code(request: SignedInRequest, case: Case, _shown: Forms) -> str:
    phones.end(case, actor=Actor.of(request.user), at=timezone.now())
    request.session.pop(CODE, None)
    return _("已结束手机拍照，二维码失效")


ACTS: dict[str, Callable[[SignedInRequest, Case, Forms], str]] = {
    "take_over": _take_over,
    "hand_back": _hand_back,
    "assist": _assist,
    "originals": _tick,
    "phone": _issue_code,
    "end_phone": _end_code,
}

urlpatterns = [
    path("window/find/", find, name="find"),
    path("window/desk/<str:key>/", case_desk, name="case_desk"),
    path("window/desk/<str:key>/arrivals/", arrivals, name="arrivals"),
]
