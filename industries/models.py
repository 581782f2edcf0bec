"""Published catalogue versions and issued notices; both are written once."""

from datetime import date
from typing import Any, NoReturn, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.violations import RuleViolation

Row = TypeVar("Row", bound=models.Model, covariant=True)


class WrittenOnceQuerySet(models.QuerySet[Row]):
    """Rows are added and read; nothing changes or removes them, not even in bulk."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise refusal()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise refusal()

    def delete(self) -> NoReturn:
        raise refusal()


def refusal() -> RuleViolation:
    return RuleViolation("published_immutable", _("已发布或者已出具的内容不能修改、删除"))


class WrittenOnce(models.Model):
    """A row that never changes once it stands."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise refusal()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise refusal()


class CatalogueVersionQuerySet(WrittenOnceQuerySet["CatalogueVersion"]):
    """Versions by the day from which they count."""

    def current(self, on: date) -> Self:
        """The versions in effect on a day, the newest first. The document, some hundred kilobytes, is read when it is used."""
        return self.defer("document").filter(effective_from__lte=on).order_by("-effective_from", "-published_at", "-pk")


class WithoutDocument(models.Manager["CatalogueVersion"]):
    """A case's way to its version: label and hash find the parsed catalogue, the document stays where it is."""

    def get_queryset(self) -> models.QuerySet["CatalogueVersion"]:
        return super().get_queryset().defer("document")


class CatalogueVersion(WrittenOnce):
    """A published catalogue: the exact document and its hash. It never changes; a change is the next version."""

    label = models.SlugField(_("版本"), max_length=60, unique=True)
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    effective_from = models.DateField()

    objects = CatalogueVersionQuerySet.as_manager()
    without_document = WithoutDocument()

    class Meta:
        ordering = ["-effective_from", "-published_at"]
        base_manager_name = "without_document"

    def __str__(self) -> str:
        return self.label


class Notice(WrittenOnce):
    """An issued one-time notice (一次告知单): numbered, frozen, reopened by its code.

    `answers` are the answers with what the industries imply; `result` is the notice as it was compiled.
    """

    number = models.CharField(_("告知单编号"), max_length=60, unique=True)
    code = models.CharField(max_length=24, unique=True)
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="notices")
    on = models.DateField()
    industries = models.JSONField()
    answers = models.JSONField()
    result = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)

    objects = WrittenOnceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
