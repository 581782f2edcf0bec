"""One case, two channels: when it passed between home and the counter, and by whose consent; who was helped with what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from permits.models.case import Case


class Handover(models.Model):
    """A case passes to the counter or back (R6.18): the applicant consents, the clerk records it, or the applicant does so
    themselves on line."""

    class How(models.TextChoices):
        PRESENT = "present", _("本人到场，当面同意")
        SIGNED = "signed", _("书面同意书")
        PHONE = "phone", _("电话同意")
        ONLINE = "online", _("本人网上操作")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handovers")
    to = models.CharField(max_length=10, choices=Case.Channel)
    consent_by = models.CharField(_("同意人"), max_length=60)
    how = models.CharField(_("同意方式"), max_length=10, choices=How)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="handover_has_its_consent", condition=~Q(consent_by="")),
            models.CheckConstraint(
                name="handover_to_the_counter_is_recorded_there", condition=~Q(to="window", how="online")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.to}"


class SlipPrint(models.Model):
    """One printing of a case's receipt slip (回执): the first one, or a reprint with its number."""

    class Paper(models.TextChoices):
        A5 = "a5", "A5"
        ROLL = "80mm", _("80 毫米热敏纸")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="slips")
    nth = models.PositiveSmallIntegerField()
    paper = models.CharField(max_length=5, choices=Paper)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["nth"]
        constraints = [models.UniqueConstraint(fields=["case", "nth"], name="one_slip_per_case_and_number")]

    def __str__(self) -> str:
        return f"{self.case} #{self.nth}"

    @property
    def reprint(self) -> int:
        """Which reprint it is; 0 for the first printing."""
        return self.nth - 1


class Assistance(models.Model):
    """Assisted filing (帮办代办): who helped the applicant, with what, on whose authority."""

    class Part(models.TextChoices):
        QUESTIONS = "questions", _("回答问题、确定事项")
        FORM = "form", _("填写表单")
        MATERIALS = "materials", _("整理、扫描材料")
        SUBMIT = "submit", _("提交申请")
        SUPPLEMENT = "supplement", _("补正")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assistances")
    helper = models.CharField(_("帮办人员"), max_length=60)
    parts = models.JSONField(_("帮办内容"), default=list)
    asked_by = models.CharField(_("委托人"), max_length=60)
    how = models.CharField(_("委托方式"), max_length=10, choices=Handover.How)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assistance_says_who_for_whom", condition=~Q(helper="") & ~Q(asked_by="") & ~Q(parts=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.helper}"

    @property
    def part_words(self) -> str:
        """What was helped with, in words."""
        known = dict(self.Part.choices)
        return "、".join(str(known.get(part, part)) for part in self.parts)
