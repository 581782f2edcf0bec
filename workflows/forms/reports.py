"""What an address of the reports says: the period, and which list."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflows.reports.behind import KINDS, Question
from workflows.reports.figures import Period

INVALID = _("请按“年-月-日”写日期，例如：2026-03-01")


class PeriodForm(forms.Form):
    """First and last day, both in it; without them the year so far."""

    since = forms.DateField(
        label=_("从"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={"invalid": INVALID},
    )
    until = forms.DateField(
        label=_("到（含当天）"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={"invalid": INVALID},
    )

    def __init__(self, given: Any, today: date) -> None:
        self.usual = Period(today.replace(month=1, day=1), today)
        shown = {"since": f"{self.usual.since}", "until": f"{self.usual.until}"}
        super().__init__(shown | {name: given[name] for name in shown if given.get(name)})

    def clean(self) -> dict[str, Any]:
        """A period does not end before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("结束日期早于开始日期"))
        return cleaned

    @property
    def period(self) -> Period:
        """What was asked for; the usual period where that makes no sense."""
        if not self.is_valid():
            return self.usual
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])


class QuestionForm(forms.Form):
    """Which list behind a figure."""

    what = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    value = forms.CharField(required=False, max_length=30)
    body = forms.CharField(required=False, max_length=60)
    matter = forms.CharField(required=False, max_length=60)

    @property
    def question(self) -> Question | None:
        """The question; None where the address makes no sense."""
        return Question(**self.cleaned_data) if self.is_valid() else None


def presets(today: date) -> list[tuple[str, Period]]:
    """Periods that are asked for often."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    last_year = year.replace(year=year.year - 1)
    return [
        (gettext("本月"), Period(month, today)),
        (gettext("上月"), Period(last_month, month - timedelta(days=1))),
        (gettext("今年"), Period(year, today)),
        (gettext("去年"), Period(last_year, year - timedelta(days=1))),
    ]
