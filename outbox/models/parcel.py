"""A side effect that still has to happen."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Parcels by what may be done with them."""

    def free(self, at: datetime) -> "ParcelQuerySet":
        """Waiting, and nobody is out with them."""
        return self.filter(models.Q(leased_until=None) | models.Q(leased_until__lte=at), status=Parcel.Status.WAITING)

    def due(self, at: datetime) -> "ParcelQuerySet":
        """What may be attempted now, the longest overdue first."""
        return self.free(at).filter(due_at__lte=at).order_by("due_at", "pk")


class Parcel(models.Model):
    """One side effect: its kind names the handler, its key makes it happen once, its payload says with what.

    `due_at` is the earliest moment of the next attempt. `leased_until` is set while a worker is out with a parcel whose
    effect lies outside the database: should the worker die, another takes over at that moment.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("待发")
        DONE = "done", _("已发")
        DEAD = "dead", _("失败")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(status="waiting"), name="outbox_waiting_by_due_at")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.status}"
