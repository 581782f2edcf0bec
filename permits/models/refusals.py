"""A filing that the counter did not even take in (不予收件): never without a record, and always looked at again (R2.14)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from audit.models import Audited


class TakingRefusal(FSMModelMixin, Audited):
    """Who was turned away, with what, on which legal ground and for what reason; then what the service office found."""

    class Ground(models.TextChoices):
        NOT_NEEDED = "not_needed", _("申请事项依法不需要取得行政许可")
        NOT_COMPETENT = "not_competent", _("申请事项依法不属于本行政机关职权范围")
        BARRED = "barred", _("依法在一定期限内不得再次申请该行政许可")
        NO_AUTHORITY = "no_authority", _("代理人没有委托授权")

    class State(models.TextChoices):
        RECORDED = "recorded", _("待复核")
        UPHELD = "upheld", _("复核认为理由成立")
        OVERTURNED = "overturned", _("复核认为应当收件")

    who = models.CharField(_("来人或者企业名称"), max_length=120)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    what = models.CharField(_("要办理的事项"), max_length=200)
    ground = models.CharField(_("法定事由"), max_length=20, choices=Ground)
    reason = models.TextField(_("理由"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.RECORDED, protected=True)
    finding = models.TextField(_("复核意见"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="taking_refusal_has_its_reason", condition=~Q(reason="") & ~Q(who="") & ~Q(what="")
            ),
            models.CheckConstraint(
                name="taking_refusal_reviewed_has_a_finding",
                condition=Q(state="recorded", reviewed_at=None) | (~Q(finding="") & Q(reviewed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"

    @transition(state, source=State.RECORDED, target=State.UPHELD)
    def uphold(self) -> None:
        """The service office finds the ground to hold."""

    @transition(state, source=State.RECORDED, target=State.OVERTURNED)
    def overturn(self) -> None:
        """The service office finds that the filing has to be taken in; the counter asks the person back."""
