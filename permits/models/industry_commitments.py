"""The promise for a whole industry (行业承诺): a record of its own beside those of matters, of proofs and of late papers (R6.7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from permits.models.case import Case
from permits.models.filing import SignedLetter
from permits.models.paper import Document


class IndustryCommitmentQuerySet(models.QuerySet["IndustryCommitment"]):
    """Which promises count."""

    def standing(self) -> "IndustryCommitmentQuerySet":
        """Those that were neither taken back nor found broken."""
        return self.filter(state=IndustryCommitment.State.STANDING)

    def unrepaired(self) -> "IndustryCommitmentQuerySet":
        """Those found broken and not put right: no other is signed for the same industry before (R6.7)."""
        return self.filter(state=IndustryCommitment.State.BROKEN)


class IndustryCommitment(FSMModelMixin, SignedLetter):
    """What a business promises for one industry as a whole: one letter over all its matters, to the lead department.

    It decides nothing: no matter is granted by it, no proof replaced, no paper put off. Broken, it is over, and nothing else is.
    """

    class State(models.TextChoices):
        STANDING = "standing", _("有效")
        TAKEN_BACK = "taken_back", _("已收回")
        BROKEN = "broken", _("未履行，已终止")
        REPAIRED = "repaired", _("未履行，已改正")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="industry_commitments")
    industry = models.CharField(max_length=60)
    matters = models.JSONField(default=list, help_text="the matters that the letter speaks of")
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.STANDING, protected=True)
    paper = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    findings = models.TextField(_("查明的情况"), blank=True)
    notice = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    repaired_on = models.DateField(_("改正日期"), null=True, blank=True)
    repaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repair = models.TextField(_("改正情况"), blank=True)

    objects = IndustryCommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "industry"], condition=Q(state="standing"), name="one_standing_promise_per_industry"
            ),
            models.CheckConstraint(
                name="industry_promise_over_has_its_day",
                condition=Q(state="standing", ended_on=None) | (~Q(state="standing") & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="industry_promise_broken_has_its_notice",
                condition=Q(state__in=["standing", "taken_back"], notice=None)
                | (Q(state__in=["broken", "repaired"], notice__isnull=False) & ~Q(findings="")),
            ),
            models.CheckConstraint(
                name="industry_promise_repaired_says_how",
                condition=(~Q(state="repaired") & Q(repaired_on=None))
                | (Q(state="repaired", repaired_on__isnull=False) & ~Q(repair="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}/{self.industry} ({self.state})"

    @transition(state, source=State.STANDING, target=State.TAKEN_BACK)
    def take_back(self) -> None:
        """Given freely, it is taken back freely."""

    @transition(state, source=State.STANDING, target=State.BROKEN)
    def find_broken(self) -> None:
        """The lead department finds it not kept: it is over, and a notice says so."""

    @transition(state, source=State.BROKEN, target=State.REPAIRED)
    def put_right(self) -> None:
        """What was not kept is put right: another may be signed for the industry."""
