"""Permits that were held before: which of them a business wants on its combined licence, and what their departments say (R1.10)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body
from permits.models.case import Case, CaseMatter


class HeldPermitQuerySet(models.QuerySet["HeldPermit"]):
    """Named permits by what is still to come of them."""

    def going_on(self) -> "HeldPermitQuerySet":
        """Those that wait for their department, or for the licence."""
        return self.filter(state__in=HeldPermit.GOING_ON)

    def answerable(self) -> "HeldPermitQuerySet":
        """Those that their department can answer now: their case is accepted, and goes on or has its licence."""
        reachable = Q(case__state__in=[*Case.UNDECIDED_STATES, Case.State.ISSUED])
        return self.filter(reachable, state=HeldPermit.State.NAMED)

    def waiting_for(self, body: str | None) -> "HeldPermitQuerySet":
        """Those that this department can answer now."""
        return self.answerable().filter(body_id=body or "")


class HeldPermit(FSMModelMixin, models.Model):
    """A permit in force that the business names for the licence of a case: one of this system (`source`), or a paper that it
    declares with a proof. Its department confirms what it says; nothing of it is decided anew."""

    class State(models.TextChoices):
        NAMED = "named", _("待部门确认")
        CONFIRMED = "confirmed", _("已确认，待并入")
        REFUSED = "refused", _("部门未确认")
        TAKEN_BACK = "taken_back", _("已撤回")
        MERGED = "merged", _("已并入")

    GOING_ON = (State.NAMED, State.CONFIRMED)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="held_permits")
    source = models.ForeignKey(
        CaseMatter, on_delete=models.PROTECT, null=True, blank=True, related_name="named_as_held", help_text="ours"
    )
    matter = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("许可证编号"), max_length=60)
    scope = models.TextField(_("许可范围"), blank=True)
    granted_on = models.DateField(_("发证日期"))
    valid_from = models.DateField(_("有效期自"))
    valid_to = models.DateField(_("有效期至"), null=True, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="the proof of what is declared")
    content_type = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.NAMED, protected=True)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("理由"), blank=True)

    objects = HeldPermitQuerySet.as_manager()

    class Meta:
        ordering = ["case_id", "pk"]
        indexes = [models.Index(fields=["body"], condition=Q(state="named"), name="held_permit_named")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "matter"],
                condition=Q(state__in=["named", "confirmed", "merged"]),
                name="one_held_permit_per_matter",
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=["named", "confirmed"]), name="held_permit_joins_one_licence"
            ),
            models.CheckConstraint(
                name="held_permit_has_source_or_proof", condition=Q(source__isnull=False) | ~Q(file="")
            ),
            models.CheckConstraint(
                name="held_permit_refused_has_its_reason", condition=~Q(state="refused") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="held_permit_answered_has_its_moment",
                condition=Q(state__in=["named", "taken_back"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number} ({self.state})"

    @property
    def is_ours(self) -> bool:
        """Whether the permit stands in this system."""
        return self.source_id is not None

    @transition(state, source=State.NAMED, target=State.CONFIRMED)
    def confirm(self) -> None:
        """The department that issued it says that it is in force as named (确认)."""

    @transition(state, source=State.NAMED, target=State.REFUSED)
    def refuse(self) -> None:
        """The department does not find it so, with reasons; whatever the permit is, it stays that."""

    @transition(state, source=GOING_ON, target=State.TAKEN_BACK)
    def take_back(self) -> None:
        """The business wants it on the licence no longer."""

    @transition(state, source=State.CONFIRMED, target=State.MERGED)
    def merge(self) -> None:
        """It stands on the licence (并入)."""
