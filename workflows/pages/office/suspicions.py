"""Licences that inspectors believe forged: the service office's worklist, the evidence, its finding; and what became of it for
whoever reported it and for the department to which it was handed over (R5.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import Body, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from calendars.working_days import YearNotLoaded
from certificates import live
from certificates.coding.packing import Content
from certificates.verifying import verification
from certificates.verifying.showing import ICONS
from certificates.verifying.verdict import Answer
from certificates.wording import ANSWERS, REASONS
from permits.files import uploads
from permits.views.files import locked
from workflows.lists.filters import tab_of
from workflows.lists.worklists import Limit, limit
from workflows.models import Suspicion
from workflows.pages import staff
from workflows.pages.on_site.scan_log import LOOKS
from workflows.scanning import suspicions
from workflows.scanning.referrals import SCANNERS

READERS = (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR, *SCANNERS)
LONGEST = 1000
MOST_OTHERS = 20
TABS = {"waiting": gettext_lazy("待处理"), "answered": gettext_lazy("已处理")}
CONDITIONS = {"waiting": Q(state__in=Suspicion.WAITING), "answered": ~Q(state__in=Suspicion.WAITING)}
STATE_LOOKS = {
    Suspicion.State.REPORTED: "yellow",
    Suspicion.State.HANDED_OVER: "yellow",
    Suspicion.State.FORGED: "red",
    Suspicion.State.HANDED_OUT: "orange",
    Suspicion.State.DEALT_WITH: "orange",
}
Outcome = Suspicion.State
OUTCOMES = [
    (
        Outcome.FORGED,
        gettext_lazy("伪造或者冒用，不需要移送"),
        gettext_lazy("例如：当场收缴、经营者已有真证，没有其他违法行为"),
    ),
    (Outcome.HANDED_OVER, gettext_lazy("移送有关部门处理"), gettext_lazy("例如：市场监督管理部门查处无证经营")),
    (Outcome.HANDED_OUT, gettext_lazy("移送公安等机关"), gettext_lazy("涉嫌伪造国家机关证件的，移送公安机关")),
    (Outcome.MISREAD, gettext_lazy("误读，不是假证"), gettext_lazy("例如：拍得不清、扫了别的二维码、店铺刚更名")),
    (
        Outcome.OURS,
        gettext_lazy("本机关签发，密钥未列入名单"),
        gettext_lazy("证书是真的；请让管理员检查公布的密钥和状态名单"),
    ),
]


class Outcomes(forms.RadioSelect):
    """Each finding with what it is for."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with its hint."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["hint"] = next(hint for value, _words, hint in OUTCOMES if value == option["value"])
        return option


class FindingForm(forms.Form):
    """What the service office found, and to whom it hands over."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("核查结果"),
        choices=[(value, words) for value, words, _hint in OUTCOMES],
        widget=Outcomes,
        error_messages={"required": gettext_lazy("请选择核查结果")},
    )
    to_body = forms.ModelChoiceField(
        label=gettext_lazy("移送给哪个部门"),
        queryset=Body.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("请选择"),
    )
    to_others = forms.CharField(
        label=gettext_lazy("移送给哪个机关"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("例如：上海市公安局长宁分局。材料由服务办在本系统之外送交。"),
    )
    finding = forms.CharField(
        label=gettext_lazy("核查情况"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明看了什么、问了谁、根据什么得出结果；移送的，写明移送的材料和文号。"),
        error_messages={"required": gettext_lazy("请写明核查情况")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_body"].queryset = suspicions.receivers()  # type: ignore[attr-defined]

    def act(self, row: Suspicion, user: User) -> None:
        """Conclude with what was chosen. Raises RuleViolation."""
        said = self.cleaned_data | {
            "to_body": self.cleaned_data["to_body"].code if self.cleaned_data["to_body"] else ""
        }
        suspicions.conclude(row, **said, actor=Actor.of(user), at=timezone.now())


class ResultForm(forms.Form):
    """What the department did about it."""

    result = forms.CharField(
        label=gettext_lazy("处理情况"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明怎样查处。行政处罚、暂扣、撤销等另行作出决定，本页不改变许可的状态。"),
        error_messages={"required": gettext_lazy("请写明处理情况")},
    )

    def act(self, row: Suspicion, user: User) -> None:
        """Say what was done. Raises RuleViolation."""
        suspicions.deal_with(row, **self.cleaned_data, actor=Actor.of(user), at=timezone.now())


@dataclass(frozen=True, slots=True)
class Row:
    """A report in a list: by when somebody should look at it, and the colour of its state."""

    suspicion: Suspicion
    due: Limit | None
    look: str
    is_mine: bool


@staff.for_roles(*READERS)
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """What waits, and what was looked into: everything for the service office, its own for a body."""
    tab = tab_of(request.GET.get("tab"), tuple(TABS))
    own = Suspicion.objects.visible_to(request.user)
    counts = own.aggregate(**{name: Count("pk", filter=condition) for name, condition in CONDITIONS.items()})
    found = own.filter(CONDITIONS[tab]).select_related("scan__body", "licence__enterprise", "to_body")
    page = staff.page_of(request, found, counts[tab])
    context = {
        "page": page,
        "rows": [_row(one, request.user) for one in page],
        "tabs": staff.tabs(request, "workflows:suspicions", TABS, tab, counts),
        "tab": tab,
        "is_office": request.user.role in (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR),
    }
    return render(request, "workflows/staff/suspicions.html", context)


def _row(one: Suspicion, user: User) -> Row:
    return Row(one, _due(one), STATE_LOOKS.get(Outcome(one.state), "grey"), _is_turn_of(user, one))


def _due(one: Suspicion) -> Limit | None:
    """The day by which somebody looks at what waits; None where nothing does, or the calendar ends before."""
    since = {Outcome.REPORTED: one.received_at, Outcome.HANDED_OVER: one.concluded_at}.get(Outcome(one.state))
    if since is None:
        return None
    calendar = current_calendar()
    try:
        by = calendar.add(timezone.localtime(since).date(), suspicions.LOOK_DAYS).date
    except YearNotLoaded:
        return None
    return limit(calendar, timezone.localdate(), by)


def _is_turn_of(user: User, one: Suspicion) -> bool:
    if one.state == Outcome.REPORTED:
        return user.role == User.Role.SERVICE_OFFICE
    return one.state == Outcome.HANDED_OVER and user.role in SCANNERS and one.to_body_id == user.body_id


@staff.for_roles(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report with its evidence; the finding of the service office, the result of the department that took it over."""
    one = _visible(request.user, pk)
    made = FindingForm if one.state == Outcome.REPORTED else ResultForm
    is_mine = _is_turn_of(request.user, one)
    form = made(request.POST if request.method == "POST" else None)
    violation, status = None, 200
    if form.is_bound and not is_mine:
        violation, status = _not_now(one), 409
    elif form.is_valid():
        try:
            form.act(one, request.user)
        except RuleViolation as error:
            if error.field in form.fields:
                form.add_error(error.field, str(error))
            else:
                violation, status = error, 409
        else:
            messages.success(request, _("已记下，报告人会收到通知"))
            return redirect("workflows:suspicions")
    context = _evidence(one) | {
        "suspicion": one,
        "form": form,
        "violation": violation,
        "may_act": is_mine,
        "due": _due(one),
        "look": STATE_LOOKS.get(Outcome(one.state), "grey"),
    }
    return render(request, "workflows/staff/suspicion.html", context, status=422 if form.errors else status)


def _not_now(one: Suspicion) -> RuleViolation:
    message = _("目前的状态是“%(state)s”，不轮到您处理") % {"state": one.get_state_display()}
    return RuleViolation("not_your_turn", message)


def _visible(user: User, pk: int) -> Suspicion:
    people = (
        "concluded_by",
        "dealt_by",
        "to_body",
        "scan__officer",
        "scan__body",
        "licence__enterprise",
        "licence__case",
    )
    return get_object_or_404(Suspicion.objects.visible_to(user).select_related(*people), pk=pk)


def _evidence(one: Suspicion) -> dict[str, Any]:
    """What the device and the record said, what the code claims of itself, and other reports of the same number."""
    paper, _presented = live.examine(one.scan.text, at=one.scan.made_at)
    content, _licence = verification.claims(paper)
    return {
        "said": _verdict(one.scan.said, one.said_reason),
        "found": _verdict(one.scan.found, one.found_reason),
        "claims": content,
        "others": _others(one, content),
    }


def _verdict(answer: str, reason: str) -> dict[str, Any]:
    known = Answer(answer)
    return {
        "words": ANSWERS[known],
        "icon": ICONS[known],
        "kind": LOOKS.get(known, "red"),
        "reason": REASONS.get(reason, reason),
    }


def _others(one: Suspicion, content: Content | None) -> Sequence[Suspicion]:
    """Other reports of the same code or number: one forger seldom makes one."""
    same = Q(scan__text=one.scan.text) | (Q(number=one.number) if one.number and content else Q(pk__in=()))
    found = Suspicion.objects.filter(same).exclude(pk=one.pk).select_related("scan__body")
    return list(found[:MOST_OTHERS])


@staff.for_roles(*READERS)
@require_safe
def photo(request: SignedInRequest, pk: int) -> FileResponse:
    """The photograph that came with a report."""
    one = get_object_or_404(Suspicion.objects.visible_to(request.user).exclude(photo=""), pk=pk)
    try:
        content = uploads.location(one.photo).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"suspicion-{one.pk}{uploads.SUFFIXES.get(one.photo_type, '.bin')}"
    return locked(FileResponse(content, filename=name, content_type=one.photo_type))


urlpatterns = [
    path("suspicions/", reports, name="suspicions"),
    path("suspicions/<int:pk>/", report, name="suspicion"),
    path("suspicions/<int:pk>/photo/", photo, name="suspicion_photo"),
]
