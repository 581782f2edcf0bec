"""Forms of the lead department about a promise for a whole industry (R6.7)."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BrokenForm(forms.Form):
    """What was found not to be kept."""

    findings = forms.CharField(
        label=_("查明的情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明时间、地点和没有履行的内容；会写进告知书"),
        error_messages={"required": _("请写明查明的情况，例如：3月20日现场检查，管理制度没有建立")},
    )


class RepairForm(forms.Form):
    """How it was put right."""

    repair = forms.CharField(
        label=_("改正情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明怎样改正的")},
    )
