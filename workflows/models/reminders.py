"""What was told of things that fall due, and to whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Body
from permits.models import Case


class Reminder(models.Model):
    """A rung of a thing's ladder that was reached (`workflows.reminders.ladder`): told, or passed over for a higher one.

    `subject` names the thing (`matter:12`), `rule` the rung (`promised+1`), `due_on` the last day that it counts from: a
    limit that moves begins a ladder of its own. `at` is the moment of the run that found it. An alarm has no case.
    """

    subject = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    rule = models.CharField(max_length=30)
    due_on = models.DateField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, blank=True, related_name="reminders")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=120, blank=True, help_text="the matter's name")
    levels = models.JSONField(default=list, help_text="who was told; empty: passed over for a higher rung")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "rule", "due_on"], name="one_reminder_per_rung_and_day")
        ]
        indexes = [models.Index(fields=["kind", "due_on"], name="reminder_by_kind")]

    def __str__(self) -> str:
        return f"{self.subject} {self.rule} {self.due_on}"

    @property
    def key(self) -> str:
        """What it is known by outside its table."""
        return f"remind:{self.subject}:{self.rule}:{self.due_on}"


class Reminded(models.Model):
    """Somebody who is told of a reminder. `told_at` is empty until it stands in a letter of theirs (`reminders.digest`)."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="reminded")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminded")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder", "user"], name="one_row_per_reminder_and_user")]
        indexes = [models.Index(fields=["user"], condition=Q(told_at=None), name="reminded_to_tell")]

    def __str__(self) -> str:
        return f"{self.reminder_id} → {self.user_id}"
