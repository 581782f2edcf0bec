"""What becomes of commitments: the check after the decision (R6.5, R6.6), and the record of what was not kept (R6.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Enterprise
from audit.models import Audited
from permits.models.case import CaseMatter
from permits.models.paper import Document


class PostCheck(FSMModelMixin, models.Model):
    """The check of one matter granted by commitment (事中事后核查): due on a day of its own, made, and what came of it.

    Not as promised: an order to rectify within a period (`order`, `rectify_by`), a second check, and only then - never
    before the period is over - the revocation of this matter's permit (R6.6).
    """

    class State(models.TextChoices):
        DUE = "due", _("待核查")
        KEPT = "kept", _("履行承诺")
        BROKEN = "broken", _("与承诺不符，责令整改")
        REPAIRED = "repaired", _("整改后符合")
        REVOKED = "revoked", _("整改后仍不符，已撤销")
        VOID = "void", _("许可已终止，不再核查")

    OPEN_STATES = (State.DUE, State.BROKEN)

    case_matter = models.OneToOneField(CaseMatter, on_delete=models.CASCADE, related_name="post_check")
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.DUE, protected=True)
    due_on = models.DateField(_("核查期限"))
    provisional = models.BooleanField(default=False, help_text="due_on rests on a provisional calendar")
    mandatory = models.BooleanField(default=True, help_text="False: checked where necessary")
    done_on = models.DateField(_("核查日期"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.TextField(_("核查情况"), blank=True)
    order = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rectify_by = models.DateField(_("整改期限"), null=True, blank=True)
    rechecked_on = models.DateField(_("复查日期"), null=True, blank=True)
    rechecked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recheck_findings = models.TextField(_("复查情况"), blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state__in=["due", "broken"]), name="post_check_open")]
        constraints = [
            models.CheckConstraint(
                name="post_check_done_has_its_day",
                condition=Q(state="due", done_on=None)
                | Q(state="void")
                | (~Q(state__in=["due", "void"]) & Q(done_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="post_check_not_kept_has_its_order",
                condition=Q(state__in=["due", "kept", "void"])
                | (Q(order__isnull=False, rectify_by__isnull=False) & ~Q(findings="")),
            ),
            models.CheckConstraint(
                name="post_check_revokes_after_the_period",
                condition=~Q(state="revoked") | Q(rechecked_on__gt=models.F("rectify_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_matter} / {self.due_on} ({self.state})"

    @property
    def result(self) -> str:
        """`kept` or `broken`; empty while nobody has checked. Whoever put it right in time has kept it in the end."""
        if self.done_on is None:
            return ""
        return "kept" if self.state in (self.State.KEPT, self.State.REPAIRED) else "broken"

    @property
    def is_open(self) -> bool:
        """Whether the department still has to do something."""
        return self.state in self.OPEN_STATES

    @transition(state, source=State.DUE, target=State.KEPT)
    def keep(self) -> None:
        """Everything is as promised."""

    @transition(state, source=State.DUE, target=State.BROKEN)
    def order_rectification(self) -> None:
        """Not as promised: ordered to rectify within a period (责令限期整改)."""

    @transition(state, source=State.BROKEN, target=State.REPAIRED)
    def repair(self) -> None:
        """The second check finds it as promised."""

    @transition(state, source=[State.DUE, State.BROKEN], target=State.VOID)
    def void(self) -> None:
        """The permit has ended by another act or with its term: nothing is left to check."""

    @transition(state, source=State.BROKEN, target=State.REVOKED)
    def revoke(self) -> None:
        """Still not as promised after the period: the permit is revoked (撤销)."""


class BreachQuerySet(models.QuerySet["BreachRecord"]):
    """Which records still count."""

    def unrepaired(self) -> "BreachQuerySet":
        """Those that keep their enterprise from commitment (R6.4)."""
        return self.filter(repaired_on=None)


class BreachRecord(Audited):
    """A commitment not kept: until it is repaired its enterprise goes the ordinary way (R6.4).

    Ours come with the paper that found it (R6.6); those of the credit platform name their `source` alone (R5.9).
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="breaches")
    about = models.CharField(_("失信事项"), max_length=200)
    decided_on = models.DateField(_("认定日期"))
    source = models.CharField(_("认定文书或来源"), max_length=120)
    number = models.CharField(_("认定文书文号"), max_length=60, blank=True)
    proof = models.CharField(max_length=200, blank=True, help_text="path of the scan under the private file store")
    proof_type = models.CharField(max_length=60, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)
    case_matter = models.OneToOneField(
        CaseMatter, on_delete=models.PROTECT, null=True, blank=True, related_name="breach"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    repaired_on = models.DateField(_("修复日期"), null=True, blank=True)
    repaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repair_reason = models.TextField(_("修复理由"), blank=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["enterprise"], condition=Q(repaired_on=None), name="breach_not_repaired")]
        constraints = [
            models.CheckConstraint(
                name="breach_repair_has_its_reason", condition=Q(repaired_on=None) | ~Q(repair_reason="")
            ),
            models.UniqueConstraint(
                fields=["enterprise", "number"], condition=~Q(number=""), name="one_breach_per_enterprise_and_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.about} ({self.source})"
