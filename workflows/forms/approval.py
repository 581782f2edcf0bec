"""The form with which a second officer answers what a first one proposed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from permits.models import CaseMatter
from workflows.forms.deciding import LONGEST

APPROVE, SEND_BACK, RECALL = "approve", "send_back", "recall"


class ApprovalForm(forms.Form):
    """Which of the waiting matters, and in which words; who sends something back says why."""

    matters = forms.MultipleChoiceField(
        label=_("事项"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("请选择事项")}
    )
    answer = forms.CharField(
        label=_("审批意见或者退回理由"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("退回的必须写明理由；批准的可以不写。申请人不会看到。"),
    )

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data, auto_id="approval_%s")
        choices = [(matter.matter, matter.name) for matter in matters]
        self.fields["matters"].choices = choices  # type: ignore[attr-defined]
        self.fields["matters"].initial = [id for id, _name in choices]

    def clean(self) -> dict[str, Any]:
        """Sending back needs a reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get("do") == SEND_BACK and not str(said.get("answer", "")).strip():
            self.add_error("answer", _("请写明退回的理由，经办人据此修改"))
        return said
