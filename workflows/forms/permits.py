"""Forms of the acts in the life of a permit: what an officer writes. What a holder applies for: `workflows.forms.holder`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import LicenceItem
from permits.papers import grounds
from workflows.forms.clock import MattersForm

LONGEST = 2000
SCOPE = "scope_"


GROUNDS: Mapping[str, Any] = {
    "law_changed": _("行政许可所依据的法律、法规、规章修改或者废止"),
    "circumstances_changed": _("准予行政许可所依据的客观情况发生重大变化"),
    "abuse_of_power": _("行政机关工作人员滥用职权、玩忽职守作出准予行政许可决定"),
    "beyond_power": _("超越法定职权作出准予行政许可决定"),
    "procedure": _("违反法定程序作出准予行政许可决定"),
    "unqualified": _("对不具备申请资格或者不符合法定条件的申请人准予行政许可"),
    "fraud": _("被许可人以欺骗、贿赂等不正当手段取得行政许可"),
    "expired": _("行政许可有效期届满未延续"),
    "ended": _("法人或者其他组织依法终止"),
    "requested": _("被许可人申请注销"),
    "after_other_act": _("行政许可依法被撤销、撤回，或者行政许可证件依法被吊销"),
    "force_majeure": _("因不可抗力导致行政许可事项无法实施"),
}
"""The grounds of `permits.papers.grounds` as pages name them, in the reader's language; papers are Chinese."""


def _words(label: Any, help_text: Any, missing: Any = "", rows: int = 4) -> forms.CharField:
    """A text in one's own words; needed where `missing` says what to write."""
    return forms.CharField(
        label=label,
        required=bool(missing),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST}),
        help_text=help_text,
        error_messages={"required": missing},
    )


def day_field(label: Any, help_text: Any, missing: Any = "") -> forms.DateField:
    """A day; needed where `missing` says what to write."""
    return forms.DateField(
        label=label,
        required=bool(missing),
        help_text=help_text,
        widget=forms.DateInput(attrs={"data-width": "10"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": _("请写日期，例如 2026-03-02")},
    )


def _ground(known: Mapping[str, grounds.Ground], *without: str) -> forms.ChoiceField:
    """The legal grounds of an act, by their names in the law."""
    return forms.ChoiceField(
        label=_("法定事由"),
        choices=[(code, GROUNDS[code]) for code in known if code not in without],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择法定的事由")},
    )


class PermitForm(MattersForm):
    """About one or several permits of the own department."""

    prefix_of_ids = "permit"

    def __init__(self, data: Any = None, *, items: Sequence[LicenceItem]) -> None:
        super().__init__(data, matters=items)
        self.fields["matters"].label = _("许可")
        self.fields["matters"].error_messages["required"] = _("请选择许可")

    @property
    def given(self) -> dict[str, Any]:
        """What the act is told."""
        return dict(self.cleaned_data)

    @property
    def said(self) -> list[tuple[Any, str]]:
        """What was chosen and written, with its label, for the page that asks back."""
        told = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name != "matters" and value and self._counts(name):
                known: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
                choices = {str(code): words for code, words in known}
                told.append((field.label, str(choices.get(str(value), value))))
        return told

    def _counts(self, name: str) -> bool:
        """Whether what stands in this field is part of what is done."""
        return True


def _statement() -> forms.CharField:
    return _words(
        _("陈述、申辩"),
        _("写明何时告知了拟作的决定和陈述、申辩的权利，当事人怎么说，是否采纳；会写进决定书。"),
        _("请写明怎样听取了当事人的陈述、申辩"),
        rows=3,
    )


def _evidence() -> forms.CharField:
    return _words(_("证据"), _("据以认定事实的证据，逐项写明；会写进决定书。"), rows=2)


class SuspendForm(PermitForm):
    """A suspension: why, and how the party was heard."""

    reason = _words(_("事实和理由"), _("会原文写进决定书。"), _("请写明暂扣的事实和理由"))
    until = day_field(
        _("暂扣的最后一日"),
        _("当日仍在暂扣；次日自行恢复，系统出具通知书。决定没有写明期限的，留空，由您恢复。例如 2026-03-31。"),
    )
    evidence = _evidence()
    statement = _statement()


class ReinstateForm(PermitForm):
    """The end of a suspension."""

    reason = _words(_("理由"), _("暂扣的事由怎样消除；会原文写进通知书。"), _("请写明恢复的理由"))


class WithdrawalForm(PermitForm):
    """A withdrawal in the public interest."""

    ground = _ground(grounds.WITHDRAWALS)
    reason = _words(_("事实和理由"), _("会原文写进决定书。"), _("请写明撤回的事实和理由"))
    evidence = _evidence()
    statement = _statement()
    compensation = _words(_("补偿"), _("已经确定的补偿；不写的，决定书写明怎样申请补偿。"), rows=2)


class RevocationForm(PermitForm):
    """A revocation for a fault of the grant. A broken commitment is revoked from its check, after the order."""

    ground = _ground(grounds.REVOCATIONS, "commitment_broken")
    reason = _words(
        _("事实和理由"),
        _("会原文写进决定书。撤销可能对公共利益造成重大损害的，不予撤销（《行政许可法》第六十九条）。"),
        _("请写明撤销的事实和理由"),
    )
    evidence = _evidence()
    statement = _statement()


class PenaltyForm(PermitForm):
    """A revocation as a penalty: the right to a hearing is on record, and what came of it goes into the paper from there."""

    reason = _words(_("违法事实和理由"), _("会原文写进决定书。"), _("请写明违法的事实和吊销的理由"))
    evidence = _evidence()
    statement = _words(
        _("陈述、申辩"),
        _("当事人怎么说，是否采纳；会写进决定书。何时告知听证权利、有没有举行听证，按听证记录写进去。"),
        _("请写明怎样听取了当事人的陈述、申辩"),
        rows=3,
    )


class CancelForm(PermitForm):
    """A cancellation: of what runs for its cause; of what has ended, its completion."""

    ground = _ground(grounds.CANCELLATIONS)
    reason = _words(_("事实"), _("会写进注销文书；办结已终止许可的注销手续时不用写。"), rows=3)


class DecideForm(PermitForm):
    """The decision on what was applied for; with a change a permit's scope may become another."""

    outcome = forms.ChoiceField(
        label=_("决定"),
        choices=[("grant", _("准予")), ("refuse", _("不予准许"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择准予还是不予准许")},
    )
    reason = _words(_("理由"), _("不予准许时填写；会原文写进决定书。"))

    def __init__(self, data: Any = None, *, items: Sequence[LicenceItem], changing: Sequence[LicenceItem] = ()) -> None:
        super().__init__(data, items=items)
        self.changing = [item.matter for item in changing]
        for item in changing:
            self.fields[f"{SCOPE}{item.matter}"] = forms.CharField(
                label=_("准予变更后的范围：%(name)s") % {"name": item.name},
                required=False,
                max_length=LONGEST,
                initial=item.scope,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
                help_text=_("变更不影响许可范围的，不用改；改了的，证书、核验页和登记簿立即按新的范围。"),
            )

    @property
    def given(self) -> dict[str, Any]:
        """The scopes together, by matter."""
        told = {name: self.cleaned_data[name] for name in ("matters", "outcome", "reason")}
        return told | {"scopes": {matter: self.cleaned_data[f"{SCOPE}{matter}"] for matter in self.changing}}

    def _counts(self, name: str) -> bool:
        """Of the scopes, those that a grant gives a chosen permit anew; the reasons of a refusal alone."""
        is_grant = self.cleaned_data["outcome"] == "grant"
        if name.startswith(SCOPE):
            is_new = self.cleaned_data[name].strip() != str(self.fields[name].initial or "")
            return is_grant and is_new and name.removeprefix(SCOPE) in self.cleaned_data["matters"]
        return name != "reason" or not is_grant

    def clean(self) -> dict[str, Any]:
        """A refusal has its reasons (R2.25)."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("outcome") == "refuse" and not str(said.get("reason", "")).strip():
            self.add_error("reason", _("请写明不予准许的理由"))
        return said
