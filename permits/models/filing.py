"""What the applicant hands in: form entries, materials, commitments, supplements."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(answered_at=None), name="one_open_supplement_per_case")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.requested_at:%Y-%m-%d}"


class SupplementItem(models.Model):
    """One point of the notice: what is missing or wrong, and how to mend it."""

    supplement = models.ForeignKey(Supplement, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=60, help_text="a material's or a field's id")
    text = models.TextField()
    raised_by = models.JSONField(default=list, help_text="short names of the bodies that ask for it, as served")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["supplement", "position"], name="one_item_per_position")]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"
