"""Forms of those who decide, hand over and deliver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.inspections.needs import LONGEST_REASON
from permits.law.bar_terms import Ground, terms
from permits.models import CaseMatter, Delivery, Document
from permits.moments import DayField, HourField
from permits.rules import words_in
from permits.service import PERMITS, Handing

GRANT, REFUSE, LATER = "grant", "refuse", ""
SHORTEST_REASON = 10
LONGEST = 1000
# Words of a choice, not of a state: other languages tell "grant" from "granted".
PERMIT_WORDS = (pgettext_lazy("操作", "准予许可"), pgettext_lazy("操作", "不予许可"))
FILING_WORDS = (_("准予备案"), _("不予备案"))


@dataclass(frozen=True)
class DecisionBlock:
    """The part of the decision form that is about one matter."""

    matter: CaseMatter
    valid_to: date | None
    basis: tuple[str, ...]
    decision: BoundField
    scope: BoundField
    reason: BoundField
    false: BoundField | None
    unvisited: BoundField | None


class DecisionForm(forms.Form):
    """Grant, refuse or leave each of the section's open matters; a refusal needs reasons in the officer's own words."""

    opinion = forms.CharField(
        label=_("审批意见"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
        help_text=_("写给本部门和档案，申请人不会看到；可以不写。"),
    )

    def __init__(self, data: Any = None, *, matters: Sequence[CaseMatter]) -> None:
        super().__init__(data)
        self.matters = matters
        for matter in matters:
            words = FILING_WORDS if matter.is_filing else PERMIT_WORDS
            self.fields[f"decision_{matter.matter}"] = forms.ChoiceField(
                label=matter.name,
                required=False,
                choices=[(GRANT, words[0]), (REFUSE, words[1]), (LATER, _("暂不决定"))],
                widget=forms.RadioSelect,
            )
            self.fields[f"scope_{matter.matter}"] = forms.CharField(
                label=_("许可范围"),
                required=False,
                max_length=LONGEST,
                initial=matter.scope,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("印在许可决定书和证照上；没有专门范围的可以不填。"),
            )
            self.fields[f"reason_{matter.matter}"] = forms.CharField(
                label=_("不予许可的理由"),
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
                help_text=_("用自己的话写明查明的事实、依据的条款和不符合的地方；会原文写进决定书。"),
            )
            if not matter.is_filing:
                self.fields[f"false_{matter.matter}"] = forms.BooleanField(
                    label=_("申请人隐瞒有关情况或者提供虚假材料"), required=False, help_text=bar_words(matter.matter)
                )
            if matter.needs_site_check:
                self.fields[f"unvisited_{matter.matter}"] = forms.CharField(
                    label=_("不进行联合核查的理由"),
                    required=False,
                    max_length=LONGEST_REASON,
                    widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_REASON}),
                    help_text=_(
                        "这一事项需要现场核查，还没有安排联合核查。不经联合核查就准予的，写明依据和另行核查的情况。"
                    ),
                )

    def blocks(self, valid_to: dict[str, date | None], basis: dict[str, tuple[str, ...]]) -> list[DecisionBlock]:
        """One block per matter; `valid_to`: until when a permit granted today would be valid; `basis`: its law."""
        return [
            DecisionBlock(
                matter,
                valid_to.get(matter.matter),
                basis.get(matter.matter, ()),
                self[f"decision_{matter.matter}"],
                self[f"scope_{matter.matter}"],
                self[f"reason_{matter.matter}"],
                self[f"false_{matter.matter}"] if f"false_{matter.matter}" in self.fields else None,
                self[f"unvisited_{matter.matter}"] if matter.needs_site_check else None,
            )
            for matter in self.matters
        ]

    def clean(self) -> dict[str, Any]:
        """At least one matter is decided, and each refusal has its reasons."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for matter in self.matters:
            reason = str(said.get(f"reason_{matter.matter}", "")).strip()
            if self._said(matter) == REFUSE and words_in(reason) < SHORTEST_REASON:
                self.add_error(f"reason_{matter.matter}", too_short_reason())
            unvisited = str(said.get(f"unvisited_{matter.matter}", "")).strip()
            if self._said(matter) == GRANT and matter.needs_site_check and not unvisited:
                self.add_error(f"unvisited_{matter.matter}", _("请先安排联合核查，或者写明不进行联合核查的理由"))
            if self._said(matter) != REFUSE and reason:
                self.add_error(f"decision_{matter.matter}", _("已写了不予许可的理由：请选择“不予许可”，或者清空理由"))
        if not self.errors and not self.grants and not self.refusals:
            raise forms.ValidationError(_("请至少对一个事项选择“准予”或“不予”"))
        return said

    def _said(self, matter: CaseMatter) -> str:
        return str(self.cleaned_data.get(f"decision_{matter.matter}", ""))

    @property
    def grants(self) -> dict[str, str]:
        """Matter → scope of what is granted."""
        return {
            m.matter: self.cleaned_data[f"scope_{m.matter}"].strip() for m in self.matters if self._said(m) == GRANT
        }

    @property
    def unvisited(self) -> dict[str, str]:
        """Matter → why there was no joint visit."""
        return {
            m.matter: self.cleaned_data[f"unvisited_{m.matter}"].strip()
            for m in self.matters
            if m.needs_site_check and self._said(m) == GRANT
        }

    @property
    def false(self) -> frozenset[str]:
        """The matters that are refused because facts were hidden or false (R2.27)."""
        return frozenset(id for id in self.refusals if self.cleaned_data.get(f"false_{id}"))

    @property
    def refusals(self) -> dict[str, str]:
        """Matter → reason of what is refused."""
        return {
            m.matter: self.cleaned_data[f"reason_{m.matter}"].strip() for m in self.matters if self._said(m) == REFUSE
        }


def bar_words(matter: str) -> str:
    """What follows where a matter is refused for hidden or false facts (R2.27)."""
    years = max((term.years for term in terms(matter, Ground.FALSE_MATERIAL)), default=0)
    if not years:
        return str(_("依法给予警告（《行政许可法》第七十八条）；这一事项不限制再次申请。"))
    return _("依法给予警告，自决定之日起 %(years)d 年内不得再次申请这一事项，会写进决定书。") % {"years": years}


def too_short_reason() -> str:
    """What is said of a refusal's reason that says too little."""
    return _("请用自己的话写明不予许可的事实和依据，至少 %(count)d 个字") % {"count": SHORTEST_REASON}


class HandOverForm(forms.Form):
    """To whom a section goes, and why."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        widget=forms.TextInput(),
        help_text=_("会写进办件记录，例如：外出培训，由同组接办。"),
    )

    def __init__(self, data: Any = None, *, people: Any) -> None:
        super().__init__(data)
        self.fields["to"] = forms.ModelChoiceField(label=_("交给"), queryset=people, empty_label=_("请选择"))
        self.order_fields(["to", "reason"])


class DeliveryForm(forms.Form):
    """How the papers reached their holder; what a way needs besides is judged by the act."""

    way = forms.ChoiceField(
        label=_("送达方式"),
        choices=Delivery.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择送达方式")},
    )
    receiver = forms.CharField(label=_("签收人"), max_length=60, error_messages={"required": _("请写明签收人")})
    on = DayField(
        label=_("送达日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"data-width": "10"}),
        help_text=_("例如：2026-03-01"),
        error_messages={"required": _("请写送达日期"), "invalid": _("请按“年-月-日”写日期，例如：2026-03-01")},
    )
    hour = HourField(
        label=_("送达时间"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"data-width": "5"}),
        help_text=_("例如：14:30"),
        error_messages={"invalid": _("请按“时:分”写时间，例如：14:30")},
    )
    place = forms.CharField(label=_("送达地点"), required=False, max_length=200)
    deliverer = forms.CharField(
        label=_("送达人"), required=False, max_length=60, help_text=_("送证上门的，写明是谁送的")
    )
    things = forms.MultipleChoiceField(
        label=_("这次送达的内容"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("这份文书已经送达，或者现在不能送达；请核对后重新选择")},
    )
    carrier = forms.CharField(label=_("承运单位"), required=False, max_length=60, help_text=_("邮寄的必填"))
    tracking_number = forms.CharField(label=_("运单号"), required=False, max_length=60, help_text=_("邮寄的必填"))

    def __init__(
        self, data: Any = None, *, permits: Sequence[CaseMatter] = (), papers: Sequence[Document] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        names = "、".join(matter.name for matter in permits)
        choices = [(PERMITS, _("证照：%(names)s") % {"names": names})] if permits else []
        choices += [(paper.number, f"{paper.title} {paper.number}") for paper in papers]
        if len(choices) > 1:
            cast(forms.MultipleChoiceField, self.fields["things"]).choices = choices
            self.fields["things"].initial = [key for key, _label in choices]
        else:  # there is nothing to choose
            del self.fields["things"]

    def handing(self) -> Handing:
        """What was typed, as the act takes it: carrier and number are those of the post alone."""
        said = dict(self.cleaned_data)
        if "things" in said:
            said["things"] = frozenset(said["things"])
        if said["way"] != Delivery.Way.POST:
            said |= {"carrier": "", "tracking_number": ""}
        return Handing(**said)
