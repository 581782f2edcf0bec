"""Entries of the audit log, and the base of everything that has a chain."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _

from audit.violations import RuleViolation


class Audited(models.Model):
    """A thing whose acts are chained. The head of its chain stands on the thing itself, so that a cut-off tail shows.

    Acts call `audit.chain.append(thing, …)` and save `audit_length` and `audit_head` with their own update.
    """

    audit_length = models.PositiveIntegerField(default=0)
    audit_head = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        abstract = True

    @property
    def audit_subject(self) -> str:
        """The chain's name: `permits.case:12`."""
        return f"{self._meta.label_lower}:{self.pk}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Reads only: history is written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise RuleViolation("audit_append_only", _("审计记录只能追加，不能修改"))

    def delete(self) -> NoReturn:
        raise RuleViolation("audit_append_only", _("审计记录只能追加，不能删除"))


class AuditEntry(models.Model):
    """One act: who did what, when, with which facts; chained to the entry before it by its digest."""

    subject = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    act = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="audit_entry_once_per_place")]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if not self._state.adding:
            raise RuleViolation("audit_append_only", _("审计记录只能追加，不能修改"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise RuleViolation("audit_append_only", _("审计记录只能追加，不能删除"))


class Journal(Audited):
    """A chain for what belongs to no case: sign-ins, register imports, publications, keys. One row per name."""

    name = models.SlugField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name
