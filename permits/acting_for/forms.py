"""Forms about agents: whom the representative authorises, and who came to the counter with a letter."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.authorities import Agent, account_of
from accounts.identity import DOCUMENT_WORDS, check_id, check_phone, normalise
from accounts.models import Authority, User
from audit.violations import RuleViolation
from permits.files import uploads

NOT_FOUND = _("没有找到账号(或手机号)和姓名相符的申请人，请向代理人核对；几个账号用同一手机号的，请填账号")
NO_DAY = _("请写日期，例如 2026-12-31")


class AgentForm(forms.Form):
    """What every authority says of the agent: who, which acts, until when."""

    name = forms.CharField(
        label=_("代理人姓名"),
        max_length=60,
        error_messages={"required": _("请填写代理人姓名")},
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
    )
    id_type = forms.ChoiceField(label=_("证件类型"), required=False, choices=[("", "—"), *DOCUMENT_WORDS.items()])
    id_number = forms.CharField(
        label=_("证件号码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"data-width": "20", "autocomplete": "off", "spellcheck": "false"}),
    )
    acts = forms.MultipleChoiceField(
        label=_("委托权限"),
        help_text=_("代理人只能办理勾选的事情"),
        choices=Authority.Act,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项委托权限")},
    )
    until = forms.DateField(
        label=_("委托期限至"),
        help_text=_("包括这一天，例如 2026-12-31"),
        error_messages={"required": NO_DAY, "invalid": NO_DAY},
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date:
        """Today or later."""
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError(_("委托期限应在今天（%(today)s）或之后") % {"today": self.today})
        return until

    def clean(self) -> dict[str, Any]:
        """A document number comes with its type, and is one."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("id_number"):
            try:
                kind = values.get("id_type", "")
                values["id_number"] = check_id(kind, values["id_number"], today=self.today)
            except RuleViolation as violation:
                self.add_error("id_type" if violation.code == "id_type" else "id_number", str(violation))
        return values

    def who(self, user: User | None = None, phone: str = "") -> Agent:
        """The agent as typed."""
        known = self.cleaned_data
        return Agent(known["name"], user, known["id_type"], known["id_number"], phone)


class AuthorityForm(AgentForm):
    """The representative authorises an account, or a person who will come to the counter."""

    enterprise = forms.ChoiceField(label=_("委托企业"))
    account = forms.CharField(
        label=_("代理人的账号或手机号"),
        help_text=_("代理人用自己的账号登录办理。只到窗口办理、没有账号的，这里留空，填写证件"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"data-width": "20", "autocomplete": "off"}),
    )
    case = forms.ChoiceField(label=_("委托的办件"), required=False)
    proof = forms.ChoiceField(
        label=_("授权方式"),
        choices=[
            (Authority.Proof.SIGNED, pgettext_lazy("操作", "在线签署授权委托书")),
            (Authority.Proof.UPLOADED, pgettext_lazy("操作", "上传已签字盖章的授权委托书")),
        ],
        initial=Authority.Proof.SIGNED,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择授权方式")},
    )
    file = forms.FileField(
        label=_("授权委托书扫描件"), required=False, widget=forms.FileInput(attrs={"accept": uploads.ACCEPT})
    )
    field_order = ("enterprise", "name", "account", "id_type", "id_number", "acts", "case", "until", "proof", "file")

    def __init__(
        self, *args: Any, enterprises: Sequence[tuple[str, str]], cases: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user: User | None = None
        self.fields["enterprise"].choices = enterprises  # type: ignore[attr-defined]
        self.fields["case"].choices = [("", _("全部办件，包括以后新开的")), *cases]  # type: ignore[attr-defined]
        if len(enterprises) == 1:
            self.fields["enterprise"].widget = forms.HiddenInput()
            self.fields["enterprise"].initial = enterprises[0][0]

    def clean(self) -> dict[str, Any]:
        """The account fits the name; who has none has a document; a scan is there where it shall be the proof."""
        values = super().clean()
        if values.get("account") and values.get("name"):
            self.user = account_of(values["account"])
            if self.user is None or normalise(str(self.user)) != normalise(values["name"]):
                self.user = None
                self.add_error("account", NOT_FOUND)
        elif not values.get("account") and not values.get("id_number") and "id_number" not in self.errors:
            self.add_error("account", _("请填写代理人的账号或手机号；没有账号的，请填写证件类型和号码"))
        if values.get("proof") == Authority.Proof.UPLOADED and not values.get("file"):
            self.add_error("file", _("请选择授权委托书的扫描件"))
        return values


class InPersonForm(AgentForm):
    """Who came to the counter, and the letter they brought."""

    phone = forms.CharField(
        label=_("联系电话"), required=False, max_length=30, widget=forms.TextInput(attrs={"data-width": "20"})
    )
    file = forms.FileField(
        label=_("授权委托书扫描件"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        error_messages={"required": _("请选择授权委托书的扫描件")},
    )
    field_order = ("name", "id_type", "id_number", "phone", "acts", "until", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, message in (("id_type", _("请选择证件类型")), ("id_number", _("请填写证件号码"))):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message

    def clean_phone(self) -> str:
        """A telephone that exists, where one is given."""
        text: str = self.cleaned_data["phone"]
        if not text:
            return ""
        try:
            return check_phone(text)
        except RuleViolation as violation:
            raise ValidationError(str(violation)) from None


class RevokeForm(forms.Form):
    """Why an authority ends before its day."""

    reason = forms.CharField(
        label=_("撤销的原因"),
        max_length=200,
        error_messages={"required": _("请写明撤销的原因")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SignatureForm(forms.Form):
    """The representative's name under the letter."""

    signature = forms.CharField(
        label=_("法定代表人(负责人)签名"),
        max_length=60,
        help_text=_("请输入您的姓名，表示您已阅读并签署上面的授权委托书"),
        error_messages={"required": _("请输入您的姓名")},
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "name"}),
    )
