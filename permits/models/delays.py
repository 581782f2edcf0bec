"""Why a promise was missed: what the responsible department says of it publicly (R1.37)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from permits.models.case import CaseMatter


class DelayReason(models.Model):
    """The reason, in the department's words, for which one matter's promise was not kept. A later statement takes the
    place of an earlier one; the log keeps both. `promised_by` is the day that was missed."""

    case_matter = models.OneToOneField(CaseMatter, on_delete=models.CASCADE, related_name="delay")
    promised_by = models.DateField(_("承诺时限"))
    reason = models.TextField(_("超过承诺时限的原因"))
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="delay_has_its_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.case_matter_id} {self.promised_by}"
