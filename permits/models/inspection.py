"""The joint visit (一同核查): one for all matters of a case that need a site check, with its officers and its outcomes."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body, User
from permits.models.case import Case, CaseMatter
from permits.models.paper import Document


class Finding(models.TextChoices):
    """What is found on a point, and what follows for a matter."""

    PASS = "pass", _("符合")
    RECTIFY = "rectify", _("需要整改")
    FAIL = "fail", _("不符合")


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Whose visits they are."""

    def open(self) -> "InspectionQuerySet":
        """Proposed or agreed, and not held to its end."""
        return self.filter(state__in=Inspection.OPEN_STATES)

    def visible_to(self, user: User) -> "InspectionQuerySet":
        """Those who have a part in a visit, and nobody else (R6.22): the enterprise and its agents, the departments whose
        matters it is about, the body that arranges it, the service office."""
        if not user.is_authenticated:
            return self.none()
        if user.role == User.Role.SERVICE_OFFICE:
            return self
        if user.role == User.Role.APPLICANT:
            return self.filter(case__in=Case.objects.visible_to(user))
        if user.role != User.Role.OFFICER or not user.body_id:
            return self.none()
        part = InspectionMatter.objects.filter(case_matter__section__body_id=user.body_id)
        return self.filter(Q(lead_id=user.body_id) | Q(pk__in=part.values("inspection")))


class Inspection(FSMModelMixin, models.Model):
    """A joint visit: proposed in several slots, agreed in one, held, recorded and closed.

    What must be put right goes into one notice (`notice`) with a last day (`rectify_by`); `follows` is the visit whose open
    points this one looks at again. `wishes` counts how often the business asked for another slot.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待部门确认")
        SCHEDULED = "scheduled", _("已约定")
        CLOSED = "closed", _("已办结")
        CANCELLED = "cancelled", _("已取消")

    OPEN_STATES = (State.PROPOSED, State.SCHEDULED)

    key = models.CharField(max_length=24, unique=True, help_text="address of the visit; unguessable")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="inspections")
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.PROPOSED, protected=True)
    lead = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    slots = models.JSONField(default=list, help_text="the moments that are proposed, ISO, in order")
    suits = models.JSONField(default=dict, help_text="by body that has answered: the slots that suit it")
    starts_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    wishes = models.PositiveSmallIntegerField(default=0)
    wish = models.TextField(blank=True, help_text="which other slot the business asked for last, and why")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.TextField(_("被核查人意见"), blank=True)
    record = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="record_of")
    notice = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="notice_of")
    rectify_by = models.DateField(_("整改期限"), null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="when the business said that all is put right")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["starts_at"], condition=Q(state="scheduled"), name="inspection_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["proposed", "scheduled"]), name="one_open_inspection_per_case"
            ),
            models.CheckConstraint(
                name="inspection_agreed_has_its_moment",
                condition=Q(state__in=["proposed", "cancelled"]) | Q(starts_at__isnull=False),
            ),
            models.CheckConstraint(
                name="inspection_closed_has_its_record",
                condition=Q(state="closed", record__isnull=False, ended_at__isnull=False)
                | Q(~Q(state="closed"), record=None, notice=None, rectify_by=None, reported_at=None),
            ),
            models.CheckConstraint(
                name="inspection_notice_has_its_last_day",
                condition=Q(notice=None, rectify_by=None) | Q(notice__isnull=False, rectify_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} / {self.starts_at or '—'} ({self.state})"

    def get_absolute_url(self) -> str:
        """The visit's own page, for whoever has a part in it."""
        return reverse("workflows:inspection", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether it is still to be held or closed."""
        return self.state in self.OPEN_STATES

    @property
    def is_again(self) -> bool:
        """Whether it looks again at what had to be put right (复查)."""
        return self.follows_id is not None

    @property
    def on(self) -> date | None:
        """The day of the visit."""
        return timezone.localtime(self.starts_at).date() if self.starts_at else None

    @property
    def moments(self) -> list[datetime]:
        """The proposed slots as moments."""
        return [datetime.fromisoformat(slot) for slot in self.slots]

    @property
    def shared_slots(self) -> list[str]:
        """The slots that suit every department that has answered."""
        return [slot for slot in self.slots if all(slot in suiting for suiting in self.suits.values())]

    @transition(state, source=State.PROPOSED, target=State.SCHEDULED)
    def schedule(self) -> None:
        """Every department has named its officers, and one slot suits all."""

    @transition(state, source=OPEN_STATES, target=State.PROPOSED)
    def propose_anew(self) -> None:
        """Other slots are looked for: no slot suited all, or the business asked for another one."""

    @transition(state, source=State.SCHEDULED, target=State.CLOSED)
    def close(self) -> None:
        """Every point has its finding, all have signed."""

    @transition(state, source=OPEN_STATES, target=State.CANCELLED)
    def cancel(self) -> None:
        """There is nothing left to look at."""


class InspectionMatter(models.Model):
    """A matter that the visit is about, and what came of it; `left_at`: it needed the visit no more."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="parts")
    case_matter = models.ForeignKey(CaseMatter, on_delete=models.CASCADE, related_name="inspected")
    outcome = models.CharField(max_length=10, choices=Finding, blank=True)
    reason = models.TextField(blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_why = models.TextField(blank=True)

    class Meta:
        ordering = ["case_matter__position"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "case_matter"], name="matter_once_per_inspection"),
            models.CheckConstraint(
                name="inspected_matter_left_has_no_outcome", condition=Q(left_at=None) | Q(outcome="") & ~Q(left_why="")
            ),
            models.CheckConstraint(
                name="inspected_matter_wanting_has_a_reason",
                condition=Q(outcome__in=["", "pass"]) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_matter_id}: {self.outcome or '—'}"


class InspectionOfficer(models.Model):
    """An officer who holds the visit for a department; two for each matter (R2.18)."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="officers")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["body", "pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "officer"], name="officer_once_per_inspection")]

    def __str__(self) -> str:
        return f"{self.inspection_id}: {self.officer_id}"
