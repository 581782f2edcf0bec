"""Somebody came to the counter and got no answer (办不成事): it stands on record and is answered in five working days (R6.17)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from audit.models import Audited
from permits.models.case import Case


class DropIn(FSMModelMixin, Audited):
    """Who came, what they wanted and could not get done, until when it is answered; then the answer and how it was told.

    `code` opens the answer without signing in, for whoever was given it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待答复")
        ANSWERED = "answered", _("已答复")

    class Told(models.TextChoices):
        SMS = "sms", _("短信")
        PHONE = "phone", _("电话")
        PRESENT = "present", _("当面")

    code = models.CharField(max_length=24, unique=True)
    who = models.CharField(_("来人姓名或者企业名称"), max_length=120)
    phone = models.CharField(_("联系电话"), max_length=30)
    what = models.TextField(_("要办什么、哪里没办成"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="drop_ins")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    due_on = models.DateField(_("最迟答复"))
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.WAITING, protected=True)
    answer = models.TextField(_("答复"), blank=True)
    told = models.CharField(_("怎样告知"), max_length=10, choices=Told, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="waiting"), name="drop_in_waiting")]
        constraints = [
            models.CheckConstraint(name="drop_in_says_who_and_what", condition=~Q(who="") & ~Q(what="") & ~Q(phone="")),
            models.CheckConstraint(
                name="drop_in_answered_in_words_and_told",
                condition=Q(state="waiting", answered_at=None)
                | Q(state="answered", answered_at__isnull=False) & ~Q(answer="") & ~Q(told=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.what[:30]}"

    @transition(state, source=State.WAITING, target=State.ANSWERED)
    def reply(self) -> None:
        """An answer was found and told (答复)."""
