"""Public bodies, the people who sign in, and the doors they come through."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


class Body(models.Model):
    """A public body (机关): a department, the service office, a sub-district. Made when a catalogue is published."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("审批部门")
        SERVICE_OFFICE = "service_office", _("政务服务办公室")
        SUBDISTRICT = "subdistrict", _("街道(镇)")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.DEPARTMENT)
    window = models.CharField(max_length=200, blank=True)
    hotline = models.CharField(max_length=40, blank=True)
    remedies = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.short_name


class UserQuerySet(models.QuerySet["User"]):
    """People by what they are in a body."""

    def officers_of(self, body_code: str | None) -> "UserQuerySet":
        """The officers of a body who may sign in."""
        return self.filter(role=User.Role.OFFICER, body_id=body_code or "", is_active=True)

    def heads_of(self, body_code: str | None) -> "UserQuerySet":
        """The heads (负责人) of a body who may sign in: they approve what the law reserves to the organ's head (R2.19)."""
        return self.filter(body_id=body_code or "", is_head=True, is_active=True)

    def able_to_act(self, body_code: str | None, at: datetime, *roles: str) -> "UserQuerySet":
        """Who may do a body's work at a moment, in one of these roles; an officer's without any.

        Who is absent is not among them, their substitute is. An open task of a body for which this finds nobody waits in
        vain: it raises an alarm (`workflows.alarms`).
        """
        roles = roles or (User.Role.OFFICER,)
        return self.filter(role__in=roles, body_id=body_code or "", is_active=True).there_on(localtime(at).date())

    def there_on(self, day: date) -> "UserQuerySet":
        """Those who are not absent on a day: nobody stands in for them (`Substitution`)."""
        substitutions: Any = self.model._meta.get_field("absences").related_model
        return self.exclude(pk__in=substitutions.objects.running(day).values("absent"))


class People(UserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """The accounts, with the questions of `UserQuerySet`."""

    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in. Staff belong to one body; applicants act for enterprises (`Representation`).

    `is_head`: the person heads their body (负责人) and approves what the law reserves to its head.
    """

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("申请人")
        WINDOW = "window", _("窗口人员")
        OFFICER = "officer", _("审批人员")
        SERVICE_OFFICE = "service_office", _("制证人员")
        SUBDISTRICT = "subdistrict", _("街镇人员")
        ADMINISTRATOR = "administrator", _("管理员")

    display_name = models.CharField(_("姓名"), max_length=60)
    role = models.CharField(max_length=20, choices=Role, default=Role.APPLICANT)
    body = models.ForeignKey(
        Body, to_field="code", on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_head = models.BooleanField(_("本机关负责人"), default=False)
    phone = models.CharField(max_length=20, blank=True)

    objects: ClassVar[People] = People()

    class Meta(AbstractUser.Meta):
        indexes = [models.Index(fields=["phone"], name="user_by_phone")]
        constraints = [
            models.CheckConstraint(name="user_head_of_a_body", condition=Q(is_head=False) | Q(body__isnull=False))
        ]

    @property
    def is_public_staff(self) -> bool:
        """Whether this person works for a public body."""
        return self.role != self.Role.APPLICANT

    def __str__(self) -> str:
        return self.display_name or self.username


class SignInFailures(models.Model):
    """Failed sign-ins in a row for one account from one address; too many close that door for some minutes."""

    door = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.door[:8]}: {self.count}"
