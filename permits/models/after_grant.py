"""What became of a granted matter: its permit ended, was delivered alone before a licence joined it, or joined another case's."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AfterGrant(models.Model):
    """A permit that has ended joins no licence and is not delivered any more. One that was delivered alone while others
    waited for a paper (R6.10) may join a licence later, which is delivered in ten days of its own."""

    class MergedFrom(models.TextChoices):
        REGISTER = "register", _("本系统核发")
        DECLARED = "declared", _("申请人提供、部门确认")

    permit_ended_at = models.DateTimeField(
        null=True, blank=True, help_text="when the permit ended, by whichever of the five acts or its term (R2.33)"
    )
    delivered_alone = models.ForeignKey(
        "permits.Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="matters_alone"
    )
    licensed_on = models.DateField(
        null=True, blank=True, help_text="when a licence joined what had been delivered alone: its ten days begin"
    )
    merged_from = models.CharField(
        max_length=10,
        choices=MergedFrom,
        blank=True,
        help_text="held before and merged in: nothing was decided here (R1.10)",
    )
    moved_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when the permit joined the licence of another case, where its life goes on (R1.10)",
    )
    valid_from: date | None
    delivery_id: int | None
    lapsed_at: datetime | None

    class Meta:
        abstract = True

    def ended_words(self) -> str:
        """How a grant is called that is none here any more, or never was one: it did not come into force, its permit has
        ended, it joined another licence, it was merged in; empty for others."""
        if self.lapsed_at is not None:
            return str(_("决定未生效"))
        if self.permit_ended_at is not None:
            return str(_("许可已终止"))
        if self.moved_at is not None:
            return str(_("已并入其他办件的综合许可证"))
        return str(_("已并入")) if self.merged_from else ""

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
        name="matter_merged_or_moved_is_granted",
        condition=Q(merged_from="", moved_at=None) | Q(state="granted", lapsed_at=None),
    ),
    models.CheckConstraint(
        name="matter_licensed_later_was_delivered_alone",
        condition=Q(delivered_alone__isnull=True, licensed_on__isnull=True)
        | Q(delivered_alone__isnull=False, licensed_on__isnull=False, state="granted"),
    ),
)
