"""A licence that an inspector believes forged: no department decided on it, so the service office looks into it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body, User
from audit.models import Audited
from certificates.models import Licence
from workflows.models.scans import Scan


class SuspicionQuerySet(models.QuerySet["Suspicion"]):
    """Reports by whose turn it is, and by who may read them."""

    def at_the_office(self) -> "SuspicionQuerySet":
        """Those on which the service office has not concluded."""
        return self.filter(state=Suspicion.State.REPORTED)

    def at_departments(self) -> "SuspicionQuerySet":
        """Those that were handed over to a body of this house and that it has not dealt with (R5.8)."""
        return self.filter(state=Suspicion.State.HANDED_OVER)

    def waiting_for(self, user: User) -> "SuspicionQuerySet":
        """Those on which this person's body has to say something."""
        if user.role == User.Role.SERVICE_OFFICE:
            return self.at_the_office()
        return self.at_departments().filter(to_body__code=user.body_id or "")

    def visible_to(self, user: User) -> "SuspicionQuerySet":
        """The service office and the administrator read all; a body what its own people reported and what was handed to it."""
        if user.role in (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR):
            return self.all()
        if user.role not in (User.Role.OFFICER, User.Role.SUBDISTRICT):
            return self.none()
        own = user.body_id or ""
        return self.filter(Q(scan__body__code=own) | Q(to_body__code=own))


class Suspicion(FSMModelMixin, Audited):
    """A code that was refused, or a paper that hangs in another's shop (疑似假证): where, what was seen, by which scan.

    The scan holds the code as it was read, its purpose and its place. `said_reason` is why the device refused it,
    `found_reason` why the record does; `licence` is whose number it bears, where that is one of ours.
    """

    class Ground(models.TextChoices):
        FORGED = "forged", _("二维码核验为伪造")
        UNKNOWN = "unknown", _("登记簿中没有这张证书")
        MISMATCH = "mismatch", _("持证人与店铺不符")

    class State(models.TextChoices):
        REPORTED = "reported", _("待服务办核查")
        FORGED = "forged", _("查实为伪造或者冒用")
        MISREAD = "misread", _("误读，不是假证")
        OURS = "ours", _("本机关签发，密钥未列入名单")
        HANDED_OVER = "handed_over", _("已移送部门，待处理")
        HANDED_OUT = "handed_out", _("已移送公安等机关")
        DEALT_WITH = "dealt_with", _("受移送部门已处理")

    WAITING = (State.REPORTED, State.HANDED_OVER)

    client_id = models.UUIDField(unique=True)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="suspicions")
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, null=True, blank=True, related_name="suspicions")
    number = models.CharField(_("自称的编号"), max_length=80, blank=True)
    ground = models.CharField(_("疑点"), max_length=10, choices=Ground)
    said_reason = models.CharField(max_length=40, blank=True)
    found_reason = models.CharField(max_length=40, blank=True)
    where = models.CharField(_("发现地点"), max_length=200)
    what = models.TextField(_("看到的情况"))
    photo = models.CharField(max_length=200, blank=True)
    photo_type = models.CharField(max_length=40, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True, help_text="of the picture as it is stored")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.REPORTED, protected=True)
    finding = models.TextField(_("核查情况"), blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, blank=True)
    to_body = models.ForeignKey(
        Body, to_field="code", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_others = models.CharField(
        _("移送的机关"), max_length=120, blank=True, help_text="the police, or who is not in here"
    )
    result = models.TextField(_("处理情况"), blank=True)
    dealt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dealt_at = models.DateTimeField(null=True, blank=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["reported", "handed_over"]), name="suspicion_open"),
            models.Index(fields=["to_body", "state"], name="suspicion_of_body"),
        ]
        constraints = [
            models.CheckConstraint(name="suspicion_says_where_and_what", condition=~Q(where="") & ~Q(what="")),
            models.CheckConstraint(
                name="suspicion_is_concluded_in_words",
                condition=Q(state="reported", concluded_by__isnull=True)
                | (~Q(state="reported") & ~Q(finding="") & Q(concluded_by__isnull=False, concluded_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="suspicion_is_handed_to_somebody",
                condition=Q(state__in=["handed_over", "dealt_with"], to_body__isnull=False, to_others="")
                | Q(state="handed_out", to_body__isnull=True) & ~Q(to_others="")
                | Q(state__in=["reported", "forged", "misread", "ours"], to_body__isnull=True, to_others=""),
            ),
            models.CheckConstraint(
                name="suspicion_is_dealt_with_in_words",
                condition=Q(state="dealt_with", dealt_by__isnull=False, dealt_at__isnull=False) & ~Q(result="")
                | ~Q(state="dealt_with") & Q(dealt_by__isnull=True, result=""),
            ),
        ]

    def __str__(self) -> str:
        return f"suspicion {self.client_id} {self.state}"

    @transition(state, source=State.REPORTED, target=State.FORGED)
    def find_forged(self) -> None:
        """It is forged, or another's licence is used; nobody needs to go on with it."""

    @transition(state, source=State.REPORTED, target=State.MISREAD)
    def find_misread(self) -> None:
        """The device read it wrongly, or what was seen has another explanation."""

    @transition(state, source=State.REPORTED, target=State.OURS)
    def find_ours(self) -> None:
        """We signed it, with a key that the device or the published list did not know."""

    @transition(state, source=State.REPORTED, target=State.HANDED_OVER)
    def hand_over(self) -> None:
        """A department of this house goes on with it (移送, R5.8)."""

    @transition(state, source=State.REPORTED, target=State.HANDED_OUT)
    def hand_out(self) -> None:
        """The police, or another organ that does not work in here, goes on with it (移送)."""

    @transition(state, source=State.HANDED_OVER, target=State.DEALT_WITH)
    def deal_with(self) -> None:
        """The department has said what it did."""
