"""Forms of the check after a commitment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from permits.promises.post_checks import BROKEN, KEPT, MOST_DAYS

LONGEST = 2000


def _words(label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    """A text in the officer's own words."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST})
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=widget, help_text=help_text)


class CheckForm(forms.Form):
    """The first check: as promised, or not, with what has to be put right and until when."""

    result = forms.ChoiceField(
        label=_("核查结果"),
        choices=[(KEPT, _("与承诺相符")), (BROKEN, _("与承诺不符，责令限期整改"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择核查结果")},
    )
    findings = _words(_("核查情况"), _("用自己的话写明查看了什么、发现了什么；不符的会原文写进责令整改通知书。"))
    items = _words(_("需要整改的内容"), _("与承诺不符时填写，每行一项。"))
    days = forms.IntegerField(
        label=_("整改期限(工作日)"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("与承诺不符时填写，从今天的次日起算。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": "3"}),
    )

    def __init__(self, data: Any = None, *, proofs: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data, initial={"days": settings.RECTIFICATION_DAYS})
        if proofs:
            self.fields["untrue"] = forms.MultipleChoiceField(
                label=_("承诺不实的证明事项"),
                choices=proofs,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("以书面承诺代替的证明：勾选与事实不符的；没有不实的，不用勾选。"),
            )

    def clean(self) -> dict[str, Any]:
        """What is ordered is told in words."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("untrue") and said.get("result") == KEPT:
            self.add_error("result", _("有证明事项承诺不实的，核查结果应为“与承诺不符”"))
        if said.get("result") == BROKEN:
            for name, text in (("findings", _("请写明核查发现的情况")), ("items", _("请写明需要整改的内容，每行一项"))):
                if not str(said.get(name, "")).strip():
                    self.add_error(name, text)
        return said

    @property
    def details(self) -> dict[str, Any]:
        """What the act takes."""
        said = self.cleaned_data
        return {
            "result": said["result"],
            "findings": said["findings"],
            "items": said["items"].splitlines(),
            "days": said["days"] or 0,
            "untrue": said.get("untrue", ()),
        }


class RecheckForm(forms.Form):
    """The second check; that it is still not as promised can be said only once the period is over."""

    result = forms.ChoiceField(
        label=_("复查结果"),
        choices=[(KEPT, _("整改后与承诺相符"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择复查结果")},
    )
    findings = _words(_("复查情况"), _("写明复查时看到的情况。"))

    def __init__(self, data: Any = None, *, is_over: bool) -> None:
        super().__init__(data)
        if is_over:
            offered = [(KEPT, _("整改后与承诺相符")), (BROKEN, _("整改期满仍不符合"))]
            self.fields["result"] = forms.ChoiceField(
                label=_("复查结果"),
                choices=offered,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择复查结果")},
            )

    @property
    def details(self) -> dict[str, Any]:
        """What the act takes."""
        return {"result": self.cleaned_data["result"], "findings": self.cleaned_data["findings"]}


class RevokeForm(forms.Form):
    """The revocation of one permit whose commitment is still not kept after the period."""

    reason = _words(_("撤销的事实和理由"), _("写明复查时仍不符合的事实；会原文写进撤销决定书。"))

    def clean_reason(self) -> str:
        """An adverse decision has its reasons."""
        reason = str(self.cleaned_data["reason"]).strip()
        if not reason:
            raise forms.ValidationError(_("请写明撤销的事实和理由"))
        return reason
