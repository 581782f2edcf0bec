"""A side effect that still has to happen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Parcel(models.Model):
    """One side effect: its kind names the handler, its key makes it happen once, its payload says with what."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发")
        DONE = "done", _("已发")
        DEAD = "dead", _("失败")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="outbox_waiting_by_due_at")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"
