"""What became of promises: commitments that were not kept, on the record of who made them (R6.4, R6.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Enterprise
from audit.models import Audited
from permits.models.case import CaseMatter
from permits.models.paper import Document


class BreachQuerySet(models.QuerySet["BreachRecord"]):
    """Which records still count."""

    def unrepaired(self) -> "BreachQuerySet":
        """Those that keep their enterprise from commitment (R6.4)."""
        return self.filter(repaired_on=None)


class BreachRecord(Audited):
    """A commitment not kept: until it is repaired its enterprise goes the ordinary way (R6.4).

    Ours come with the paper that found it (R6.6); those of the credit platform name their `source` alone (R5.9).
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="breaches")
    about = models.CharField(_("失信事项"), max_length=200)
    decided_on = models.DateField(_("认定日期"))
    source = models.CharField(_("认定文书或来源"), max_length=120)
    case_matter = models.OneToOneField(
        CaseMatter, on_delete=models.PROTECT, null=True, blank=True, related_name="breach"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    repaired_on = models.DateField(_("修复日期"), null=True, blank=True)
    repaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repair_reason = models.TextField(_("修复理由"), blank=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["enterprise"], condition=Q(repaired_on=None), name="breach_not_repaired")]
        constraints = [
            models.CheckConstraint(
                name="breach_repair_has_its_reason", condition=Q(repaired_on=None) | ~Q(repair_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.about} ({self.source})"
