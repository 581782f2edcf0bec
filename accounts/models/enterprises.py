"""Enterprises, what the business register knows of them, and who represents them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


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

    pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)
    as_of = models.DateField(_("数据日期"))
    source = models.CharField(max_length=60, default="市场主体登记库")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Enterprises by who acts for them."""

    def represented_by(self, user: User) -> "EnterpriseQuerySet":
        """Those that the user represents now."""
        return self.filter(representations__user=user, representations__until__isnull=True)


class Enterprise(BusinessFacts):
    """A business that applies. Its facts are a copy of the register's at `as_of`, or were typed in (source empty)."""

    pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)
    source = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True, blank=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["phone"], name="enterprise_by_phone"),
            models.Index(fields=["representative_id_number"], name="enterprise_by_person"),
        ]


class Representation(models.Model):
    """The legal representative (法定代表人、负责人) acts for an enterprise, from a day, until a day (open while null).

    Who acts by their authority has an `Authority`.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="representations")
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
