"""The forms of substitutions: who is away, who stands in, from when to when, why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Body, User

LONGEST = 200


class ColleagueField(forms.ModelChoiceField):
    """A colleague by name, with what they are where that tells people of one name apart."""

    def label_from_instance(self, person: Any) -> str:
        """The name, the post and the account."""
        return f"{person}（{person.get_role_display()}，{person.username}）"


class SubstitutionForm(forms.Form):
    """`absent` is asked where somebody arranges it for others; the head's power where there is one to name."""

    substitute = ColleagueField(
        label=_("由谁替班"),
        queryset=User.objects.none(),
        empty_label=_("请选择"),
        help_text=_("同一部门、同一岗位的在岗人员。"),
        error_messages={"required": _("请选择替班人"), "invalid_choice": _("请在名单中选择替班人")},
    )
    since = forms.DateField(
        label=_("从哪一天起"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
        help_text=_("当天也算，例如：2026-03-01"),
        error_messages={"required": _("请写开始日期"), "invalid": _("请按“年-月-日”写日期，例如：2026-03-01")},
    )
    until = forms.DateField(
        label=_("到哪一天止"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
        help_text=_("当天也算；只替一天的，与开始日期相同"),
        error_messages={"required": _("请写结束日期"), "invalid": _("请按“年-月-日”写日期，例如：2026-03-01")},
    )
    reason = forms.CharField(
        label=_("替班事由"),
        max_length=LONGEST,
        widget=forms.TextInput(),
        help_text=_("会写进记录并告知双方，例如：年休假。"),
        error_messages={"required": _("请写明事由，例如：年休假")},
    )

    def __init__(
        self, data: Any = None, *, colleagues: Any, absent: Any = None, may_name_for_head: bool = False, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.fields["substitute"].queryset = colleagues  # type: ignore[attr-defined]
        if absent is not None:
            self.fields["absent"] = ColleagueField(
                label=_("谁不在"),
                queryset=absent,
                empty_label=_("请选择"),
                error_messages={"required": _("请选择谁不在"), "invalid_choice": _("请在名单中选择")},
            )
            self.order_fields(["absent", "substitute", "since", "until", "reason"])
        if may_name_for_head:
            self.fields["head_power"] = forms.BooleanField(
                label=_("同时代行负责人职权"),
                required=False,
                help_text=_("只用于负责人不在时，例如批准延长法定期限；须由负责人指定。不勾选的，由其他负责人批准。"),
            )


class BodyFilter(forms.Form):
    """Whose substitutions the administrator looks at."""

    body = forms.ModelChoiceField(
        label=_("部门"), queryset=Body.objects.all(), to_field_name="code", empty_label=None, required=False
    )


class EndForm(forms.Form):
    """Why a substitution ends before its day."""

    reason = forms.CharField(
        label=_("提前结束的原因"),
        max_length=LONGEST,
        widget=forms.TextInput(),
        help_text=_("会写进记录并告知双方，例如：已提前返岗。"),
        error_messages={"required": _("请写明提前结束的原因")},
    )
