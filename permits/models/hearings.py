"""Hearings (听证): the right to one is told before a decision, asked for or not, and what was said goes on record (R2.23)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from permits.law.hearing_rules import Right
from permits.models.case import Case, CaseMatter
from permits.models.paper import Document


class HearingQuerySet(models.QuerySet["Hearing"]):
    """Hearings by what is still to come of them."""

    def going_on(self) -> "HearingQuerySet":
        """Those that may still be asked for or are to be held."""
        return self.filter(state__in=Hearing.GOING_ON)


class Hearing(FSMModelMixin, models.Model):
    """The right of one party to be heard before one matter is decided, or its permit revoked as a penalty.

    `party` is empty where the applicant is the party. The days are those told; whether the time to ask is over is worked out
    from them (`permits.law.hearing_rules`). Whoever presides has not examined the application.
    """

    class Cause(models.TextChoices):
        REFUSAL = "refusal", _("拟作出对申请人不利的决定")
        INTEREST = "interest", _("许可事项直接涉及他人的重大利益关系")
        PUBLIC = "public", _("法律规定应当听证，或者涉及公共利益的重大事项")
        PENALTY = "penalty", _("拟吊销许可证件")

    class State(models.TextChoices):
        TOLD = "told", _("已告知听证权利")
        ASKED = "asked", _("已要求听证，待组织")
        SCHEDULED = "scheduled", _("已通知时间地点")
        HELD = "held", _("已举行")
        WAIVED = "waived", _("已放弃听证")
        LAPSED = "lapsed", _("逾期未要求听证")
        ENDED = "ended", _("事项已办结，不再听证")

    GOING_ON = (State.TOLD, State.ASKED, State.SCHEDULED)
    TO_HOLD = (State.ASKED, State.SCHEDULED)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hearings")
    case_matter = models.ForeignKey(CaseMatter, on_delete=models.CASCADE, related_name="hearings")
    cause = models.CharField(_("听证事由"), max_length=12, choices=Cause)
    party = models.CharField(_("利害关系人"), max_length=120, blank=True)
    party_phone = models.CharField(_("利害关系人的手机"), max_length=20, blank=True)
    code = models.CharField(max_length=24, blank=True, help_text="address of the interested party's page; unguessable")
    statement = models.TextField(_("利害关系人的意见"), blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)
    intended = models.TextField(_("拟作出的决定和理由"))
    state = FSMField(_("状态"), max_length=12, choices=State, default=State.TOLD, protected=True)
    told_on = models.DateField(_("告知日期"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ask_by = models.DateField(_("最迟要求听证"))
    asked_on = models.DateField(_("要求听证日期"), null=True, blank=True)
    waived_on = models.DateField(_("放弃听证日期"), null=True, blank=True)
    hold_by = models.DateField(_("最迟举行"), null=True, blank=True)
    notified_on = models.DateField(_("通知日期"), null=True, blank=True)
    starts_at = models.DateTimeField(_("听证时间"), null=True, blank=True)
    place = models.CharField(_("听证地点"), max_length=200, blank=True)
    presiding = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_on = models.DateField(_("举行日期"), null=True, blank=True)
    minutes = models.TextField(_("听证笔录"), blank=True)
    signed_by = models.CharField(_("参加人签字"), max_length=200, blank=True)
    record = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["told_on", "pk"]
        indexes = [
            models.Index(fields=["case_matter"], name="hearing_of_matter"),
            models.Index(fields=["ask_by"], condition=Q(state="told"), name="hearing_to_ask_for"),
            models.Index(fields=["hold_by"], condition=Q(state__in=["asked", "scheduled"]), name="hearing_to_hold"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_matter", "party"],
                condition=Q(state__in=["told", "asked", "scheduled"]),
                name="one_hearing_per_matter_and_party",
            ),
            models.CheckConstraint(
                name="hearing_party_is_another_s_interest",
                condition=Q(cause="interest") & ~Q(party="") | ~Q(cause="interest") & Q(party=""),
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="hearing_code_once"),
            models.CheckConstraint(
                name="hearing_page_is_an_interested_party_s",
                condition=Q(code="", party_phone="", statement="", stated_at__isnull=True) | ~Q(party=""),
            ),
            models.CheckConstraint(
                name="hearing_scheduled_has_time_place_and_president",
                condition=~Q(state__in=["scheduled", "held"])
                | Q(starts_at__isnull=False, presiding__isnull=False, notified_on__isnull=False) & ~Q(place=""),
            ),
            models.CheckConstraint(
                name="hearing_held_has_its_signed_record",
                condition=~Q(state="held") | Q(held_on__isnull=False) & ~Q(minutes="") & ~Q(signed_by=""),
            ),
            models.CheckConstraint(
                name="hearing_presided_by_another",
                condition=Q(presiding__isnull=True) | ~Q(presiding=F("told_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_matter} / {self.cause} ({self.state})"

    @property
    def as_fact(self) -> Right:
        """What the rules judge by."""
        return Right(self.told_on, self.waived_on, self.asked_on, self.held_on, self.ask_by)

    @property
    def party_name(self) -> str:
        """Whose right it is."""
        return self.party or str(_("申请人"))

    @transition(state, source=State.TOLD, target=State.ASKED)
    def ask(self) -> None:
        """The party asks for the hearing in time, or the organ holds it of its own accord (art. 46, 47)."""

    @transition(state, source=State.TOLD, target=State.WAIVED)
    def waive(self) -> None:
        """The party gives the hearing up before its time is over."""

    @transition(state, source=State.TOLD, target=State.LAPSED)
    def lapse(self) -> None:
        """Nobody asked in time."""

    @transition(state, source=[State.ASKED, State.SCHEDULED], target=State.SCHEDULED)
    def schedule(self) -> None:
        """Time, place and presiding officer are told, seven days before (art. 48)."""

    @transition(state, source=State.SCHEDULED, target=State.HELD)
    def hold(self) -> None:
        """It was held; what was said is on record and signed (art. 48)."""

    @transition(state, source=list(GOING_ON), target=State.ENDED)
    def end(self) -> None:
        """The matter was withdrawn, or decided in the party's favour: there is nothing left to be heard on."""
