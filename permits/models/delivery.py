"""Delivery (送达): how what was granted reached its holder, and what opens a remedy its party."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from permits.models.case import Case, CaseMatter
from permits.models.paper import Document


class Delivery(models.Model):
    """One handing over (R1.32), of the permits whose `delivery` it is and of the papers whose `service`; a case may have several.

    `on` is the day on which it reached the receiver, electronically that of arrival in their account; `at` the moment of
    the record.
    """

    class Way(models.TextChoices):
        ELECTRONIC = "electronic", _("仅电子证照")
        WINDOW = "window", _("窗口领取")
        POST = "post", _("邮寄")
        DOOR = "door", _("送证上门")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(_("送达方式"), max_length=12, choices=Way)
    receiver = models.CharField(_("签收人"), max_length=60)
    place = models.CharField(_("送达地点"), max_length=200, blank=True)
    carrier = models.CharField(_("承运单位"), max_length=60, blank=True)
    tracking_number = models.CharField(_("运单号"), max_length=60, blank=True)
    deliverer = models.CharField(_("送达人"), max_length=60, blank=True)
    on = models.DateField(_("送达日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    receipt = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="delivery")

    class Meta:
        ordering = ["case_id", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="delivery_by_post_has_its_number",
                condition=~Q(way="post") | Q(receipt=None) | ~Q(carrier="") & ~Q(tracking_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.way} {self.on}"

    @property
    def way_words(self) -> str:
        """How it came about: what arrived on line need not be a licence."""
        return str(_("电子送达")) if self.way == self.Way.ELECTRONIC else str(self.Way(self.way).label)

    @property
    def covered(self) -> list[CaseMatter]:
        """What was handed over, in the order of the case: also what a licence joined later and was delivered with again."""
        return sorted([*self.matters.all(), *self.matters_alone.all()], key=lambda row: row.position)
