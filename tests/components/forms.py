"""Forms with every kind of control that pages use."""

from typing import Any

from django import forms

KINDS = [("new", "新办"), ("change", "变更"), ("renew", "延续")]
GROUPED = [
    ("", "请选择"),
    ("零售", [("convenience_store", "便利店"), ("pharmacy", "药店")]),
    ("餐饮", [("cafe", "咖啡店")]),
]


class EveryControl(forms.Form):
    """One field per control; sent empty, all of them have errors."""

    name = forms.CharField(label="企业名称", help_text="与营业执照一致", max_length=100)
    uscc = forms.CharField(
        label="统一社会信用代码", widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"})
    )
    area = forms.DecimalField(
        label="经营面积", widget=forms.NumberInput(attrs={"data-suffix": "平方米", "data-width": "5"})
    )
    opened_on = forms.DateField(label="开业日期", help_text="例如 2026-03-01")
    born_on = forms.DateField(label="出生日期", widget=forms.SelectDateWidget(years=range(1980, 1984)))
    industry = forms.ChoiceField(label="行业", choices=GROUPED)
    district = forms.ChoiceField(label="街镇", choices=[("", "请选择"), ("hm", "虹桥街道")])
    kind = forms.ChoiceField(label="办理类型", choices=KINDS, widget=forms.RadioSelect)
    goods = forms.MultipleChoiceField(
        label="经营项目", choices=[("food", "食品"), ("tobacco", "烟草")], widget=forms.CheckboxSelectMultiple,
        help_text="可以多选",
    )  # fmt: skip
    plan = forms.FileField(label="平面图", help_text="PDF 或照片，不超过 20 MB")
    opinion = forms.CharField(label="说明", widget=forms.Textarea, max_length=500)
    agreed = forms.BooleanField(label="以上内容属实", help_text="虚假申请的，一年内不得再次申请")
    password = forms.CharField(label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    phone = forms.CharField(label="联系电话", widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


class OptionalControls(forms.Form):
    """The same kinds, none of them required, with values."""

    name = forms.CharField(label="名称", required=False)
    area = forms.IntegerField(label="面积", required=False)
    industry = forms.ChoiceField(label="行业", choices=GROUPED, required=False)
    kind = forms.ChoiceField(label="类型", choices=KINDS, widget=forms.RadioSelect, required=False)
    opinion = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 3}), required=False)


def failing() -> EveryControl:
    """Sent with nothing in it."""
    return EveryControl({}, prefix="all")


def filled() -> OptionalControls:
    """With values that need care: markup, a group's choice, a number."""
    values: dict[str, Any] = {
        "name": '<b>"甲" & 乙</b>',
        "area": 80,
        "industry": "pharmacy",
        "kind": "change",
        "opinion": "第一行\n第二行",
    }
    return OptionalControls(initial=values, prefix="plain")
