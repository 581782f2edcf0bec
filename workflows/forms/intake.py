"""Forms of the intake check: the points of the one supplement notice, judging what came for them, non-acceptance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from permits import typed
from permits.models import CaseMatter, Supplement, SupplementItem
from permits.rules import words_in
from workflows.forms.deciding import bar_words

SHORTEST_REASON = 10
LONGEST = 1000
LONGEST_POINT = 1000


@dataclass(frozen=True)
class Subject:
    """Something a supplement notice can name: a material or a field. `suggestion`: the text for what is plainly missing or
    was proposed; `raised_by`: the short names of the bodies that propose it."""

    id: str
    name: str
    suggestion: str = ""
    raised_by: tuple[str, ...] = ()


class SupplementForm(forms.Form):
    """Everything that is missing or wrong, ticked and worded, for the one notice (R2.9)."""

    needs_points = True

    def __init__(self, data: Any = None, *, subjects: Sequence[Subject], grounds: bool = False) -> None:
        super().__init__(data)
        self.subjects = {subject.id: subject for subject in subjects}
        if grounds:
            self.fields["notice_ground"] = forms.ChoiceField(
                label=_("增加补正内容的事由"),
                choices=Supplement.Ground.choices,
                widget=forms.RadioSelect,
                help_text=_("写在告知书上。没有新的事实或者法律变化的，只能针对已要求补正的内容。"),
                error_messages={"required": _("请选择增加补正内容的事由")},
            )
        for subject in subjects:
            self.fields[f"need_{subject.id}"] = forms.BooleanField(
                label=_("需要补正"),
                required=False,
                initial=bool(subject.suggestion),
                help_text=_("%(names)s 提出") % {"names": "、".join(subject.raised_by)} if subject.raised_by else "",
            )
            self.fields[f"text_{subject.id}"] = forms.CharField(
                label=_("“%(name)s”缺什么、怎样改") % {"name": subject.name},
                required=False,
                max_length=LONGEST_POINT,
                initial=subject.suggestion,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个")},
            )

    def clean(self) -> dict[str, Any]:
        """Ticked means worded, and worded means ticked: no text is lost in silence."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for subject in self.subjects.values():
            text = str(said.get(f"text_{subject.id}", "")).strip()
            if f"text_{subject.id}" in self.errors:
                continue
            if said.get(f"need_{subject.id}") and not text:
                self.add_error(f"text_{subject.id}", _("请写明“%(name)s”缺什么、怎样改") % {"name": subject.name})
            elif words := typed.unprintable_words(text):
                self.add_error(f"text_{subject.id}", words)
            elif text and text != subject.suggestion and not said.get(f"need_{subject.id}"):
                self.add_error(
                    f"need_{subject.id}", _("“%(name)s”已写了补正要求：请勾选，或者清空文字") % {"name": subject.name}
                )
        if self.needs_points and not self.errors and not self.items:
            raise forms.ValidationError(_("请至少勾选一项需要补正的内容"))
        return said

    @property
    def ground(self) -> str:
        """Why a later notice names something new."""
        return str(self.cleaned_data.get("notice_ground", ""))

    @property
    def items(self) -> dict[str, str]:
        """Subject → text, in the order of the page."""
        said = self.cleaned_data
        return {id: said[f"text_{id}"].strip() for id in self.subjects if said.get(f"need_{id}")}

    @property
    def points(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The notice's points: name, text, and the departments that propose it."""
        return [(self.subjects[id].name, text, self.subjects[id].raised_by) for id, text in self.items.items()]


class NoteForm(SupplementForm):
    """What is kept or reported for a later notice: there may be nothing."""

    needs_points = False


class TakerForm(forms.Form):
    """Who takes a paper at the counter as it is written, where somebody does (R2.34)."""

    taken_by = forms.CharField(
        label=_("当场签收人"),
        required=False,
        max_length=60,
        help_text=_("申请人在场、当场拿走的，写明谁签收：系统出具送达回证，期限从今天起算。不在场的不填。"),
    )


class ReviewsForm(forms.Form):
    """The departments that are asked to look over their part."""

    departments = forms.MultipleChoiceField(
        label=_("请这些部门审查材料"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个部门")},
    )

    def __init__(self, data: Any = None, *, offered: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.MultipleChoiceField, self.fields["departments"]).choices = list(offered)


DECLINE_GROUNDS = (
    ("not_needed", _("依法不需要取得行政许可")),
    ("not_competent", _("不属于本机关职权范围")),
    ("false_material", _("隐瞒有关情况或者提供虚假材料")),
    ("barred", _("在法律规定的期限内不得再次申请")),
)
"""Codes of `permits.papers.grounds.DECLINES`, as the counter reads them. A missing or unfit material is none: that is a notice (R2.9)."""


class DeclineForm(TakerForm):
    """Why an application is not accepted: the case of the law, the body that is competent, the reason in words."""

    field_order = ("ground", "competent", "reason", "taken_by")

    ground = forms.ChoiceField(
        label=_("法定情形"),
        choices=DECLINE_GROUNDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择不予受理的法定情形")},
    )
    matters = forms.MultipleChoiceField(
        label=_("哪些事项的情况或者材料虚假"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("隐瞒或者虚假的，依法给予警告；选中的事项，法律规定期限的，期限内不得再次申请，会写进决定书。"),
    )
    competent = forms.CharField(
        label=_("应当向哪个行政机关申请"),
        required=False,
        max_length=80,
        help_text=_("不属于本机关职权的，写明主管机关的全称。"),
    )
    reason = forms.CharField(
        label=_("不予受理的理由"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        help_text=_("写明事实和依据；会原文写进《不予受理决定书》。"),
        error_messages={
            "required": _("请写明不予受理的理由"),
            "min_length": _("请写清楚事实和依据，至少 %(limit_value)d 个字"),
        },
    )

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data)
        self.names = {matter.matter: matter.name for matter in matters}
        cast(forms.MultipleChoiceField, self.fields["matters"]).choices = list(self.names.items())

    def clean_reason(self) -> str:
        """Stops and dashes are no reason (R2.25)."""
        reason = str(self.cleaned_data["reason"])
        if words_in(reason) < SHORTEST_REASON:
            raise forms.ValidationError(
                _("请写清楚事实和依据，至少 %(limit_value)d 个字") % {"limit_value": SHORTEST_REASON}
            )
        return reason

    def clean(self) -> dict[str, Any]:
        """Who is not competent says who is (R2.7); what is false is false in some matter (R2.27)."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("ground") == "false_material" and not said.get("matters") and "matters" not in self.errors:
            self.add_error("matters", _("请选择哪些事项的情况或者材料虚假"))
        if said.get("ground") == "not_competent" and not said.get("competent"):
            self.add_error("competent", _("请写明应当向哪个行政机关申请"))
        return said

    @property
    def false_matters(self) -> list[tuple[str, str]]:
        """The matters that the false facts are about, each with what follows; none on another ground."""
        if self.cleaned_data["ground"] != "false_material":
            return []
        return [(self.names[id], bar_words(id)) for id in self.cleaned_data["matters"]]


class JudgeForm(forms.Form):
    """What is still wrong with one point of the notice that was answered."""

    remark = forms.CharField(
        label=_("哪里仍有问题、怎样改"),
        max_length=LONGEST_POINT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("申请人看得到；再次告知补正时会预先写进告知书。"),
        error_messages={"required": _("请写明哪里仍有问题、怎样改")},
    )

    def __init__(self, data: Any = None, *, item: SupplementItem) -> None:
        super().__init__(data, prefix=f"point{item.pk}")
        self.initial["remark"] = item.remark

    def clean_remark(self) -> str:
        """What is still wrong goes into the next notice, and has to be printed there."""
        remark = str(self.cleaned_data["remark"])
        if words := typed.unprintable_words(remark):
            raise forms.ValidationError(words)
        return remark
