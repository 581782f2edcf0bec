"""What moves a running clock: its stops on the grounds of article 45, and the one extension of each limit."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from calendars.services import current as current_calendar
from permits.clock import Extension, Stop
from permits.models.case import Case, CaseMatter


class ClockStop(models.Model):
    """The clock of one matter stands for a step of article 45 (R2.21), or for putting things right where the matter's own rule
    says so (R2.22): days d with started_on < d <= ended_on do not
    count. The party was told in writing until when the step should take."""

    class Ground(models.TextChoices):
        HEARING = "hearing", _("听证")
        TENDER = "tender", _("招标")
        AUCTION = "auction", _("拍卖")
        EXAMINATION = "examination", _("检验")
        TESTING = "testing", _("检测")
        QUARANTINE = "quarantine", _("检疫")
        APPRAISAL = "appraisal", _("鉴定")
        EXPERT_REVIEW = "expert_review", _("专家评审")
        RECTIFICATION = "rectification", _("整改")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stops")
    case_matter = models.ForeignKey(CaseMatter, on_delete=models.CASCADE, related_name="stops")
    ground = models.CharField(_("事由"), max_length=20, choices=Ground)
    reason = models.TextField(_("说明"))
    started_on = models.DateField(_("停止计时日期"))
    expected_end = models.DateField(_("预计结束日期"))
    ended_on = models.DateField(_("恢复计时日期"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_matter", "ground"], condition=Q(ended_on=None), name="one_open_stop_per_matter_and_ground"
            ),
            models.CheckConstraint(
                name="stop_ends_not_before_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_matter_id} {self.ground} {self.started_on}–{self.ended_on or ''}"

    def end(self, on: date, by: int | None) -> None:
        """The clock runs again after this day. An act that waited for its turn over midnight may bear a day before the
        stop's own: such a stop takes nothing out."""
        self.ended_on, self.ended_by_id = max(on, self.started_on), by

    @property
    def is_tentative(self) -> bool:
        """Whether the day on which it should be over rests on a year without an official notice (R2.6)."""
        return current_calendar().is_tentative(self.started_on, self.expected_end)

    @property
    def as_fact(self) -> Stop:
        """What the clock counts with."""
        return Stop(self.started_on, self.ended_on, self.expected_end, self.ground)


class LimitExtension(FSMModelMixin, models.Model):
    """The one extension of a matter's statutory limit, or of the joint limit of the case where `case_matter` is empty
    (R2.19, R2.20): asked for with its reason, approved by the head of the organ (of the district government)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待批准")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("未批准")

    class Level(models.TextChoices):
        ORGAN = "organ", _("本行政机关负责人")
        GOVERNMENT = "government", _("本级人民政府负责人")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    case_matter = models.ForeignKey(
        CaseMatter, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions"
    )
    days = models.PositiveSmallIntegerField()
    day_type = models.CharField(max_length=10)
    reason = models.TextField(_("延长理由"))
    level = models.CharField(max_length=12, choices=Level, default=Level.ORGAN)
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.REQUESTED, protected=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="why it was not approved")

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_matter"],
                condition=~Q(state="rejected") & Q(case_matter__isnull=False),
                name="one_extension_per_matter",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(state="rejected") & Q(case_matter__isnull=True),
                name="one_joint_extension_per_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.case_matter_id or 'joint'} +{self.days} {self.state}"

    @property
    def as_fact(self) -> Extension:
        """What the clock counts with."""
        return Extension(self.days, self.day_type)

    @transition(state, source=State.REQUESTED, target=State.APPROVED)
    def approve(self) -> None:
        """The right head approves, before the limit has ended (R2.20)."""

    @transition(state, source=State.REQUESTED, target=State.REJECTED)
    def reject(self) -> None:
        """The head does not approve; the limit stays, and may be asked for again."""
