"""How far a case is, without signing in: states and dates only. The code on the receipt opens it; no names, no papers."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from calendars.services import current as current_calendar
from permits.deadlines.limits import facts_of
from permits.models import Case
from permits.wording import grouped
from workflows.shown.truth import state_words
from workflows.words.turns import turn_of

MISSED = _("编号和查询码不相符。请照收件凭证上的写法再输入一次；查询码区分大小写")


class LookUpForm(forms.Form):
    """A case's number and its code, as printed on the receipt. Both must fit: a number alone can be guessed."""

    number = forms.CharField(
        label=_("办件编号"),
        help_text=_("例如 3101 0520 2600 0001 1，空格可以不输"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("查询码"),
        help_text=_("在收件凭证和提交成功的页面上"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Find the case; the same answer whichever of the two is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        number = "".join(sign for sign in cleaned.get("number", "") if sign.isalnum())
        code = "".join(cleaned.get("code", "").split())
        if number and code and not _traceable().filter(number=number, code=code).exists():
            self.add_error("code", MISSED)
        return cleaned | {"code": code}


def _traceable() -> Any:
    """Cases that were handed in."""
    return Case.objects.exclude(number=None)


@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for number and code."""
    form = LookUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("workflows:progress", code=form.cleaned_data["code"])
    status = 422 if form.errors else 200
    return render(request, "workflows/applicant/look_up.html", {"form": form}, status=status)


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Where the case stands. Whoever has the code may see this, so it names no person and no enterprise."""
    cases = _traceable().select_related("licence")
    case = get_object_or_404(
        cases.prefetch_related(
            *("matters__section__body", "matters__post_check", "matters__delay", "matters__item"),
            *("supplements", "tolerances", "stops", "extensions"),
        ),
        code=code,
    )
    facts = facts_of(case)
    context = {
        "case": case,
        "number": grouped(case.number),
        "turn": turn_of(case, calendar=current_calendar(), today=timezone.localdate()),
        "matters": [
            (row, state_words(case, row, timezone.localdate()), facts.standing(row) if row.is_undecided else None)
            for row in case.matters.all()
        ],
        "delayed": [row for row in case.matters.all() if hasattr(row, "delay")],
    }
    answer = render(request, "workflows/applicant/progress.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


urlpatterns = [
    path("progress/", look_up, name="look_up"),
    path("progress/<str:code>/", progress, name="progress"),
]
