"""The sub-district's visit, which no flow waits for (R1.33)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Body, User
from certificates.models import Licence
from permits.models import Case


class VisitQuerySet(models.QuerySet["Visit"]):
    """Who sees which visits."""

    def visible_to(self, user: User) -> "VisitQuerySet":
        """A sub-district's people see those of their own body."""
        if user.role not in (User.Role.OFFICER, User.Role.SUBDISTRICT) or not user.body_id:
            return self.none()
        return self.filter(body_id=user.body_id)


class Visit(models.Model):
    """A sub-district comes by to help, within two working days after issue (R1.33). `done_on` is empty until it has."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="visit")
    licence = models.OneToOneField(Licence, on_delete=models.PROTECT, related_name="visit")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="visits")
    due_on = models.DateField(_("最迟走访日期"))
    done_on = models.DateField(_("走访日期"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notes = models.TextField(_("走访情况"), blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["body", "due_on"], condition=Q(done_on=None), name="visit_to_be_made")]
        constraints = [
            models.CheckConstraint(
                name="visit_made_has_notes", condition=Q(done_on=None) | (~Q(notes="") & Q(recorded_at__isnull=False))
            )
        ]

    def __str__(self) -> str:
        return f"visit for {self.case}"
