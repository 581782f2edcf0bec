"""Messages to people: one row per event, recipient and channel; what was tried to bring it there; how people want it."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Channel(models.TextChoices):
    """The ways to a person. The inbox is part of the product: what stands there has arrived."""

    INBOX = "inbox", _("站内消息")
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")


class MessageQuerySet(models.QuerySet["Message"]):
    """Whoever reads messages gets their own, and no others."""

    def inbox_of(self, user: User) -> "MessageQuerySet":
        """What stands in this person's inbox, the newest first."""
        return self.filter(recipient=user, channel=Channel.INBOX).order_by("-created_at", "-pk")

    def unread(self) -> "MessageQuerySet":
        """What nobody has opened yet."""
        return self.filter(read_at=None)


class Message(models.Model):
    """A message as it was composed; its key makes it exist once, whoever composes it twice.

    `address` is the e-mail address or telephone number at the moment of composing; a recipient without an account has
    nothing else. `about` is the case's number, `link` a path of this site. `sent_at`: handed over to the channel.
    """

    key = models.CharField(max_length=100, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    address = models.CharField(max_length=254, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=30, blank=True, db_index=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-created_at"], condition=Q(channel="inbox"), name="message_inbox"),
            models.Index(
                fields=["recipient"], condition=Q(channel="inbox", read_at__isnull=True), name="message_unread"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_goes_to_somebody",
                condition=Q(channel="inbox", recipient__isnull=False) | (~Q(channel="inbox") & ~Q(address="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.about}"

    @property
    def public_id(self) -> str:
        """What gateways and mail programs know it by: the same at every attempt, and it tells nothing."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


class DeliveryAttempt(models.Model):
    """One try to hand a message over to its channel: the delivery log."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    detail = models.CharField(max_length=200, blank=True, help_text="the channel's receipt, or what went wrong")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.at:%Y-%m-%d %H:%M} {'sent' if self.succeeded else 'failed'}"


class MessagePreference(models.Model):
    """How a person wants to be told. Without a row: Chinese, and every channel of which the account has an address."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preference", primary_key=True
    )
    language = models.CharField(
        _("消息语言"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    email = models.BooleanField(_("电子邮件"), default=True)
    sms = models.BooleanField(_("短信"), default=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language}"
