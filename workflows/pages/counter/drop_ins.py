"""Who left the counter without an answer (R6.17): the record, the worklist, the answer, and the page that tells it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from permits.at_counter import drop_ins
from permits.models import Case, DropIn
from workflows.lists.worklists import limit
from workflows.pages import staff

DESK = (User.Role.WINDOW, User.Role.SERVICE_OFFICE)
SHOWN = 100


class RecordForm(forms.Form):
    """Who came for what; the case where there is one."""

    who = forms.CharField(
        label=gettext_lazy("来人姓名或者企业名称"),
        max_length=120,
        error_messages={"required": gettext_lazy("请写来人的姓名或者企业名称")},
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        error_messages={"required": gettext_lazy("请填写联系电话，例如：13812345678")},
        widget=forms.TextInput(attrs={"data-width": "20", "inputmode": "tel"}),
    )
    what = forms.CharField(
        label=gettext_lazy("要办什么、哪里没办成"),
        max_length=1000,
        error_messages={"required": gettext_lazy("请写要办什么、哪里没办成")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    number = forms.CharField(
        label=gettext_lazy("办件编号"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )


class AnswerForm(forms.Form):
    """The answer, and how it was told."""

    text = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=2000,
        error_messages={"required": gettext_lazy("请写明答复")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    told = forms.ChoiceField(
        label=gettext_lazy("怎样告知来人"),
        choices=DropIn.Told.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择怎样把答复告诉来人")},
    )


@staff.for_roles(*DESK, User.Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def records(request: SignedInRequest) -> HttpResponse:
    """What waits, the most urgent first, and what was answered lately; the counter adds a record."""
    may_act = request.user.role in DESK
    form = RecordForm(request.POST if request.method == "POST" and may_act else None)
    if form.is_bound and form.is_valid() and _recorded(request, form):
        return redirect("workflows:drop_ins")
    calendar, today = current_calendar(), timezone.localdate()
    rows = DropIn.objects.select_related("by", "answered_by", "case")
    context = {
        "form": form,
        "may_act": may_act,
        "waiting": [
            (row, limit(calendar, today, row.due_on)) for row in rows.filter(state=DropIn.State.WAITING)[:SHOWN]
        ],
        "answered": rows.filter(state=DropIn.State.ANSWERED).order_by("-answered_at")[:SHOWN],
    }
    return render(request, "workflows/staff/drop_ins.html", context, status=422 if form.errors else 200)


def _recorded(request: SignedInRequest, form: RecordForm) -> bool:
    said = dict(form.cleaned_data)
    number = said.pop("number").replace(" ", "")
    case = Case.objects.visible_to(request.user).filter(number=number).first() if number else None
    if number and case is None:
        form.add_error("number", _("没有这个办件编号，请核对；不知道的可以不填"))
        return False
    try:
        made = drop_ins.leave_record(**said, case=case, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as violation:
        form.add_error(violation.field if violation.field in form.fields else None, str(violation))
        return False
    messages.success(request, _("已登记，须在 %(due)s 前答复") % {"due": made.due_on})
    return True


@staff.for_roles(*DESK, User.Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record and its answer."""
    row = get_object_or_404(DropIn.objects.select_related("by", "answered_by", "case"), pk=pk)
    may_act = request.user.role in DESK and row.state == DropIn.State.WAITING
    form = AnswerForm(request.POST if request.method == "POST" and request.user.role in DESK else None)
    violation = None
    if form.is_bound and form.is_valid():
        try:
            drop_ins.answer(pk, **form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as error:
            if error.field in form.fields:
                form.add_error(error.field, str(error))
            else:
                violation = error
        else:
            messages.success(request, _("已登记答复"))
            return redirect("workflows:drop_ins")
    due = limit(current_calendar(), timezone.localdate(), row.due_on)
    context = {"row": row, "form": form, "may_act": may_act, "due": due, "violation": violation}
    status = 409 if violation else 422 if form.errors else 200
    return render(request, "workflows/staff/drop_in.html", context, status=status)


@never_cache
@require_safe
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever was given the code: whether there is an answer, and which. No name, no telephone."""
    row = get_object_or_404(DropIn, code=code)
    return render(request, "workflows/applicant/drop_in_answer.html", {"row": row})


urlpatterns = [
    path("drop-ins/", records, name="drop_ins"),
    path("drop-ins/<int:pk>/", record, name="drop_in"),
    path("asked/<str:code>/", answer, name="drop_in_answer"),
]
