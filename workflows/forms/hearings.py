"""Forms of the page on which a department tells, arranges and records hearings (R2.23)."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from permits.models import CaseMatter, Hearing
from permits.moments import DayField, HourField

LONGEST, LONGEST_MINUTES = 1000, 20000


class TellForm(forms.Form):
    """Of which matter, why, of whom, and which decision is intended."""

    cause = forms.ChoiceField(
        label=_("听证事由"),
        choices=Hearing.Cause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择听证事由")},
    )
    party = forms.CharField(
        label=_("利害关系人"),
        required=False,
        max_length=120,
        help_text=_("只在涉及他人重大利益时写：姓名或者名称。告知书要另行送达给他。"),
    )
    party_phone = forms.CharField(
        label=_("利害关系人的手机"),
        required=False,
        max_length=20,
        help_text=_("可以不写。写了的，用短信发去查看地址；没有写的，把带地址的查看单和告知书一起送达。"),
    )
    intended = forms.CharField(
        label=_("拟作出的决定和理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=_("写明事实、理由和依据；会原文写进听证权利告知书。"),
        error_messages={"required": _("请写明拟作出的决定和理由")},
    )

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data, auto_id="tell_%s")
        choices = [(matter.matter, matter.name) for matter in matters]
        causes = [one for one in Hearing.Cause if any(_fits(one, matter) for matter in matters)]
        cast(forms.ChoiceField, self.fields["cause"]).choices = [(one.value, one.label) for one in causes]
        self.fields["matter"] = forms.ChoiceField(
            label=_("事项"),
            choices=choices,
            initial=choices[0][0] if len(choices) == 1 else None,
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择事项")},
        )
        self.order_fields(["matter", "cause", "party", "party_phone", "intended"])


def _fits(cause: Hearing.Cause, matter: CaseMatter) -> bool:
    """A penalty is of what was granted, all else of what is still to be decided."""
    return (cause == Hearing.Cause.PENALTY) != matter.is_undecided


class ScheduleForm(forms.Form):
    """When, where, and before whom."""

    day = DayField(
        label=_("听证日期"),
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
        error_messages={
            "required": _("请填写听证日期"),
            "invalid": _("请按“年-月-日”写日期，例如：2026-03-01"),
        },
    )
    hour = HourField(
        label=_("听证时间"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"data-width": "5"}),
        help_text=_("例如：14:30"),
        error_messages={"required": _("请填写听证时间"), "invalid": _("请按“时:分”写时间，例如：14:30")},
    )
    place = forms.CharField(label=_("听证地点"), max_length=200, error_messages={"required": _("请写明听证地点")})

    def __init__(self, data: Any = None, *, one: Hearing, people: QuerySet[User]) -> None:
        super().__init__(data, auto_id=f"schedule{one.pk}_%s")
        self.fields["presiding"] = forms.ModelChoiceField(
            label=_("听证主持人"),
            queryset=people,
            empty_label=_("请选择"),
            help_text=_("本部门没有参加审查这一申请的人员；告知听证权利、领取、拟办和现场核查的人员不能主持。"),
            error_messages={"required": _("请选择听证主持人"), "invalid_choice": _("请选择听证主持人")},
        )


class HoldForm(forms.Form):
    """What was said, and who signed it."""

    minutes = forms.CharField(
        label=_("听证笔录"),
        max_length=LONGEST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": LONGEST_MINUTES}),
        help_text=_("参加人、审查意见的证据和理由、陈述、申辩和质证。"),
        error_messages={"required": _("请写明听证笔录")},
    )
    signed_by = forms.CharField(
        label=_("参加人签字"),
        max_length=200,
        help_text=_("确认无误后签字的人员；拒绝签字的，写明情况。"),
        error_messages={"required": _("请写明谁签了字，或者为什么没有签字")},
    )

    def __init__(self, data: Any = None, *, one: Hearing) -> None:
        super().__init__(data, auto_id=f"hold{one.pk}_%s")
