"""A paper that may come after acceptance (容缺受理): offered, promised, handed in, found fit - or not (R6.9-R6.11)."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from permits.models.case import Case


class ToleranceQuerySet(models.QuerySet["Tolerance"]):
    """Which papers are still spoken of."""

    def offered(self) -> "ToleranceQuerySet":
        """Offers that wait for the applicant's signature."""
        return self.filter(state=Tolerance.State.OFFERED)

    def open(self) -> "ToleranceQuerySet":
        """Papers that were promised and are not confirmed as fit; nothing is issued before (R6.10). Each has its `due_on`."""
        return self.filter(state=Tolerance.State.OPEN)

    def pending(self) -> "ToleranceQuerySet":
        """Offered or promised, and not there."""
        return self.filter(state__in=[Tolerance.State.OFFERED, Tolerance.State.OPEN])

    def awaited(self) -> "ToleranceQuerySet":
        """Open ones whose paper has not come, or was sent back: it is the applicant's turn."""
        return self.open().filter(handed_in_at=None)


class Tolerance(FSMModelMixin, models.Model):
    """One paper of a case that comes later: what, how, by when, and the commitment signed for it.

    `handed_in_at` is when the paper came; it is taken back where the paper was found unfit, with `objection` in words.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("待申请人承诺")
        OPEN = "open", _("待补交")
        DELIVERED = "delivered", _("已补齐")
        FAILED = "failed", _("逾期未补齐")
        WITHDRAWN = "withdrawn", _("不再需要")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tolerances")
    material = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    lacks = models.TextField(_("缺什么"))
    days = models.PositiveSmallIntegerField(help_text="working days from acceptance")
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.OFFERED, protected=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text_version = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    signed_by = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("补交期限"), null=True, blank=True)
    provisional = models.BooleanField(default=False, help_text="due_on rests on a provisional calendar")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(_("不符合之处"), blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ToleranceQuerySet.as_manager()

    class Meta:
        ordering = ["case", "position", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="tolerance_open"),
            models.Index(fields=["case", "state"], name="tolerance_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "material"],
                condition=Q(state__in=["offered", "open", "delivered", "failed"]),
                name="one_tolerance_per_case_and_material",
            ),
            models.CheckConstraint(name="tolerance_has_days_and_words", condition=Q(days__gte=1) & ~Q(lacks="")),
            models.CheckConstraint(
                name="tolerance_promised_is_signed_and_dated",
                condition=Q(state__in=["offered", "withdrawn"])
                | (Q(signed_at__isnull=False, due_on__isnull=False) & ~Q(signed_by="") & ~Q(text_version="")),
            ),
            models.CheckConstraint(
                name="tolerance_over_has_its_moment",
                condition=Q(state__in=["offered", "open"], ended_at=None)
                | (~Q(state__in=["offered", "open"]) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="tolerance_fit_paper_was_handed_in",
                condition=~Q(state="delivered") | Q(handed_in_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tolerance_failed_paper_is_not_there", condition=~Q(state="failed") | Q(handed_in_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.material} ({self.state})"

    @property
    def is_awaited(self) -> bool:
        """Whether the applicant still has to bring the paper."""
        return self.state == self.State.OPEN and self.handed_in_at is None

    @property
    def is_unchecked(self) -> bool:
        """Whether the paper came and nobody has confirmed it."""
        return self.state == self.State.OPEN and self.handed_in_at is not None

    def is_over(self, today: date) -> bool:
        """Whether the last day has passed without the paper. One that came in time waits for the window, not for the applicant."""
        return self.is_awaited and self.due_on is not None and today > self.due_on

    @transition(state, source=State.OFFERED, target=State.OPEN)
    def promise(self, signed_by: str, version: str, sha256: str, at: datetime) -> None:
        """The applicant signs the commitment, and the case is accepted (R6.9)."""
        self.signed_by, self.text_version, self.sha256, self.signed_at = signed_by, version, sha256, at

    @transition(state, source=State.OPEN, target=State.DELIVERED)
    def confirm(self) -> None:
        """The paper is there and fit."""

    @transition(state, source=State.OPEN, target=State.FAILED)
    def fail(self) -> None:
        """The last day has passed without a fit paper: acceptance ends (R6.11)."""

    @transition(state, source=[State.OFFERED, State.OPEN], target=State.WITHDRAWN)
    def let_go(self) -> None:
        """Nobody needs the paper any more: the offer was not taken, or the matters that need it are over."""
