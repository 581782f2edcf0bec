"""Proposals (经办人的拟办意见): where the catalogue asks for two persons, one proposes the decision and another approves it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from permits.models.case import Case, CaseMatter


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals by whether they wait, and whose they are."""

    def waiting(self) -> "ProposalQuerySet":
        """Those that nobody has answered."""
        return self.filter(state=Proposal.State.PROPOSED)

    def not_of(self, user_id: int | None) -> "ProposalQuerySet":
        """Those that this person may answer: made neither by them nor in their place."""
        return self.exclude(proposed_by=user_id).exclude(proposed_for=user_id)


class Proposal(FSMModelMixin, models.Model):
    """What a handler proposes to decide of a matter, and what another officer of the same body made of it.

    `proposed_for` is the absent colleague in whose place the handler acted: the proposal is that colleague's too. The
    decision is the approver's, and bears the day of the approval.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", pgettext_lazy("拟办意见", "已批准")
        SENT_BACK = "sent_back", pgettext_lazy("拟办意见", "已退回")
        RECALLED = "recalled", pgettext_lazy("拟办意见", "已收回")
        LAPSED = "lapsed", pgettext_lazy("拟办意见", "因不再办理而失效")

    class Decision(models.TextChoices):
        GRANT = "grant", _("拟准予")
        REFUSE = "refuse", _("拟不予")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    case_matter = models.ForeignKey(CaseMatter, on_delete=models.CASCADE, related_name="proposals")
    decision = models.CharField(max_length=10, choices=Decision)
    scope = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="why it should be refused; goes word by word into the decision")
    ground = models.CharField(max_length=20, blank=True, help_text="of a refusal: false_material (R2.27)")
    opinion = models.TextField(blank=True)
    state = FSMField(max_length=12, choices=State, default=State.PROPOSED, protected=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="the approver's opinion, or why it was sent back")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_matter"], condition=Q(state="proposed"), name="one_waiting_proposal_per_matter"
            ),
            models.UniqueConstraint(
                fields=["case_matter"], condition=Q(state="approved"), name="one_approved_proposal_per_matter"
            ),
            models.CheckConstraint(
                name="proposal_answered_by_another",
                condition=~Q(state__in=["approved", "sent_back"])
                | Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answered_by=F("proposed_by"))
                & (Q(proposed_for__isnull=True) | ~Q(answered_by=F("proposed_for"))),
            ),
            models.CheckConstraint(
                name="proposal_to_refuse_has_a_reason", condition=~Q(decision="refuse") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="proposal_sent_back_with_a_reason", condition=~Q(state="sent_back") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_matter_id} {self.decision} {self.state}"

    @property
    def people(self) -> frozenset[int]:
        """Whose proposal it is: none of them answers it."""
        return frozenset(one for one in (self.proposed_by_id, self.proposed_for_id) if one is not None)

    @property
    def handler(self) -> str:
        """Who proposed it, in both names where in somebody's place."""
        if self.proposed_for is None:
            return str(self.proposed_by)
        return str(_("%(name)s（代 %(absent)s）") % {"name": self.proposed_by, "absent": self.proposed_for})

    def is_answered_by_another(self) -> bool:
        """Whether somebody has answered it who had no part in it."""
        return self.answered_by_id is not None and self.answered_by_id not in self.people

    @transition(state, source=State.PROPOSED, target=State.APPROVED, conditions=[is_answered_by_another])
    def approve(self) -> None:
        """Another officer of the same body decides so."""

    @transition(state, source=State.PROPOSED, target=State.SENT_BACK, conditions=[is_answered_by_another])
    def send_back(self) -> None:
        """Another officer wants it handled again, and says why."""

    @transition(state, source=State.PROPOSED, target=State.RECALLED)
    def recall(self) -> None:
        """The handler takes it back before it is answered."""

    @transition(state, source=State.PROPOSED, target=State.LAPSED)
    def lapse(self) -> None:
        """The applicant has withdrawn the matter."""
