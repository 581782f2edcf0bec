"""The combined licence as a container over single permits, its frozen versions, and the keys that sign its code."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Body, Enterprise
from audit.models import Audited
from permits.models import Case, CaseMatter


class SigningKey(models.Model):
    """A public key and what it may sign with; the private half stays in a file outside the database."""

    kid = models.CharField(max_length=16, unique=True)
    algorithm = models.CharField(max_length=10)
    public_pem = models.TextField()
    valid_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    leaked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.kid


class SealCertificate(models.Model):
    """A certificate that seals papers, or did; its key is a file outside the database, or in a seal server."""

    fingerprint = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=200)
    pem = models.TextField()
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    leaked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.subject


class Licence(Audited):
    """A combined licence (行业综合许可证). It has no state of its own: `certificates.status` derives it from the items."""

    number = models.CharField(_("证书编号"), max_length=60, unique=True)
    code = models.CharField(max_length=16, unique=True, help_text="the address part of /v/<code>")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="licence")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="licences")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    collected_until = models.DateTimeField(
        null=True, blank=True, help_text="until then somebody is out with its versions to the city's store"
    )

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The public page of the licence."""
        return reverse("certificates:verify", args=[self.code])


class LicenceItem(FSMModelMixin, models.Model):
    """A single permit (单项许可): its own department, number, scope, validity, state. Without licence: it stands alone."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        SUSPENDED = "suspended", _("暂扣")
        EXPIRED = "expired", _("已过期")
        WITHDRAWN = "withdrawn", _("已撤回")
        REVOKED = "revoked", _("已撤销")
        REVOKED_AS_PENALTY = "revoked_as_penalty", _("已吊销")
        CANCELLED = "cancelled", _("已注销")

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    case_matter = models.OneToOneField(CaseMatter, on_delete=models.PROTECT, related_name="item")
    matter = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    scope = models.TextField(blank=True)
    granted_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = FSMField(_("状态"), max_length=20, choices=State, default=State.VALID, protected=True)
    ended_on = models.DateField(null=True, blank=True, help_text="when it ended, whichever of its five ends (R2.33)")
    suspended_until = models.DateField(
        null=True, blank=True, help_text="the last day of its last suspension, where the decision set one (R2.33)"
    )

    class Meta:
        ordering = ["licence_id", "position"]
        indexes = [
            models.Index(
                fields=["valid_to"], condition=Q(valid_to__isnull=False, ended_on=None), name="item_running_by_its_end"
            ),
            models.Index(
                fields=["suspended_until"],
                condition=Q(state="suspended", suspended_until__isnull=False),
                name="item_suspended_by_its_end",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="item_ended_has_its_day",
                condition=Q(state__in=["valid", "suspended"], ended_on=None)
                | (~Q(state__in=["valid", "suspended"]) & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="item_valid_to_not_before_valid_from",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @transition(state, source=State.VALID, target=State.SUSPENDED)
    def suspend(self) -> None:
        """Suspension (暂扣): a penalty for a while; the permit stays, nobody may trade on it (R2.33)."""

    @transition(state, source=State.SUSPENDED, target=State.VALID)
    def reinstate(self) -> None:
        """The suspension is over (恢复)."""

    @transition(state, source=[State.VALID, State.SUSPENDED], target=State.EXPIRED)
    def expire(self) -> None:
        """The term is over and was not renewed."""

    @transition(state, source=[State.VALID, State.SUSPENDED], target=State.WITHDRAWN)
    def withdraw_grant(self) -> None:
        """Withdrawal (撤回) of a lawful grant in the public interest, with compensation (R2.33)."""

    @transition(state, source=[State.VALID, State.SUSPENDED], target=State.REVOKED_AS_PENALTY)
    def revoke_as_penalty(self) -> None:
        """Revocation as a penalty (吊销), after the right to a hearing was told (R2.33)."""

    @transition(state, source=[state for state in State if state != "cancelled"], target=State.CANCELLED)
    def cancel(self) -> None:
        """Cancellation (注销): the formal close, at request or for another cause; after another end, its completion."""

    @transition(state, source=[State.VALID, State.SUSPENDED], target=State.REVOKED)
    def revoke(self) -> None:
        """Revocation (撤销): the grant is taken back by its department (R2.33)."""


class LicenceVersion(models.Model):
    """What the licence said from a moment on: frozen facts, the signed code, the paper. Never edited."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=60)
    facts = models.JSONField()
    payload = models.BinaryField(max_length=600)
    kid = models.CharField(max_length=16)
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    drawn_sha256 = models.CharField(max_length=64, blank=True, help_text="of the paper before it was sealed")
    rendered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["licence_id", "version"]
        constraints = [models.UniqueConstraint(fields=["licence", "version"], name="one_licence_version")]

    def __str__(self) -> str:
        return f"{self.licence} v{self.version}"


class LicencePrint(models.Model):
    """A sheet that was printed of a version: the first is the original (正本), the others are marked copies (副本)."""

    version = models.ForeignKey(LicenceVersion, on_delete=models.PROTECT, related_name="prints")
    nth = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version_id", "nth"]
        constraints = [models.UniqueConstraint(fields=["version", "nth"], name="one_print_per_version_and_number")]

    def __str__(self) -> str:
        return f"{self.version} #{self.nth}"

    @property
    def copy(self) -> int:
        """Which copy it is; 0 for the original."""
        return self.nth - 1
