"""What is written down on a joint visit: findings, photographs, signatures; and afterwards what has to be put right.

Each is made where there may be no signal, hence the id that its maker gives it (`client_id`): sent twice it is there once.
The moment at which it was made stands beside the one at which it came in.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Body
from permits.models.inspection import Finding, Inspection


class InspectionEntry(models.Model):
    """One officer's finding on one point. Nothing is overwritten: a later one by the same officer takes its place, one by
    another officer stands beside it, and `settles` is what they agreed on."""

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="entries")
    point = models.CharField(max_length=80)
    finding = models.CharField(max_length=10, choices=Finding)
    note = models.TextField(blank=True)
    settles = models.BooleanField(default=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "client_id"]
        indexes = [models.Index(fields=["inspection", "point"], name="inspection_entry_by_point")]
        constraints = [
            models.CheckConstraint(
                name="inspection_finding_wanting_says_what", condition=Q(finding="pass") | ~Q(note="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.finding}"


class InspectionPhoto(models.Model):
    """A photograph: of a finding, of the business's own check beforehand, or of what was put right. `place` is where it was
    taken, if whoever took it agreed to say so."""

    class Purpose(models.TextChoices):
        FINDING = "finding", _("现场照片")
        SELF_CHECK = "self_check", _("自查照片")
        RECTIFIED = "rectified", _("整改照片")

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="photos")
    purpose = models.CharField(max_length=12, choices=Purpose)
    point = models.CharField(max_length=80, blank=True)
    file = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256_received = models.CharField(max_length=64)
    sha256_stored = models.CharField(max_length=64)
    place = models.JSONField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["taken_at", "pk"]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.point}: {self.sha256_stored[:12]}"


class InspectionSignature(models.Model):
    """Who signed the record of the visit, and when; the newest of each counts. `officer` is empty for the business, which may
    also decline to sign (`declined`), with its reason on record."""

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="signatures")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=60)
    declined = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="what was drawn on the screen")
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="signature_declined_by_the_business_with_a_reason",
                condition=Q(declined=False) | Q(officer=None) & ~Q(reason=""),
            ),
            models.CheckConstraint(name="signature_bears_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}: {self.name}"


class RectificationPoint(models.Model):
    """One point of the rectification notice: what has to be put right, for which matters, and what the business did."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="changes")
    point = models.CharField(max_length=80)
    text = models.TextField()
    matters = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "point"], name="point_once_per_notice")]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.point}"
