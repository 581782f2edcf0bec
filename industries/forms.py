"""Forms made from the catalogue's questions, and the form that finds a notice."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from industries.entities import Question

NONE_OF_THEM = frozenset({"不销售", "无", "否"})
AREA_WORDS = ("平方米", "平米", "平方", "m2", "平")
PASTED_LABEL = re.compile(r"^[^:\d]{1,40}:")
YES_NO = (("yes", _("是")), ("no", _("否")))


class AnswersForm(forms.Form):
    """A few questions of the catalogue; `answers()` gives the values that the notice takes."""

    def __init__(self, questions: Iterable[Question], data: Any = None, initial: dict[str, Any] | None = None) -> None:
        self.questions = tuple(questions)
        super().__init__(data=data, initial={id: shown(value) for id, value in (initial or {}).items()})
        for question in self.questions:
            self.fields[question.id] = field_for(question)

    def answers(self) -> dict[str, Any]:
        """The answers of a valid form, by question id."""
        return {question.id: taken(question, self.cleaned_data[question.id]) for question in self.questions}

    def clean(self) -> dict[str, Any]:
        """ "None of them" goes with nothing else."""
        for question in self.questions:
            picked = set(self.cleaned_data.get(question.id) or ()) if question.type == "multi" else set()
            if picked & NONE_OF_THEM and len(picked) > 1:
                none = next(iter(picked & NONE_OF_THEM))
                self.add_error(question.id, _("选了“%(none)s”就不能再选其他项") % {"none": none})
        return self.cleaned_data


class Number(forms.DecimalField):
    """A number typed by a person: full-width digits, separators, a pasted label and the unit are understood."""

    def __init__(self, *, unit: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = (*AREA_WORDS, unit) if unit == "㎡" else (unit,)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = PASTED_LABEL.sub("", "".join(unicodedata.normalize("NFKC", value).replace(",", "").split()))
            value = next((value.removesuffix(unit) for unit in self.units if unit and value.endswith(unit)), value)
        return super().to_python(value)

    def run_validators(self, value: Any) -> None:
        """One mistake is told once, however many limits it breaks."""
        try:
            super().run_validators(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages[:1]) from None


def field_for(question: Question) -> forms.Field:
    """The control for a question; its messages say what to do."""
    words: dict[str, Any] = {"label": question.text, "help_text": question.help}
    if question.type == "bool":
        required = {"required": _("请选择“是”或“否”")}
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, error_messages=required, **words)
    if question.type == "number":
        return _number(question, words)
    choices = [(option, option) for option in question.options]
    if question.type == "choice":
        required = {"required": _("请选择一项")}
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=required, **words)
    required = {"required": _("请至少选择一项")}
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=required, **words
    )


def _number(question: Question, words: dict[str, Any]) -> forms.Field:
    limits = {"low": f"{question.minimum:g}", "high": f"{question.maximum:.0f}", "unit": question.unit}
    wrong = _("请填 %(low)s 至 %(high)s 之间的数字，如 80") % limits
    messages: dict[str, Any] = {
        "required": _("请填写数字，如 80"),
        "invalid": wrong,
        "min_value": wrong,
        "max_value": wrong,
    }
    messages |= dict.fromkeys(("max_digits", "max_decimal_places", "max_whole_digits"), wrong)
    attrs = {"data-suffix": question.unit, "data-width": "10", "inputmode": "decimal"}
    return Number(
        unit=question.unit or "",
        min_value=question.minimum,
        max_value=question.maximum,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs=attrs),
        error_messages=messages,
        **words,
    )


def shown(value: Any) -> Any:
    """An answer as the form's initial value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value


def taken(question: Question, value: Any) -> Any:
    """A cleaned value as an answer."""
    if question.type == "bool":
        return value == "yes"
    if question.type == "number":
        return int(value) if value == int(value) else float(value)
    return value


class LookupForm(forms.Form):
    """A notice by its number or its code."""

    q = forms.CharField(
        label=_("告知单编号或查询码"),
        help_text=_("编号如 沪长综告〔2026〕000001号；查询码为 12 位字母和数字，印在二维码旁"),
        max_length=60,
        error_messages={"required": _("请填写告知单编号或查询码")},
    )

    def clean_q(self) -> str:
        """Brackets and spaces as people type them."""
        text = "".join(unicodedata.normalize("NFKC", self.cleaned_data["q"]).split())
        for typed in ("[]", "()", "【】"):
            text = text.replace(typed[0], "〔").replace(typed[1], "〕")
        return text
