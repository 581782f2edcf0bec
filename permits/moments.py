"""Days and hours in forms, read as people write them: full-width digits, 2026.3.1, 2026年3月1日, 14：30."""

import unicodedata
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from permits.fields import Fault
from permits.fields.dates import a_date


class DayField(forms.DateField):
    """A day; what cannot be read is `invalid`."""

    def to_python(self, value: Any) -> date | None:
        """The day that was written; None for nothing."""
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            read = a_date(value)
        except Fault:
            read = None
        if read is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return date.fromisoformat(read)


class HourField(forms.TimeField):
    """An hour with its minutes; the colon may be a wide one."""

    def to_python(self, value: Any) -> time | None:
        """The time that was written; None for nothing."""
        return super().to_python(unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value)
