"""What is proposed to be done with a permit, where its matter takes two persons (docs/decisions/0022)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from certificates.models.licences import LicenceItem
from permits.models import Case


class ActProposal(FSMModelMixin, models.Model):
    """An act against a permit as its handler proposes it, and what another officer of the same body made of it.

    `said`: what the act is told, days as ISO texts. The act is the approver's, and bears the day of the approval.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", pgettext_lazy("拟办意见", "已批准")
        SENT_BACK = "sent_back", pgettext_lazy("拟办意见", "已退回")
        RECALLED = "recalled", pgettext_lazy("拟办意见", "已收回")
        LAPSED = "lapsed", pgettext_lazy("拟办意见", "因不再办理而失效")

    class Act(models.TextChoices):
        SUSPEND = "suspend", _("拟暂扣")
        WITHDRAW = "withdraw_grant", _("拟撤回")
        REVOKE = "revoke", _("拟撤销")
        PENALISE = "revoke_as_penalty", _("拟吊销")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="act_proposals")
    item = models.ForeignKey(LicenceItem, on_delete=models.PROTECT, related_name="proposals")
    act = models.CharField(max_length=20, choices=Act)
    said = models.JSONField(default=dict)
    state = FSMField(max_length=12, choices=State, default=State.PROPOSED, protected=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="the approver's opinion, or why it was sent back")

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="proposed"), name="one_waiting_act_proposal_per_permit"
            ),
            models.CheckConstraint(
                name="act_proposal_answered_by_another",
                condition=~Q(state__in=["approved", "sent_back"])
                | Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answered_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="act_proposal_sent_back_with_a_reason", condition=~Q(state="sent_back") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.act} {self.state}"

    @property
    def people(self) -> frozenset[int]:
        """Whose proposal it is: none of them answers it."""
        return frozenset({self.proposed_by_id})

    def is_answered_by_another(self) -> bool:
        """Whether somebody has answered it who had no part in it."""
        return self.answered_by_id is not None and self.answered_by_id not in self.people

    @transition(state, source=State.PROPOSED, target=State.APPROVED, conditions=[is_answered_by_another])
    def approve(self) -> None:
        """Another officer of the same body does so."""

    @transition(state, source=State.PROPOSED, target=State.SENT_BACK, conditions=[is_answered_by_another])
    def send_back(self) -> None:
        """Another officer wants it handled again, and says why."""

    @transition(state, source=State.PROPOSED, target=State.RECALLED)
    def recall(self) -> None:
        """The handler takes it back before it is answered."""

    @transition(state, source=State.PROPOSED, target=State.LAPSED)
    def lapse(self) -> None:
        """The permit has ended meanwhile."""
