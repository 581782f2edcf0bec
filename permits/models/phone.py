"""A phone in the hand of somebody at the counter: one case, one session, a few minutes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from permits.models.case import Case


class PhonePass(models.Model):
    """A one-time code with which a phone photographs papers for one case. The code itself is never stored.

    `expires_at` ends the code until it is opened, then the session; `session_sha256` is the phone that opened it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="phone_passes")
    code_sha256 = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    session_sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    photos = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_living_phone_pass_per_case"),
            models.CheckConstraint(
                name="phone_pass_opened_by_a_session",
                condition=Q(opened_at=None, session_sha256="") | (Q(opened_at__isnull=False) & ~Q(session_sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.at:%Y-%m-%d %H:%M}"
