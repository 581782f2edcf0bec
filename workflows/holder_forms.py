"""Forms of what a holder applies for after the grant: renewal, change, cancellation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import RegistrationDuty
from industries.entities import Field
from permits.forms import widget_of
from workflows.permit_forms import LONGEST, PermitForm, day_field


class RenewForm(PermitForm):
    """What the holder wants renewed."""

    prefix_of_ids = "renew"


class CancelForm(PermitForm):
    """What the holder gives up, and why."""

    prefix_of_ids = "cancel"

    reason = forms.CharField(
        label=_("理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
        help_text=_("例如：不再经营食品。会写进收件凭证和注销文书。"),
        error_messages={"required": _("请写明为什么申请注销")},
    )


class RegisteredForm(PermitForm):
    """What was done at the registration office after a permit had ended."""

    prefix_of_ids = "registered"

    how = forms.ChoiceField(
        label=_("怎样办理的"),
        choices=RegistrationDuty.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎样办理的")},
    )
    on = day_field(_("办理日期"), _("登记机关准予登记的日期，例如 2026-03-31。"), _("请写明办理日期"))


class WhatForm(forms.Form):
    """Which of the facts changes."""

    change = forms.ChoiceField(label=_("变更什么"), error_messages={"required": _("请选择变更什么")})

    def __init__(self, data: Any = None, *, fields: Mapping[str, Field]) -> None:
        super().__init__(data, auto_id="what_%s")
        choices = [("", _("请选择")), *((id, field.label) for id, field in fields.items())]
        self.fields["change"].choices = choices  # type: ignore[attr-defined]


class NewValue(forms.Field):
    """The new value, in the control that suits the field; the field's own rules judge it."""

    def __init__(self, field: Field) -> None:
        super().__init__(
            label=_("变更后的内容"),
            widget=widget_of(field),
            error_messages={"required": _("请写明变更后的内容")},
        )


class ChangeForm(forms.Form):
    """What one fact is to be from now on."""

    def __init__(self, data: Any = None, *, field: Field, now: str = "") -> None:
        """`now`: what it says today; of several options, those are marked."""
        super().__init__(data, auto_id="change_%s", initial={"value": now.split("、") if field.type == "multi" else ""})
        self.of = field
        self.fields["value"] = NewValue(field)


def errors_of(forms_there: Sequence[forms.Form | None]) -> forms.Form | None:
    """The form in which something is wrong."""
    return next((form for form in forms_there if form is not None and form.errors), None)
