"""Substitutions (替班): who stands in for an absent colleague, from when to when, and who said so."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.standing_in import Term


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Substitutions by whom they concern and whether they run."""

    def in_force(self) -> "SubstitutionQuerySet":
        """Those that nobody has ended early."""
        return self.filter(revoked_at=None)

    def running(self, on: date) -> "SubstitutionQuerySet":
        """Those that run on a day."""
        return self.in_force().filter(since__lte=on, until__gte=on)

    def of_body(self, body_code: str | None) -> "SubstitutionQuerySet":
        """Those of the people of a body."""
        return self.filter(absent__body_id=body_code or "")

    def naming_for_head(self, body_code: str | None, on: date) -> "SubstitutionQuerySet":
        """Those that let somebody do on a day what is reserved to a body's head, in the place of one who is absent."""
        heads = {"absent__is_head": True, "absent__is_active": True}
        return self.of_body(body_code).running(on).filter(head_power=True, **heads)

    def terms(self) -> list[Term]:
        """As the rule reads them."""
        return [row.as_term for row in self]


class Substitution(models.Model):
    """A colleague acts in the place of an absent person, on every day from `since` to `until` (both included).

    What the absent person holds stays theirs; the log names both. The database keeps what `accounts.standing_in` refuses:
    a second substitute on a day, and a chain that leads back (`accounts.fences`).
    """

    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, related_name="substitutions")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"))
    reason = models.CharField(_("替班事由"), max_length=200)
    head_power = models.BooleanField(
        default=False, help_text="what the law reserves to the head goes with it; a head has said so by name"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(max_length=200, blank=True)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["absent", "until"], condition=Q(revoked_at=None), name="substitution_in_force")]
        constraints = [
            models.CheckConstraint(name="substitution_ends_after_it_begins", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(name="nobody_stands_in_for_oneself", condition=~Q(absent=F("substitute"))),
            models.CheckConstraint(name="substitution_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="substitution_ended_with_a_reason", condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} → {self.absent_id} {self.since}–{self.until}"

    @property
    def as_term(self) -> Term:
        """What the rule counts with."""
        return Term(self.absent_id, self.substitute_id, self.since, self.until)

    def runs_on(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.revoked_at is None and self.as_term.runs_on(on)

    def is_over(self, on: date) -> bool:
        """Whether it has ended, by itself or early."""
        return self.revoked_at is not None or self.until < on
