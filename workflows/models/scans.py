"""What was scanned on site, why and where; and what was handed over to the department that decided (R5.8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body
from certificates.models import Licence, LicenceItem
from permits.models import Case


class Scan(models.Model):
    """One look at a licence's code: by whom, for what purpose, when by the device's clock, and what the device said.

    `found` is what the record says of that moment. `elsewhere` is the scan that shows the same paper at another place within
    a day (`workflows.scanning.places`).
    """

    class Way(models.TextChoices):
        CAMERA = "camera", _("摄像头")
        PICTURE = "picture", _("照片")
        TYPED = "typed", _("输入编号")

    class Purpose(models.TextChoices):
        DAILY = "daily", _("日常检查")
        SPECIAL = "special", _("专项检查")
        COMPLAINT = "complaint", _("投诉举报核查")
        JOINT = "joint", _("跨部门联合检查")
        AFTERCARE = "aftercare", _("事中事后核查")
        OTHER = "other", _("其他")

    client_id = models.UUIDField(unique=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    text = models.TextField(help_text="what was read or typed")
    way = models.CharField(max_length=10, choices=Way)
    purpose = models.CharField(_("扫码目的"), max_length=12, choices=Purpose)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    said = models.CharField(max_length=20)
    found = models.CharField(max_length=20)
    shown_live = models.BooleanField(default=False, help_text="on the business's own telephone, not on paper")
    list_as_of = models.DateTimeField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy = models.FloatField(null=True, blank=True, help_text="metres")
    elsewhere = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["licence", "made_at"], name="scan_of_licence"),
            models.Index(fields=["body", "made_at"], name="scan_of_body"),
        ]
        constraints = [
            models.CheckConstraint(
                name="scan_for_another_purpose_says_which", condition=~Q(purpose="other") | ~Q(note="")
            ),
            models.CheckConstraint(
                name="scan_place_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"scan {self.client_id}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals by whose turn it is."""

    def waiting(self) -> "ReferralQuerySet":
        """Those that nobody has answered."""
        return self.filter(state=Referral.State.PROPOSED)


class Referral(FSMModelMixin, models.Model):
    """A problem found on site, handed over to the body that decided on the permit (移送). It changes nothing by itself: what
    follows from it is that body's to decide (R1.2, R5.8)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待处理")
        TAKEN_UP = "taken_up", _("已核实，依法处理")
        DISMISSED = "dismissed", _("经核实不成立")

    client_id = models.UUIDField(unique=True)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="referrals")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    item = models.ForeignKey(LicenceItem, on_delete=models.PROTECT, related_name="referrals")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    what = models.TextField(_("发现的问题"))
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.PROPOSED, protected=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("处理情况"), blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["body", "state"], name="referral_of_body")]
        constraints = [
            models.CheckConstraint(name="referral_says_what", condition=~Q(what="")),
            models.CheckConstraint(
                name="referral_is_answered_in_words",
                condition=Q(state="proposed", answered_by__isnull=True)
                | (~Q(state="proposed") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"referral {self.client_id} {self.state}"

    @transition(state, source=State.PROPOSED, target=State.TAKEN_UP)
    def take_up(self) -> None:
        """The deciding body has looked into it: it is so, and is dealt with."""

    @transition(state, source=State.PROPOSED, target=State.DISMISSED)
    def dismiss(self) -> None:
        """The deciding body has looked into it: it is not so."""
