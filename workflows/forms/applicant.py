"""The applicant's small forms."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy, ngettext_lazy

from permits.models import CaseMatter

TOO_LONG = ngettext_lazy(
    "最多 %(limit_value)d 个字，现有 %(show_value)d 个，请删短一些",
    "最多 %(limit_value)d 个字，现有 %(show_value)d 个，请删短一些",
    "limit_value",
)


class WithdrawForm(forms.Form):
    """Which of the open matters, and a reason, if one likes to give it."""

    matters = forms.MultipleChoiceField(
        label=gettext_lazy("撤回哪些事项"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("请选择要撤回的事项"),
            "invalid_choice": gettext_lazy("所选事项中有的刚刚已经决定或者撤回，不能再撤回；请重新选择"),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("撤回的原因"),
        help_text=gettext_lazy("可以不填。您的说明只用于改进服务，不影响撤回。"),
        max_length=200,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, matters: Sequence[CaseMatter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.matter, f"{row.name}（{row.section.body.name}）") for row in matters]
        cast(forms.MultipleChoiceField, self.fields["matters"]).choices = choices
        if len(choices) == 1:
            self.initial["matters"] = [choices[0][0]]
