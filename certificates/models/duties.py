"""What follows for the holder of a permit that has ended: thirty days at the registration office (R1.19)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.licences import LicenceItem


class RegistrationDuty(models.Model):
    """The registered scope of business has to be changed, or the registration cancelled, by a day; or the permit was granted
    anew meanwhile."""

    class How(models.TextChoices):
        CHANGED = "changed", _("已办理经营范围变更登记")
        CANCELLED = "cancelled", _("已办理注销登记")
        REGAINED = "regained", _("已重新取得该项许可")

    item = models.OneToOneField(LicenceItem, on_delete=models.PROTECT, related_name="duty")
    due_on = models.DateField()
    how = models.CharField(max_length=10, choices=How, blank=True)
    done_on = models.DateField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="duty_open_by_its_day")]
        constraints = [
            models.CheckConstraint(
                name="duty_done_says_how", condition=Q(done_on=None, how="") | (Q(done_on__isnull=False) & ~Q(how=""))
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.due_on}"
