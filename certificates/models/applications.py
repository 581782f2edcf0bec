"""What holders apply for after the grant, and what becomes of it permit by permit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from certificates.models.licences import LicenceItem
from permits.models import Case, Document


class HolderApplication(models.Model):
    """What a holder applies for after the grant: renewal (延续), change (变更) or cancellation (注销) of permits. One application
    with one receipt; each permit's own department decides its part (docs/decisions/0026)."""

    class Kind(models.TextChoices):
        RENEWAL = "renewal", _("延续")
        CHANGE = "change", _("变更")
        CANCELLATION = "cancel", _("注销")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=10, choices=Kind)
    fields = models.JSONField(default=dict, help_text="what is to change: field, [before, after]")
    reason = models.TextField(blank=True, help_text="why the permits are to be cancelled, in the holder's words")
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    receipt = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["filed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.receipt_id}"


class ApplicationPart(FSMModelMixin, models.Model):
    """What becomes of an application for one permit: its department decides; of a renewal, silence does (R2.30)."""

    class State(models.TextChoices):
        PENDING = "pending", _("待决定")
        GRANTED = "granted", _("准予")
        REFUSED = "refused", _("不予准许")
        SILENT = "silent", _("逾期未决定，视为准予")
        VOID = "void", _("许可已终止，不再办理")

    application = models.ForeignKey(HolderApplication, on_delete=models.CASCADE, related_name="parts")
    item = models.ForeignKey(LicenceItem, on_delete=models.PROTECT, related_name="parts")
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.PENDING, protected=True)
    due_on = models.DateField(help_text="the last day for the decision; of a renewal the permit's own last day")
    ended_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    decision = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["application_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(state="pending"), name="one_application_per_permit"),
            models.CheckConstraint(
                name="part_over_has_its_moment",
                condition=Q(state="pending", ended_at=None) | (~Q(state="pending") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="part_refused_has_its_reason", condition=~Q(state="refused") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.application} / {self.item_id} ({self.state})"

    @transition(state, source=State.PENDING, target=State.GRANTED)
    def grant(self) -> None:
        """The department grants what was applied for (准予延续、准予变更、准予注销)."""

    @transition(state, source=State.PENDING, target=State.REFUSED)
    def refuse(self) -> None:
        """The department refuses it, with reasons (不予延续、不予变更、不予注销)."""

    @transition(state, source=State.PENDING, target=State.SILENT)
    def fall_silent(self) -> None:
        """Nobody decided before the term was over: the renewal counts as granted (视为准予延续, R2.30)."""

    @transition(state, source=State.PENDING, target=State.VOID)
    def void(self) -> None:
        """The permit has ended meanwhile."""
