"""Bars on applying again (不得再次申请): who may not apply for which permit until when, and by which decision (R2.27)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Body, Enterprise
from audit.models import Audited
from permits.law.bar_terms import stands
from permits.models.case import CaseMatter
from permits.models.paper import Document


class ReapplyBarQuerySet(models.QuerySet["ReapplyBar"]):
    """Which bars count for whom."""

    def in_force(self, on: date) -> "ReapplyBarQuerySet":
        """Those that an application of this day falls into."""
        return self.filter(lifted_on=None, since__lte=on, until__gte=on)

    def against(self, enterprise: Enterprise) -> "ReapplyBarQuerySet":
        """Those of the enterprise, and of the person who represents it."""
        person = enterprise.representative_id_number
        mine = Q(enterprise=enterprise)
        return self.filter(mine | Q(person_id_number=person) if person else mine)


class ReapplyBar(Audited):
    """One subject may not apply for one matter: an enterprise, or a person whichever enterprise they represent.

    It arises from a decision, whose paper is its source; the days from `since` up to and with `until` are barred. It is lifted only
    because that decision was undone, with the reason.
    """

    class Ground(models.TextChoices):
        FALSE_MATERIAL = "false_material", _("隐瞒有关情况或者提供虚假材料申请")
        FRAUD = "fraud", _("以欺骗、贿赂等不正当手段取得许可，许可被撤销")
        PENALTY = "penalty", _("许可被依法吊销")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="bars")
    person_name = models.CharField(_("法定代表人（负责人）"), max_length=60, blank=True)
    person_id_number = models.CharField(max_length=30, blank=True)
    matter = models.CharField(max_length=60)
    name = models.CharField(_("事项"), max_length=100)
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("事由"), max_length=20, choices=Ground)
    basis = models.CharField(_("依据"), max_length=120)
    since = models.DateField(_("决定日期"))
    until = models.DateField(_("期限届满日"))
    case_matter = models.ForeignKey(CaseMatter, on_delete=models.PROTECT, related_name="bars")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="bars")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    lifted_on = models.DateField(_("解除日期"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_reason = models.TextField(_("解除理由"), blank=True)

    objects = ReapplyBarQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [
            models.Index(fields=["enterprise"], condition=Q(lifted_on=None), name="bar_of_enterprise"),
            models.Index(fields=["person_id_number"], condition=Q(lifted_on=None), name="bar_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "matter"], condition=Q(enterprise__isnull=False), name="one_bar_of_the_enterprise"
            ),
            models.UniqueConstraint(
                fields=["document", "matter"], condition=Q(enterprise__isnull=True), name="one_bar_of_the_person"
            ),
            models.CheckConstraint(
                name="bar_has_one_subject",
                condition=Q(enterprise__isnull=False, person_id_number="")
                | Q(enterprise=None) & ~Q(person_id_number=""),
            ),
            models.CheckConstraint(name="bar_ends_after_it_begins", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="bar_lifted_has_its_reason", condition=Q(lifted_on=None) | ~Q(lift_reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name}: {self.name} ({self.until})"

    @property
    def subject_name(self) -> str:
        """Who is barred."""
        return self.enterprise.name if self.enterprise else self.person_name

    def stands_on(self, on: date) -> bool:
        """Whether an application of this day falls into it."""
        return self.lifted_on is None and stands(on, self.since, self.until)
