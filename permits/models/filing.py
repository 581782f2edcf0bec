"""What the applicant hands in: form entries, materials, commitments, supplements."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body
from permits.models.case import Case


class FormEntry(models.Model):
    """The value of one field of the merged form, with where it came from."""

    class Source(models.TextChoices):
        TYPED = "typed", _("申请人填写")
        REGISTER = "register", _("登记库预填")
        ANSWER = "answer", _("根据问答生成")
        PROFILE = "profile", _("账户资料")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    field = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.TYPED)
    source_name = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True, blank=True)
    contested = models.TextField(_("异议说明"), blank=True)
    channel = models.CharField(max_length=10, default=Case.Channel.ONLINE)
    by = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "field"], name="one_entry_per_case_and_field")]

    def __str__(self) -> str:
        return f"{self.case}/{self.field}"


class Material(models.Model):
    """A file handed in for one catalogue material; a newer one replaces it, the old one is kept."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    material = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=200, help_text="path under the private file store")
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    sha256_received = models.CharField(max_length=64)
    sha256_stored = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    channel = models.CharField(max_length=10, default=Case.Channel.ONLINE)
    removed_at = models.DateTimeField(null=True, blank=True)
    original_seen_at = models.DateTimeField(null=True, blank=True, help_text="when the counter saw the original")
    original_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["material", "position", "pk"]
        indexes = [models.Index(fields=["case", "material"])]

    def __str__(self) -> str:
        return f"{self.material}: {self.name}"


class SignedLetter(models.Model):
    """What a letter said when it was signed: its whole text with the version, and by whom (R6.3)."""

    text_version = models.CharField(max_length=100)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The first line of its text."""
        return self.text.partition("\n")[0]


class Commitment(SignedLetter):
    """A signed letter for one matter that goes by commitment (告知承诺): its conditions are promised, not one proof (R6.7)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="commitments")
    matter = models.CharField(max_length=60)
    action = models.CharField(max_length=10, default="new", help_text="what is applied for: new, change, renew (R6.2)")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "matter"], name="one_commitment_per_case_and_matter")]

    def __str__(self) -> str:
        return f"{self.case}/{self.matter}"


class Supplement(models.Model):
    """The one supplement notice (补正) of a case, frozen when served, and its answer.

    A later one that names something new states its ground (R2.9).
    """

    class Ground(models.TextChoices):
        NEW_FACTS = "new_facts", _("申请内容或者有关事实有变化")
        LAW_CHANGED = "law_changed", _("法律、法规、规章有变化")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supplements")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    awaits_service = models.BooleanField(
        default=False, help_text="the notice has not reached the applicant: the days have not begun (R2.10)"
    )
    told_on = models.DateField(null=True, blank=True, help_text="the day on which the notice reached the applicant")
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None), name="one_open_supplement_per_case"
            ),
            models.CheckConstraint(
                name="supplement_unserved_is_not_told", condition=Q(awaits_service=False) | Q(told_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.requested_at:%Y-%m-%d}"

    @property
    def last_day(self) -> date | None:
        """The last day for the answer; None before its days have begun."""
        return None if self.awaits_service else self.due_on

    @property
    def begun_on(self) -> date | None:
        """The day from which the days of the answer run: of the service, or of the notice where that was never recorded; None
        before."""
        return None if self.awaits_service else self.told_on or timezone.localtime(self.requested_at).date()


class SupplementItem(FSMModelMixin, models.Model):
    """One point of the notice: what is missing or wrong and how to mend it, what came for it, and how that was judged.

    `answer` is kept as the applicant goes and counts from `answered_at`. `before` and `after` are a form field's value when
    the notice was served and when it was answered. `judged_body` is the body for which `judged_by` spoke.
    """

    class State(models.TextChoices):
        OPEN = "open", _("需补正")
        ANSWERED = "answered", _("已补正，待核对")
        SETTLED = "settled", _("已核对通过")
        WRONG = "wrong", _("仍有问题")

    supplement = models.ForeignKey(Supplement, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=60, help_text="a material's or a field's id")
    text = models.TextField()
    raised_by = models.JSONField(default=list, help_text="short names of the bodies that ask for it, as served")
    before = models.JSONField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.OPEN, protected=True)
    remark = models.TextField(blank=True, help_text="what is still wrong, in words")
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_body = models.ForeignKey(
        Body, to_field="code", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["supplement", "position"], name="one_item_per_position"),
            models.CheckConstraint(
                name="supplement_item_answered_with_its_notice",
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="supplement_item_judged_by_a_body",
                condition=Q(state__in=["open", "answered"], judged_at=None, judged_body=None)
                | Q(state__in=["settled", "wrong"], judged_at__isnull=False, judged_body__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_item_wrong_says_what",
                condition=(Q(state="wrong") & ~Q(remark="")) | (~Q(state="wrong") & Q(remark="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"

    @transition(state, source=State.OPEN, target=State.ANSWERED)
    def reply(self) -> None:
        """The corrections were delivered (补正): with all points of the notice at once."""

    @transition(state, source=[State.ANSWERED, State.WRONG, State.SETTLED], target=State.SETTLED)
    def settle(self) -> None:
        """What came is complete and right (核对通过)."""
        self.remark = ""

    @transition(state, source=[State.ANSWERED, State.WRONG, State.SETTLED], target=State.WRONG)
    def find_wrong(self, remark: str) -> None:
        """What came does not mend it (仍有问题): the corrected point may be asked again (R2.9)."""
        self.remark = remark
