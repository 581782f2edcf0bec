"""Forms of what a holder applies for after the grant: renewal, change, cancellation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import RegistrationDuty
from industries.entities import Field
from permits.merged_form.forms import widget_of
from workflows.forms.permits import LONGEST, PermitForm, day_field


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

    change = forms.ChoiceField(
        label=_("变更什么"),
        error_messages={
            "required": _("请选择变更什么"),
            "invalid_choice": _("这项内容不能在这里变更；经营场所变动的，请就新的场所重新申请"),
        },
    )

    def __init__(self, data: Any = None, *, fields: Mapping[str, Field], more: bool = False) -> None:
        """`more`: beside what was chosen already, where nothing need be chosen."""
        super().__init__(data, auto_id="more_%s" if more else "what_%s")
        choices = [("", _("请选择")), *((id, field.label) for id, field in fields.items())]
        self.fields["change"].choices = choices  # type: ignore[attr-defined]
        if more:
            self.fields["change"].label, self.fields["change"].required = _("同时还要变更"), False


class NewValue(forms.Field):
    """The new value, in the control that suits the field; the field's own rules judge it."""

    def __init__(self, field: Field) -> None:
        super().__init__(
            label=_("%(field)s：变更后的内容") % {"field": field.label},
            widget=widget_of(field),
            error_messages={"required": _("%(field)s：请写明变更后的内容") % {"field": field.label}},
        )


class ChangeForm(forms.Form):
    """What these facts are to be from now on: one application for all of them."""

    def __init__(
        self,
        data: Any = None,
        *,
        fields: Mapping[str, Field],
        now: Mapping[str, str],
        rest: Mapping[str, Field],
        typed: Any = None,
    ) -> None:
        """`now`: what each says today; of several options, those are marked. `rest`: what can be chosen beside them.
        `typed`: what was typed already, where another is chosen beside it."""
        super().__init__(data, auto_id="change_%s")
        self.now = now
        for id, field in fields.items():
            self.fields[id] = NewValue(field)
            self.initial[id] = now[id].split("、") if field.type == "multi" else ""
            if typed is not None and id in typed:
                self.initial[id] = self.fields[id].widget.value_from_datadict(typed, {}, id)
        self.more = WhatForm(fields=rest, more=True) if rest else None

    @property
    def facts(self) -> list[tuple[str, str, forms.BoundField]]:
        """What each is called, what it says now, the control for what it is to say."""
        return [(id, self.now[id], self[id]) for id in self.fields]


def errors_of(forms_there: Sequence[forms.Form | None]) -> forms.Form | None:
    """The form in which something is wrong."""
    return next((form for form in forms_there if form is not None and form.errors), None)
