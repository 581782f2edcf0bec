"""Forms of the page on which a department stops and extends its clocks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from permits.clock import Ground
from permits.deadlines.stops import MOST_DAYS
from permits.models import CaseMatter, ClockStop

LONGEST = 500
BY_ARTICLE_45 = [(value, words) for value, words in ClockStop.Ground.choices if value in set(Ground)]
"""What a department may stop a clock for; a period to put things right stops it by itself (R2.22)."""


class MattersForm(forms.Form):
    """About one or several matters of the own section; one alone is chosen already."""

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data, auto_id=f"{self.prefix_of_ids}_%s")
        choices = self.choices_of(matters)
        self.fields["matters"] = forms.MultipleChoiceField(
            label=_("事项"),
            choices=choices,
            initial=[choices[0][0]] if len(choices) == 1 else [],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("请选择事项"),
                "invalid_choice": _("您所选的事项刚刚有了变化，不能再这样办理；请按页面现在列出的重新选择"),
            },
        )
        self.order_fields(["matters"])

    prefix_of_ids = "clock"

    def choices_of(self, matters: Sequence[CaseMatter]) -> list[tuple[str, str]]:
        """What can be ticked."""
        return [(matter.matter, matter.name) for matter in matters]


class StopForm(MattersForm):
    """Which step of article 45, how long it takes, why."""

    prefix_of_ids = "stop"
    ground = forms.ChoiceField(
        label=_("事由"),
        choices=[("", _("请选择")), *BY_ARTICLE_45],
        help_text=_("只有《行政许可法》第四十五条列明的程序不计入期限；现场核查、内部流转、征求意见不能停止计时。"),
        error_messages={"required": _("请选择事由")},
    )
    needed_days = forms.IntegerField(
        label=_("所需时间（工作日）"),
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": "5"}),
        help_text=_("会写进告知书，申请人据此知道预计何时结束。"),
        error_messages={
            "required": _("请写明所需的工作日数，例如：10"),
            "invalid": _("请写数字，例如：10"),
            "min_value": _("至少写 1 个工作日"),
            "max_value": _("最多写 %(limit_value)s 个工作日"),
        },
    )
    reason = forms.CharField(
        label=_("说明"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("为什么需要这一程序；会原文写进告知书。"),
        error_messages={"required": _("请写明为什么需要这一程序")},
    )


class ResumeForm(MattersForm):
    """Which clocks run again; where several steps stop one at once, which of them is over. The matters come with their
    `standing`."""

    prefix_of_ids = "resume"

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data, matters=matters)
        if len(self.choices_of(matters)) > len(matters):
            self.fields["matters"].help_text = _("一个事项因几个程序停止计时的，全部完成之后才恢复计时。")

    def choices_of(self, matters: Sequence[CaseMatter]) -> list[tuple[str, str]]:
        """A line for each step for which a clock stands."""
        return [choice for matter in matters for choice in _steps_of(matter)]

    def clean(self) -> dict[str, Any]:
        """`steps`: matters by the ground of the step that is over; an empty one stands for the only one."""
        by_ground: dict[str, list[str]] = {}
        for chosen in self.cleaned_data.get("matters", ()):
            matter, _slash, ground = chosen.partition("/")
            by_ground.setdefault(ground, []).append(matter)
        return self.cleaned_data | {"steps": by_ground}


def _steps_of(matter: CaseMatter) -> list[tuple[str, str]]:
    """The matter, or each step for which its clock stands, with what it is called."""
    stops = [stop for stop in matter.__dict__["standing"].stops if stop.ground in set(Ground)]
    if len(stops) == 1:
        return [(matter.matter, matter.name)]
    told = _("%(name)s：%(ground)s，%(day)s 起")
    return [
        (
            f"{matter.matter}/{stop.ground}",
            str(told) % {"name": matter.name, "ground": stop.get_ground_display(), "day": stop.started_on},
        )
        for stop in stops
    ]


class ExtensionForm(MattersForm):
    """Which limits are to be extended, and why."""

    prefix_of_ids = "extend"
    reason = forms.CharField(
        label=_("延长理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("批准后会原文告知申请人。"),
        error_messages={"required": _("请写明延长的理由，它会告知申请人")},
    )


class DelayForm(MattersForm):
    """Why a promise was missed, for everybody to read."""

    prefix_of_ids = "explain"
    reason = forms.CharField(
        label=_("超过承诺时限的原因"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("会公开：申请人和凭查询码查看进度的人都能看到。不要写姓名、证件号码等个人信息。"),
        error_messages={"required": _("请写明超过承诺时限的原因，它会公开")},
    )


class JointExtensionForm(forms.Form):
    """Who of the district government approved the joint extension, and why it is needed."""

    approver = forms.CharField(
        label=_("批准人姓名和职务"),
        max_length=60,
        help_text=_("区人民政府负责人，例如：副区长 张某。会写进告知书。"),
        error_messages={"required": _("请写明批准人姓名和职务")},
    )
    reason = forms.CharField(
        label=_("延长理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("会原文告知申请人。"),
        error_messages={"required": _("请写明延长的理由，它会告知申请人")},
    )


class ExtensionAnswerForm(MattersForm):
    """The head approves what was asked, or says why not."""

    prefix_of_ids = "answer"
    reason = forms.CharField(
        label=_("不批准的理由"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
        help_text=_("批准时不用填写。"),
    )
