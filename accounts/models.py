"""People, enterprises, the business register's table, and public bodies with their number series."""

from django.contrib.auth.models import AbstractUser
from django.db import models
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


class User(AbstractUser):
    """A person who signs in. Staff belong to one body; applicants act for enterprises (`Representation`)."""

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
    phone = models.CharField(max_length=20, blank=True)

    @property
    def is_public_staff(self) -> bool:
        """Whether this person works for a public body."""
        return self.role != self.Role.APPLICANT

    def __str__(self) -> str:
        return self.display_name or self.username


class BusinessFacts(models.Model):
    """What a business register knows of an enterprise. Field names follow the business licence."""

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    entity_type = models.CharField(_("主体类型"), max_length=40, blank=True)
    domicile = models.CharField(_("住所"), max_length=200, blank=True)
    legal_representative = models.CharField(_("法定代表人(负责人)"), max_length=60, blank=True)
    representative_id_type = models.CharField(_("证件类型"), max_length=40, blank=True)
    representative_id_number = models.CharField(_("证件号码"), max_length=30, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    registered_capital = models.DecimalField(
        _("注册资本(万元)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    scope = models.TextField(_("经营范围"), blank=True)
    licence_valid_to = models.DateField(_("营业执照有效期至"), null=True, blank=True)
    status = models.CharField(_("登记状态"), max_length=20, default="存续")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} ({self.uscc})"


class RegisterEntry(BusinessFacts):
    """A row of the business register (市场主体登记库), loaded from CSV; `as_of` says how fresh it is."""

    as_of = models.DateField(_("数据日期"))
    source = models.CharField(max_length=60, default="市场主体登记库")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Enterprises by who acts for them."""

    def represented_by(self, user: User) -> "EnterpriseQuerySet":
        """Those that the user acts for now."""
        return self.filter(representations__user=user, representations__until__isnull=True)


class Enterprise(BusinessFacts):
    """A business that applies. Its facts are a copy of the register's at `as_of`, or were typed in (source empty)."""

    pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)
    source = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True, blank=True)

    objects = EnterpriseQuerySet.as_manager()


class Representation(models.Model):
    """A person acts for an enterprise, from a day, until a day (open while null)."""

    class Capacity(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人(负责人)")
        AGENT = "agent", _("代理人")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="representations")
    capacity = models.CharField(max_length=30, choices=Capacity, default=Capacity.LEGAL_REPRESENTATIVE)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise"], condition=models.Q(until__isnull=True), name="one_open_representation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.enterprise}"


class NumberSeries(models.Model):
    """The last number that a body gave out for one kind of paper in one year. Gapless: it moves with the paper's row."""

    body = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "kind", "year"], name="one_series_per_body_kind_year")]

    def __str__(self) -> str:
        return f"{self.body}/{self.kind}/{self.year}: {self.last}"


class SignInFailures(models.Model):
    """Failed sign-ins in a row for one account from one address; too many close that door for some minutes."""

    door = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.door[:8]}: {self.count}"
