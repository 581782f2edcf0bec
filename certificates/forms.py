"""What people type or paste to verify a licence, and how they search the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.code import MAX_TEXT


class CodeForm(forms.Form):
    """A code's text, a licence number, or the short code of its address."""

    text = forms.CharField(
        label=_("证书编号，或二维码的内容"),
        help_text=_("例如 沪长综许〔2026〕000123号；也可以粘贴扫码得到的整个网址"),
        max_length=MAX_TEXT,
        error_messages={
            "required": _("请输入证书编号，或粘贴二维码的内容"),
            "max_length": _("内容过长，不是证书二维码的内容"),
            "null_characters_not_allowed": _("内容含有无法识别的字符，请重新粘贴"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RegisterSearch(forms.Form):
    """Words to find licences by: holder, number or credit code; and the industry."""

    q = forms.CharField(label=_("经营者名称、证书编号或统一社会信用代码"), required=False, max_length=100)
    industry = forms.ChoiceField(label=_("行业"), required=False)

    def __init__(self, *args: Any, industries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["industry"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("全部行业")), *industries]
