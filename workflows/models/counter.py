"""Times that can be booked at the counter, who booked them, and the numbers of the day's queue."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Enterprise
from permits.models import Case


class Slot(models.Model):
    """A time of a day for which so many may book, as the service office opened it."""

    on = models.DateField(_("日期"))
    begins = models.TimeField(_("开始时间"))
    ends = models.TimeField(_("结束时间"))
    capacity = models.PositiveSmallIntegerField(_("可约人数"))
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="nothing more can be booked; who booked still comes"
    )

    class Meta:
        ordering = ["on", "begins"]
        constraints = [
            models.UniqueConstraint(fields=["on", "begins"], name="one_slot_per_time"),
            models.CheckConstraint(name="slot_ends_after_it_begins", condition=Q(ends__gt=F("begins"))),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.begins:%H:%M}"


class Appointment(FSMModelMixin, models.Model):
    """Somebody of a business comes at a booked time."""

    class State(models.TextChoices):
        BOOKED = "booked", _("已预约")
        ARRIVED = "arrived", _("已到场")
        CANCELLED = "cancelled", _("已取消")

    HELD = (State.BOOKED, State.ARRIVED)

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appointments")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    who = models.CharField(_("来人姓名"), max_length=60)
    phone = models.CharField(_("联系电话"), max_length=30)
    what = models.CharField(_("要办什么"), max_length=200)
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.BOOKED, protected=True)
    booked_at = models.DateTimeField(help_text="when this time was chosen")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="of this time")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slot__on", "slot__begins", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "user"],
                condition=Q(state__in=["booked", "arrived"]),
                name="one_booking_per_slot_and_user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.who}"

    @transition(state, source=State.BOOKED, target=State.ARRIVED)
    def arrive(self) -> None:
        """They came and drew their number."""

    @transition(state, source=State.BOOKED, target=State.CANCELLED)
    def cancel(self) -> None:
        """They called it off; the place is free again."""


class Ticket(FSMModelMixin, models.Model):
    """A number of the day's queue."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候")
        CALLED = "called", _("已叫号")
        SERVED = "served", _("已办")
        GONE = "gone", _("过号")

    on = models.DateField()
    number = models.PositiveSmallIntegerField()
    who = models.CharField(_("来人"), max_length=60, blank=True)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="ticket"
    )
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.WAITING, protected=True)
    drawn_at = models.DateTimeField()
    printed = models.PositiveSmallIntegerField(default=0, help_text="how often its slip was printed")
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["on", "number"], name="one_ticket_per_day_and_number"),
            models.UniqueConstraint(
                fields=["called_by"], condition=Q(state="called"), name="one_called_ticket_per_clerk"
            ),
            models.CheckConstraint(
                name="ticket_called_by_somebody",
                condition=Q(state="waiting", called_by=None) | ~Q(state="waiting") & Q(called_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"

    @property
    def label(self) -> str:
        """The number as it is called: booked ones with a letter of their own."""
        return f"{'Y' if self.appointment_id else 'A'}{self.number:03d}"

    @property
    def is_called(self) -> bool:
        """Whether a clerk has called it and is not done with it."""
        return self.state == self.State.CALLED

    @transition(state, source=State.WAITING, target=State.CALLED)
    def call(self) -> None:
        """Their turn has come."""

    @transition(state, source=State.CALLED, target=State.SERVED)
    def serve(self) -> None:
        """They were served."""

    @transition(state, source=State.CALLED, target=State.GONE)
    def skip(self) -> None:
        """They did not come when they were called."""
