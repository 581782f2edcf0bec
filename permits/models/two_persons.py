"""What a matter knows of the two persons who decide it, where the catalogue asks for two (`permits.proposals`)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DecidedByTwo(models.Model):
    """`two_persons`: who handles the matter does not approve it. `handled_by` proposed what `decided_by` decided."""

    two_persons = models.BooleanField(default=False, help_text="who handles it does not approve it, by the catalogue")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def has_its_handler(self) -> bool:
        """Whether somebody has proposed the decision, where two persons make it."""
        return not self.two_persons or self.handled_by_id is not None


BY_TWO = models.CheckConstraint(
    name="matter_of_two_persons_is_decided_by_two",
    condition=Q(two_persons=False)
    | ~Q(merged_from="")  # was decided elsewhere; what happens to it here takes two again (R1.10)
    | ~Q(state__in=["granted", "refused"])
    | Q(handled_by__isnull=False, decided_by__isnull=False) & ~Q(handled_by=F("decided_by")),
)
