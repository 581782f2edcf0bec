"""What applicants think of it all, and how it was answered."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body, User
from accounts.substitutions import heads_acted_for
from permits.models import Case, Section


class RatingQuerySet(models.QuerySet["Rating"]):
    """Which reviews somebody answers, and which ones count."""

    def bad(self) -> "RatingQuerySet":
        return self.exclude(state=Rating.State.GIVEN)

    def counted(self) -> "RatingQuerySet":
        """Those of the figures: one found to be a mistake stays on the record and counts no more (R3.8)."""
        return self.exclude(state=Rating.State.EXCLUDED)

    def with_words(self) -> "RatingQuerySet":
        """Those whose words the applicant lets everybody read, also where they were taken down since."""
        return self.filter(may_publish=True).exclude(text="")

    def read_by(self, user: User, on: date) -> "RatingQuerySet":
        """Reviews that this person reads on a day: what they answer, and for the service office all public words."""
        mine = self.answered_by(user, on)
        return mine | self.with_words() if user.role == User.Role.SERVICE_OFFICE else mine

    def answered_by(self, user: User, on: date) -> "RatingQuerySet":
        """Bad reviews that this person answers on a day: the service office all, a body's head those of the body (R3.5), or
        whom an absent head named to act in their place (`accounts.substitutions`).

        Not those of a case that one of the two worked on: whoever was reviewed does not answer for it, nor learn of it.
        """
        if user.role in (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR):
            return self.bad()
        heads = heads_acted_for(user, on)
        if not heads:
            return self.none()
        who = {user.pk} if user.pk in heads else heads | {user.pk}
        worked = Q(claimed_by__in=who) | Q(matters__decided_by__in=who) | Q(matters__proposals__proposed_by__in=who)
        own = Section.objects.filter(worked, case=models.OuterRef("case"), body_id=user.body_id or "")
        return self.bad().filter(~models.Exists(own), body_id=user.body_id or "")


class Rating(FSMModelMixin, models.Model):
    """A review of one body's work at one stage of a case; a bad one is answered and looked at again (R3.2, R3.7, R3.8).

    Nobody can change or delete it. `named`: the applicant wants to be contacted. `may_publish`: the words may be shown.
    `hidden_…`: the service office took the words down; the level counts on, the words stay on record.
    """

    class Stage(models.TextChoices):
        INTAKE = "intake", _("收件和受理")
        DECIDING = "deciding", _("审批")
        RESULT = "result", _("结果和送达")

    class State(models.TextChoices):
        GIVEN = "given", _("已评价")
        OPEN = "open", _("待联系、待答复")
        CONTACTED = "contacted", _("已联系，待答复")
        ANSWERED = "answered", _("已答复，待回访")
        REVISITED = "revisited", _("已回访")
        EXCLUDED = "excluded", _("误评，不计入统计")

    class Outcome(models.TextChoices):
        FIXED = "fixed", _("立行立改")
        PERIOD = "period", _("限期整改")
        NO_BASIS = "no_basis", _("诉求没有法定依据，已说明")

    class HiddenFor(models.TextChoices):
        PERSONAL = "personal", _("含有个人信息")
        INSULT = "insult", _("含有侮辱、谩骂等违法内容")

    TO_ANSWER = (State.OPEN, State.CONTACTED)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    stage = models.CharField(max_length=10, choices=Stage)
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="ratings")
    channel = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField(_("评价"))
    indicators = models.JSONField(default=list)
    indicators_version = models.CharField(max_length=12)
    text = models.TextField(_("想说的话"), blank=True)
    named = models.BooleanField(default=False)
    may_publish = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.GIVEN, protected=True)
    contact_by = models.DateField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    delay_reason = models.TextField(_("延长答复的理由"), blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    promised_on = models.DateField(_("整改完成日期"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    satisfied = models.BooleanField(null=True, blank=True, help_text="what the visit afterwards found")
    revisit_notes = models.TextField(blank=True)
    excluded_reason = models.TextField(blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="when the words were taken down")
    hidden_ground = models.CharField(max_length=10, choices=HiddenFor, blank=True)
    hidden_reason = models.TextField(blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["body", "answer_by"], condition=Q(state__in=["open", "contacted"]), name="rating_open")
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "stage", "body", "by"], name="one_rating_per_stage_and_body"),
            models.CheckConstraint(name="rating_has_a_level", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(
                name="rating_bad_has_its_days",
                condition=Q(level__gte=3, state="given")
                | (Q(level__lte=2, contact_by__isnull=False, answer_by__isnull=False) & ~Q(state="given")),
            ),
            models.CheckConstraint(
                name="rating_answered_has_its_answer",
                condition=~Q(state__in=["answered", "revisited"]) | (~Q(answer="") & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="rating_excluded_has_its_reason", condition=~Q(state="excluded") | ~Q(excluded_reason="")
            ),
            models.CheckConstraint(
                name="rating_hidden_has_its_reason",
                condition=Q(hidden_at=None, hidden_ground="", hidden_reason="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_ground="") & ~Q(hidden_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.stage} {self.level}"

    @property
    def has_public_words(self) -> bool:
        return self.may_publish and bool(self.text) and self.hidden_at is None

    @property
    def is_to_answer(self) -> bool:
        return self.state in self.TO_ANSWER

    @transition(state, source=State.GIVEN, target=State.OPEN)
    def open_answer(self) -> None:
        """A bad one has to be answered."""

    @transition(state, source=State.OPEN, target=State.CONTACTED)
    def contact(self) -> None:
        """Whoever gave it was contacted."""

    @transition(state, source=TO_ANSWER, target=State.ANSWERED)
    def give_answer(self) -> None:
        """Answered."""

    @transition(state, source=State.ANSWERED, target=State.REVISITED)
    def revisit(self) -> None:
        """The service office asked again afterwards."""

    @transition(state, source=TO_ANSWER, target=State.EXCLUDED)
    def exclude(self) -> None:
        """Found to be a mistake or malice, by somebody who was not rated."""
