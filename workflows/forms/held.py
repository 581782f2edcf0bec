"""Forms for permits that were held before: what a business declares, what a department says of it (R1.10)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from certificates.acts.merging import LONGEST_NUMBER, Declared
from permits.files import uploads
from permits.moments import DayField

LONGEST = 1000


def _day(label: Any, help_text: Any, *, required: bool = True) -> DayField:
    return DayField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={
            "required": _("请填写这个日期，例如 2023-05-04"),
            "invalid": _("请按“年-月-日”写日期，例如 2023-05-04"),
        },
    )


class DeclareForm(forms.Form):
    """A permit on paper: which, its number and days, and a picture of it."""

    matter = forms.ChoiceField(label=_("哪一项许可"), error_messages={"required": _("请选择许可事项")})
    number = forms.CharField(
        label=_("许可证编号"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"data-width": "30", "autocomplete": "off"}),
        error_messages={"required": _("请填写许可证编号")},
    )
    granted_on = _day(_("发证日期"), _("例如 2023-05-04"))
    valid_from = _day(_("有效期自"), _("证上没有写的，填发证日期"))
    valid_to = _day(_("有效期至"), _("长期有效的不填"), required=False)
    scope = forms.CharField(
        label=_("许可范围"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
        help_text=_("照证上的写"),
    )
    proof = forms.FileField(
        label=_("许可证的照片或扫描件"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        help_text=_("PDF、JPG 或 PNG，要看得清编号、日期和印章"),
        error_messages={
            "required": _("请上传许可证的照片或扫描件"),
            "empty": _("这个文件是空的，请重新选择"),
        },
    )

    def __init__(self, *args: Any, matters: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [("", _("请选择")), *matters]  # type: ignore[attr-defined]

    @property
    def permit(self) -> Declared:
        """What was declared."""
        return Declared(**{name: value for name, value in self.cleaned_data.items() if name != "proof"})

    @property
    def file(self) -> UploadedFile:
        """Its proof."""
        found: UploadedFile = self.cleaned_data["proof"]
        return found


class AnswerForm(forms.Form):
    """What the department says of a permit that was named."""

    outcome = forms.ChoiceField(
        label=_("核对结果"),
        choices=[("confirm", _("确认：现在有效，内容一致")), ("refuse", _("不确认"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择核对结果")},
    )
    reason = forms.CharField(
        label=_("不确认的理由"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("只在不确认时填写；申请人看得到。"),
    )

    def clean(self) -> dict[str, Any]:
        """What is not confirmed has its reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("outcome") == "refuse" and not str(said.get("reason", "")).strip():
            self.add_error("reason", _("请写明不确认的理由"))
        return said
