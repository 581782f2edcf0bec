"""The applicant's small forms."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from permits.models import CaseMatter, SupplementItem
from workflows.asked import Asked, Point

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
            "invalid_choice": gettext_lazy("所选事项中有的刚刚作出决定，不能再撤回；请重新选择"),
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


class SupplementForm(forms.Form):
    """A text per point of the notice. A point needs a text, an uploaded file or a changed form field."""

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for point in asked.points:
            self.fields[field_name(point.item)] = forms.CharField(
                label=_("对“%(name)s”的说明") % {"name": point.name},
                max_length=1000,
                required=False,
                error_messages={"max_length": TOO_LONG},
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """Say at each point that nothing was handed in for it."""
        cleaned: dict[str, Any] = super().clean() or {}
        for point in self.asked.points:
            name = field_name(point.item)
            if name not in self.errors and not cleaned.get(name, "").strip() and not point.is_answered:
                self.add_error(name, _missing(point))
        return cleaned

    def answers(self) -> dict[str, str]:
        """The text per subject."""
        return {point.item.subject: self.cleaned_data[field_name(point.item)].strip() for point in self.asked.points}

    def rows(self) -> list[tuple[Point, forms.BoundField]]:
        """Each point with its field."""
        return [(point, self[field_name(point.item)]) for point in self.asked.points]


def field_name(item: SupplementItem) -> str:
    """The name of a point's field."""
    return f"answer_{item.position}"


def _missing(point: Point) -> str:
    told = {"name": point.name}
    if point.is_material:
        return _("请上传“%(name)s”，或者写明为什么不能提供") % told
    return _("请修改“%(name)s”，或者写明您的说明") % told
