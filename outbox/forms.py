"""The form in which a person says how they want to be told."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identity import check_phone
from accounts.models import User
from audit.violations import RuleViolation
from outbox import letters
from outbox.models import Channel, MessagePreference

LONGEST_ADDRESS = 254
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]


class WishesForm(forms.Form):
    """Language, and for each channel that is set up whether to use it and with which address."""

    language = forms.ChoiceField(label=_("消息用哪种语言"), choices=LANGUAGES, widget=forms.RadioSelect)
    email = forms.BooleanField(label=_("给我发电子邮件"), required=False)
    address = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-width": "20"}),
        error_messages={"invalid": _("请填写完整的电子邮箱，例如 wang@example.com")},
    )
    sms = forms.BooleanField(label=_("给我发短信"), required=False)
    phone = forms.CharField(
        label=_("手机号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "data-width": "20"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        self.wish = MessagePreference.objects.filter(user=user).first() or MessagePreference(user=user)
        kwargs["initial"] = self._now()
        super().__init__(*args, **kwargs)
        there = letters.channels()
        for channel, names in ((Channel.EMAIL, ("email", "address")), (Channel.SMS, ("sms", "phone"))):
            if channel not in there:
                for name in names:
                    del self.fields[name]

    def _now(self) -> dict[str, Any]:
        """How it is now; a channel without an address is not used."""
        user, wish = self.user, self.wish
        return {
            "language": wish.language,
            "email": wish.email and bool(user.email),
            "address": user.email,
            "sms": wish.sms and bool(user.phone),
            "phone": user.phone,
        }

    def clean_phone(self) -> str:
        """A number as we keep it; an SMS needs a mobile one."""
        text = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            number = check_phone(text)
        except RuleViolation as violation:
            raise ValidationError(str(violation), code=violation.code) from None
        if self.cleaned_data.get("sms") and number.startswith("0"):
            raise ValidationError(_("短信只能发到手机，请填写手机号，例如 13812345678"), code="landline")
        return number

    def clean(self) -> dict[str, Any]:
        """Whoever wants a channel names an address."""
        values = super().clean() or {}
        if values.get("email") and not values.get("address") and "address" not in self.errors:
            self.add_error("address", _("请填写电子邮箱，或者不勾选“给我发电子邮件”"))
        if values.get("sms") and not values.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("请填写手机号，或者不勾选“给我发短信”"))
        return values

    def save(self) -> None:
        """Keep the wishes and the addresses."""
        values = self.cleaned_data
        self.wish.language = values["language"]
        self.wish.email, self.wish.sms = values.get("email", self.wish.email), values.get("sms", self.wish.sms)
        self.wish.save()
        self.user.email, self.user.phone = values.get("address", self.user.email), values.get("phone", self.user.phone)
        self.user.save(update_fields=["email", "phone"])
