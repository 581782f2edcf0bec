"""What became of a granted matter: its permit ended, or delivered alone before a licence joined it."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AfterGrant(models.Model):
    """A permit that has ended joins no licence and is not delivered any more. One that was delivered alone while others
    waited for a paper (R6.10) may join a licence later, which is delivered in ten days of its own."""

    permit_ended_at = models.DateTimeField(
        null=True, blank=True, help_text="when the permit ended, by whichever of the five acts or its term (R2.33)"
    )
    delivered_alone = models.ForeignKey(
        "permits.Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="matters_alone"
    )
    licensed_on = models.DateField(
        null=True, blank=True, help_text="when a licence joined what had been delivered alone: its ten days begin"
    )
    valid_from: date | None
    delivery_id: int | None
    lapsed_at: datetime | None

    class Meta:
        abstract = True

    def ended_words(self) -> str:
        """How a grant that holds no more is called: it never came into force, or its permit has ended; empty for others."""
        if self.lapsed_at is not None:
            return str(_("决定未生效"))
        return str(_("许可已终止")) if self.permit_ended_at is not None else ""

    @property
    def to_deliver_since(self) -> date | None:
        """The day from which the ten days of delivery run: in force, or on a licence after it was delivered alone."""
        return self.licensed_on or self.valid_from

    @property
    def first_delivery_id(self) -> int | None:
        """The delivery with which its holder first had the decision, from which remedies run (R2.34)."""
        return self.delivered_alone_id or self.delivery_id


AFTER_GRANT = (
    models.CheckConstraint(name="matter_delivered_is_granted", condition=Q(delivery__isnull=True) | Q(state="granted")),
    models.CheckConstraint(
        name="matter_whose_permit_ended_is_granted",
        condition=Q(permit_ended_at=None) | Q(state="granted", lapsed_at=None),
    ),
    models.CheckConstraint(
        name="matter_licensed_later_was_delivered_alone",
        condition=Q(delivered_alone__isnull=True, licensed_on__isnull=True)
        | Q(delivered_alone__isnull=False, licensed_on__isnull=False, state="granted"),
    ),
)
