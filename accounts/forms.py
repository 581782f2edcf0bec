"""Forms of the sign-in, the registration and the claim of an enterprise."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identity import check_phone, check_uscc
from accounts.models import User
from audit.violations import RuleViolation

TAKEN = _("这个账号已有人使用，请换一个")
WRONG_NAME = _("账号只能用文字、数字和 @ . + - _，不能有空格")
TOO_SHORT = _("密码太短，请至少填 9 位")
MISSING = {
    "username": _("请填写账号，例如 wangxiaodian"),
    "display_name": _("请填写姓名"),
    "phone": _("请填写手机号，例如 13812345678"),
    "password": _("请填写密码，至少 9 位"),
}


class SignInForm(forms.Form):
    """Account and password."""

    username = forms.CharField(
        label=_("账号"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("请填写账号")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填写密码")},
    )


class RegistrationForm(forms.ModelForm):
    """An applicant's new account."""

    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 9 位，不要用常见密码"),
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "phone"]
        labels = {"username": _("账号"), "phone": _("手机号")}
        help_texts = {"username": _("字母、数字和 @ . + - _,用来登录"), "phone": _("办理进度会通知到这个号码")}
        widgets = {
            "username": forms.TextInput(attrs={"autocomplete": "username"}),
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True
        self.fields["username"].error_messages |= {"unique": TAKEN, "invalid": WRONG_NAME}
        for name, message in MISSING.items():
            self.fields[name].error_messages["required"] = message

    def clean_username(self) -> str:
        """An account that differs from another one only by capitals would be mistaken for it."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(TAKEN, code="unique")
        return name

    def clean_phone(self) -> str:
        return _checked(check_phone, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "password" in values:
            try:
                validate_password(values["password"], self.instance)
            except ValidationError as error:
                short = any(one.code == "password_too_short" for one in error.error_list)
                self.add_error("password", TOO_SHORT if short else error)
        return values

    def save(self, commit: bool = True) -> User:
        """The account, which can only apply: whoever decides is made by an administrator."""
        user: User = super().save(commit=False)
        user.role = User.Role.APPLICANT
        user.set_password(self.cleaned_data["password"])
        if commit:
            user.save()
        return user


class ClaimForm(forms.Form):
    """Which enterprise, and the proof."""

    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=60,
        help_text=_("18 位，在营业执照右上角"),
        error_messages={"required": _("请填写营业执照右上角的 18 位代码")},
    )
    name = forms.CharField(
        label=_("法定代表人(负责人)姓名"),
        max_length=60,
        error_messages={"required": _("请填写营业执照上法定代表人(负责人)的姓名")},
    )
    id_tail = forms.CharField(
        label=_("其证件号码后四位"),
        max_length=8,
        help_text=_("例如 123X"),
        widget=forms.TextInput(attrs={"data-width": "5"}),
        error_messages={"required": _("请填写其证件号码的后四位，例如 123X")},
    )

    def clean_uscc(self) -> str:
        return _checked(check_uscc, self.cleaned_data["uscc"])


def _checked(check: Any, text: str) -> str:
    """A rule's answer as the form's."""
    try:
        return str(check(text))
    except RuleViolation as violation:
        raise ValidationError(str(violation), code=violation.code) from None
