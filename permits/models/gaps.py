"""What is missing or wrong in an application before acceptance: who looks for it, and each point that was found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body
from permits.models.case import Case
from permits.models.filing import Supplement


class CompletenessReviewQuerySet(models.QuerySet["CompletenessReview"]):
    """Departments work on what they were asked and have not answered."""

    def waiting(self) -> "CompletenessReviewQuerySet":
        """Reviews that still wait for their department: the window has not gone on without it."""
        return self.filter(ended_at=None, case__state=Case.State.SUBMITTED)

    def of_body(self, body_id: str | None) -> "CompletenessReviewQuerySet":
        """The reviews of one department."""
        return self.filter(body_id=body_id)


class CompletenessReview(models.Model):
    """The window asks a department to look whether its part of a submitted application is complete (会同审查材料).

    `due_on` is the last day of the intake check (R2.8). Ended by the department's answer, or by a notice that was served
    without waiting for it: then nobody stands in `ended_by`.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reviews")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CompletenessReviewQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body"], condition=Q(ended_at=None), name="one_open_review_per_case_and_body"
            )
        ]
        indexes = [models.Index(fields=["body"], condition=Q(ended_at=None), name="review_waiting")]

    def __str__(self) -> str:
        return f"{self.case} / {self.body_id}"


class Gap(FSMModelMixin, models.Model):
    """One point that a department's reviewer or the window proposes for the supplement notice (补正意见)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待采纳")
        TAKEN = "taken", _("已写入补正告知书")
        DROPPED = "dropped", _("未采纳")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="gaps")
    subject = models.CharField(max_length=60, help_text="a material's or a field's id")
    text = models.TextField()
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.PROPOSED, protected=True)
    supplement = models.ForeignKey(Supplement, on_delete=models.CASCADE, null=True, blank=True, related_name="gaps")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body", "subject"],
                condition=Q(state="proposed"),
                name="one_proposal_per_body_and_subject",
            ),
            models.CheckConstraint(
                name="gap_taken_into_a_notice",
                condition=Q(state="taken", supplement__isnull=False) | (~Q(state="taken") & Q(supplement=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"

    @transition(state, source=State.PROPOSED, target=State.TAKEN)
    def take(self, supplement: Supplement) -> None:
        """The window writes it into the notice (采纳)."""
        self.supplement = supplement

    @transition(state, source=State.PROPOSED, target=State.DROPPED)
    def drop(self) -> None:
        """It stands in no notice (不采纳), or its author has replaced it."""
