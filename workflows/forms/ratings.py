"""Forms of reviews: giving one in two steps, answering a bad one, asking again afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.models import Rating
from workflows.ratings import rules
from workflows.ratings.acts import LONGEST, Words
from workflows.ratings.words import INDICATOR_WORDS, LEVEL_WORDS


def _text(label: Any, help_text: Any, error: Any = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST})
    messages = {"required": error} if required else {}
    return forms.CharField(
        label=label, required=required, max_length=LONGEST, widget=widget, help_text=help_text, error_messages=messages
    )


CHOOSE_LEVEL = _("请选择从“非常满意”到“非常不满意”的一级")
CHOOSE_BODY = _("请选择办理这一办件的部门")


class LevelForm(forms.Form):
    """The first step: whom, and which of the five levels."""

    level = forms.TypedChoiceField(
        label=_("您满意吗？"),
        coerce=int,
        choices=list(LEVEL_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_LEVEL, "invalid_choice": CHOOSE_LEVEL, "invalid": CHOOSE_LEVEL},
    )

    def __init__(self, data: Any, bodies: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["body"] = forms.ChoiceField(
            label=_("评价谁的工作"),
            choices=bodies,
            widget=forms.RadioSelect,
            initial=bodies[0][0],
            error_messages={"required": CHOOSE_BODY, "invalid_choice": CHOOSE_BODY},
        )
        self.order_fields(["body", "level"])


class WordsForm(forms.Form):
    """The second step: what was good or bad, in ticks and words; all of it free."""

    text = _text(_("想说的话"), _("请不要写身份证号、电话等个人信息。"), required=False)
    may_publish = forms.BooleanField(label=_("可以公开我写的话（不公开我是谁）"), required=False)

    def __init__(self, data: Any, level: int) -> None:
        super().__init__(data)
        offered = [(code, INDICATOR_WORDS[code]) for code in rules.indicators_for(level)]
        self.fields["indicators"] = forms.MultipleChoiceField(
            label=_("哪里不好？") if rules.is_bad(level) else _("哪里好？"),
            choices=offered,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        if rules.is_bad(level):
            self.fields["named"] = forms.BooleanField(
                label=_("请联系我核实"),
                required=False,
                help_text=_("一个工作日内有人联系您。不勾选也会答复，答复公开在评价页面。"),
            )
        self.order_fields(["indicators", "text", "may_publish", "named"])

    @property
    def words(self) -> Words:
        """What goes with the level."""
        said: Mapping[str, Any] = self.cleaned_data
        return Words(said["text"], said["indicators"], bool(said.get("named")), said["may_publish"])


class AnswerForm(forms.Form):
    """The answer to a bad review, as everybody will read it."""

    outcome = forms.ChoiceField(
        label=_("处理结果"),
        choices=Rating.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择处理结果")},
    )
    promised_on = forms.DateField(
        label=_("整改完成日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
        help_text=_("限期整改的填写，例如：2026-03-20"),
        error_messages={"invalid": _("请按“年-月-日”写日期，例如：2026-03-20")},
    )
    text = _text(_("答复"), _("会公开。写明核实的情况和怎样改进，不要写评价人是谁。"), _("请写明答复"))


class ReasonForm(forms.Form):
    """A reason: why more time is needed, or why a review is a mistake."""

    reason = _text(_("理由"), _("写明事实和依据，记入日志。"), _("请写明理由"))


class HideForm(forms.Form):
    """Why published words are taken down."""

    ground = forms.ChoiceField(
        label=_("事由"),
        choices=Rating.HiddenFor.choices,
        widget=forms.RadioSelect,
        help_text=_("只有这些事由；批评再尖锐也不是事由。等级照常计入统计。"),
        error_messages={"required": _("请选择不再公开的事由")},
    )
    reason = _text(_("理由"), _("写明哪一句、为什么，评价人会看到。"), _("请写明理由"))


class RevisitForm(forms.Form):
    """What was said when the service office asked again."""

    satisfied = forms.TypedChoiceField(
        label=_("对答复满意吗"),
        coerce=lambda said: said == "yes",
        choices=[("yes", _("满意")), ("no", _("不满意"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择回访结果")},
    )
    notes = _text(_("回访情况"), _("怎样联系的、评价人说了什么。"), _("请写明回访情况"))
