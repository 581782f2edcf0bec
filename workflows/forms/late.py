"""The form with which a late paper is sent back."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SendBackForm(forms.Form):
    """What is not as required, for the applicant."""

    reason = forms.CharField(
        label=_("哪里不符合要求、怎样改"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会原文告知申请人。"),
        error_messages={"required": _("请写明哪里不符合要求、怎样改")},
    )
