"""Published catalogue versions and issued notices; both are written once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueVersion(models.Model):
    """A published catalogue: the exact document and its hash. It never changes; a change is the next version."""

    label = models.SlugField(_("版本"), max_length=60, unique=True)
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    effective_from = models.DateField()

    class Meta:
        ordering = ["-effective_from", "-published_at"]

    def __str__(self) -> str:
        return self.label


class Notice(models.Model):
    """An issued one-time notice (一次告知单): numbered, frozen, reopened by its code."""

    number = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=24, unique=True)
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="notices")
    on = models.DateField()
    industries = models.JSONField()
    answers = models.JSONField()
    result = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return self.number
