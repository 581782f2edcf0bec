"""The service office's record of commitments not kept (R5.9), and their repair (R6.4): a repaired one stands against nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.enterprises import enterprise_from_register
from accounts.identity import check_uscc
from accounts.models import Enterprise, User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.files import uploads
from permits.models import BreachRecord
from permits.moments import DayField
from permits.promises import breaches
from permits.views.files import locked
from workflows.pages import staff
from workflows.pages.office.service_office import OFFICE

LONGEST = 1000


class RepairForm(forms.Form):
    """Why a breach counts as repaired."""

    reason = forms.CharField(
        label=gettext_lazy("修复理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=gettext_lazy("写明整改情况和准予修复的依据；修复后该经营者可以再次选择告知承诺，也可以容缺受理。"),
        error_messages={"required": gettext_lazy("请写明修复理由")},
    )


class RecordForm(forms.Form):
    """What the credit platform says: of whom, about what, by which paper, with its scan."""

    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "20", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("18位，例如：91310105MA1FW00290"),
        error_messages={"required": gettext_lazy("请填写统一社会信用代码，例如：91310105MA1FW00290")},
    )
    about = forms.CharField(
        label=gettext_lazy("失信事项"),
        max_length=200,
        help_text=gettext_lazy("哪项许可、违背了哪条承诺，例如：食品经营许可，未按承诺设置洗消间"),
        error_messages={"required": gettext_lazy("请写明失信事项")},
    )
    source = forms.CharField(
        label=gettext_lazy("认定机关或平台"),
        max_length=120,
        help_text=gettext_lazy("例如：上海市公共信用信息服务平台"),
        error_messages={"required": gettext_lazy("请写明认定机关或平台")},
    )
    number = forms.CharField(
        label=gettext_lazy("认定文书文号"),
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "20"}),
        error_messages={"required": gettext_lazy("请填写认定文书文号")},
    )
    decided_on = DayField(
        label=gettext_lazy("认定日期"),
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
        help_text=gettext_lazy("例如：2026-03-01"),
        error_messages={
            "required": gettext_lazy("请填写认定日期"),
            "invalid": gettext_lazy("请按“年-月-日”写日期，例如：2026-03-01"),
        },
    )
    proof = forms.FileField(
        label=gettext_lazy("认定文书"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        help_text=gettext_lazy("PDF、JPG 或 PNG"),
        error_messages={
            "required": gettext_lazy("请上传认定文书"),
            "empty": gettext_lazy("这个文件是空的，请重新选择"),
        },
    )


@staff.for_roles(User.Role.SERVICE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Take over a breach from the credit platform (R5.9)."""
    form = RecordForm(request.POST, request.FILES) if request.method == "POST" else RecordForm()
    if form.is_bound and form.is_valid():
        try:
            made = _recorded(request, dict(form.cleaned_data))
        except RuleViolation as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已登记，修复之前该经营者不能选择告知承诺，也不适用容缺受理"))
            return redirect("workflows:breach", made.pk)
    return render(
        request, "workflows/service_office/breach_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _recorded(request: SignedInRequest, said: dict[str, Any]) -> BreachRecord:
    """The record of an enterprise that is known here, or that the register knows."""
    at, code, file = timezone.now(), check_uscc(said.pop("uscc")), said.pop("proof")
    enterprise = Enterprise.objects.filter(uscc=code).first() or enterprise_from_register(code, at)
    try:
        proof = uploads.take_in(file, file.name)
    except RuleViolation as error:
        raise RuleViolation(error.code, error.message, field="proof") from None
    return breaches.record(enterprise, **said, proof=proof, actor=Actor.of(request.user), at=at)


@staff.for_roles(*OFFICE)
@require_safe
def proof(request: SignedInRequest, pk: int) -> FileResponse:
    """The scan that came with a record."""
    breach = get_object_or_404(BreachRecord.objects.exclude(proof=""), pk=pk)
    try:
        content = uploads.location(breach.proof).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"breach-{breach.pk}{uploads.SUFFIXES.get(breach.proof_type, '.bin')}"
    return locked(FileResponse(content, filename=name, content_type=breach.proof_type))


@staff.for_roles(*OFFICE)
@require_safe
def records(request: SignedInRequest) -> HttpResponse:
    """Every record, those not repaired first."""
    open_first = F("repaired_on").desc(nulls_first=True)
    found = BreachRecord.objects.select_related("enterprise").order_by(open_first, "-decided_on", "-pk")
    page = staff.page_of(request, found, found.count())
    may_record = request.user.role == User.Role.SERVICE_OFFICE
    return render(request, "workflows/service_office/breaches.html", {"page": page, "may_record": may_record})


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record, and its repair with the reason."""
    breach = get_object_or_404(BreachRecord.objects.select_related("enterprise", "repaired_by"), pk=pk)
    form, violation, status = RepairForm(request.POST if request.method == "POST" else None), None, 200
    if form.is_bound and form.is_valid():
        try:
            breaches.repair(breach, reason=form.cleaned_data["reason"], actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            violation, status = error, 409
        else:
            messages.success(request, _("已登记修复"))
            return redirect("workflows:breach", pk)
    context = {
        "breach": breach,
        "form": form,
        "violation": violation,
        "may_repair": breach.repaired_on is None and request.user.role == User.Role.SERVICE_OFFICE,
    }
    return render(request, "workflows/service_office/breach.html", context, status=422 if form.errors else status)


urlpatterns = [
    path("office/breaches/", records, name="breaches"),
    path("office/breaches/new/", new, name="breach_new"),
    path("office/breaches/<int:pk>/", record, name="breach"),
    path("office/breaches/<int:pk>/proof/", proof, name="breach_proof"),
]
